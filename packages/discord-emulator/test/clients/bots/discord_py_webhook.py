"""Posts, reads, edits and deletes by a webhook, with discord.py."""

import asyncio
import io
import os

import aiohttp
import discord

discord.http.Route.BASE = f"{os.environ['DISCORD_API_URL']}/v10"
webhook_id, token = os.environ["DISCORD_WEBHOOK_URL"].split("/")[-2:]


async def main():
    async with aiohttp.ClientSession() as session:
        webhook = discord.Webhook.partial(int(webhook_id), token, session=session)
        log = discord.File(io.BytesIO(b"log"), "a.txt")
        sent = await webhook.send("c", embed=discord.Embed(title="disk full"), file=log, username="db1", wait=True)
        await webhook.edit_message(sent.id, content="edited")
        read = await webhook.fetch_message(sent.id)
        print(f"{read.content}: {read.embeds[0].title} {read.attachments[0].filename}")
        await webhook.send("without an answer")
        await read.delete()
        try:
            await webhook.fetch_message(sent.id)
        except discord.NotFound:
            print("gone")


asyncio.run(main())
