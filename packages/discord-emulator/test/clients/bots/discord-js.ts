import { Client, Events, GatewayIntentBits, type Message } from "discord.js";
import { API_URL, alertMessage, BOT_TOKEN, wordsOf } from "./duties.ts";

const { Guilds, GuildMessages, MessageContent, GuildMessageReactions } = GatewayIntentBits;
const client = new Client({
  intents: [Guilds, GuildMessages, MessageContent, GuildMessageReactions],
  rest: { api: API_URL },
});
let latest: Message | undefined;

client.on(Events.ClientReady, () => console.log("ready"));
client.on(Events.ShardResume, () => console.log("resumed"));
client.on(Events.MessageCreate, async (message) => {
  if (message.author.bot || !message.channel.isSendable()) return;
  const [verb, text] = wordsOf(message.content);
  if (verb === "alert") {
    latest = await message.channel.send(alertMessage(text));
    await latest.react("👀");
  } else if (verb === "thread") {
    const thread = await latest?.startThread({ name: "talk" });
    await thread?.send("hello");
  } else if (verb === "echo") await message.channel.send(`heard ${text}`);
});
client.on(Events.MessageReactionAdd, async ({ message, emoji }, user) => {
  if (emoji.name === "✅") await message.edit({ content: `seen by ${user.id}` });
});
client.on(Events.InteractionCreate, async (interaction) => {
  if (!interaction.isButton()) return;
  if (interaction.customId === "ack") await interaction.reply(`taken by ${interaction.user.id}`);
  else {
    await interaction.deferReply();
    await interaction.editReply("looking");
    await interaction.followUp("noted");
  }
});
await client.login(BOT_TOKEN);
