"""The duties of duties.ts, with discord.py."""

import os

import discord
import yarl

API_URL = os.environ["DISCORD_API_URL"]
discord.http.Route.BASE = f"{API_URL}/v10"
discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])

intents = discord.Intents.none()
intents.guilds = intents.guild_messages = intents.message_content = intents.guild_reactions = True


class Buttons(discord.ui.View):
    """The buttons of an alert."""

    def __init__(self):
        super().__init__(timeout=None)

    @discord.ui.button(label="Acknowledge", style=discord.ButtonStyle.success, custom_id="ack")
    async def ack(self, interaction, _button):
        await interaction.response.send_message(f"taken by {interaction.user.id}")

    @discord.ui.button(label="Later", style=discord.ButtonStyle.secondary, custom_id="later")
    async def later(self, interaction, _button):
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(content="looking")
        await interaction.followup.send("noted")


class Bot(discord.Client):
    latest = None

    async def on_ready(self):
        print("ready", flush=True)

    async def on_resumed(self):
        print("resumed", flush=True)

    async def on_message(self, message):
        if message.author.bot:
            return
        verb, _, text = message.content.partition(" ")
        if verb == "alert":
            embed = discord.Embed(title=text, description="since a minute", color=0xFF0000)
            self.latest = await message.channel.send(embed=embed, view=Buttons())
            await self.latest.add_reaction("👀")
        elif verb == "thread":
            thread = await self.latest.create_thread(name="talk")
            await thread.send("hello")
        elif verb == "echo":
            await message.channel.send(f"heard {text}")

    async def on_raw_reaction_add(self, payload):
        if payload.emoji.name == "✅":
            message = self.get_channel(payload.channel_id).get_partial_message(payload.message_id)
            await message.edit(content=f"seen by {payload.user_id}")


Bot(intents=intents).run(os.environ["DISCORD_BOT_TOKEN"])
