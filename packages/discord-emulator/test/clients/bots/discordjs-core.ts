import { Client, GatewayDispatchEvents, GatewayIntentBits, InteractionType } from "@discordjs/core";
import { REST } from "@discordjs/rest";
import { WebSocketManager } from "@discordjs/ws";
import { API_URL, alertMessage, BOT_TOKEN, wordsOf } from "./duties.ts";

const { Guilds, GuildMessages, MessageContent, GuildMessageReactions } = GatewayIntentBits;
const rest = new REST({ api: API_URL, version: "10" }).setToken(BOT_TOKEN);
const gateway = new WebSocketManager({
  token: BOT_TOKEN,
  intents: Guilds | GuildMessages | MessageContent | GuildMessageReactions,
  rest,
});
const client = new Client({ rest, gateway });
let latestId = "";

client.on(GatewayDispatchEvents.Ready, () => console.log("ready"));
client.on(GatewayDispatchEvents.Resumed, () => console.log("resumed"));
client.on(GatewayDispatchEvents.MessageCreate, async ({ api, data }) => {
  if (data.author.bot) return;
  const [verb, text] = wordsOf(data.content);
  if (verb === "alert") {
    latestId = (await api.channels.createMessage(data.channel_id, alertMessage(text))).id;
    await api.channels.addMessageReaction(data.channel_id, latestId, "👀");
  } else if (verb === "thread") {
    const thread = await api.channels.createThread(data.channel_id, { name: "talk" }, latestId);
    await api.channels.createMessage(thread.id, { content: "hello" });
  } else if (verb === "echo") await api.channels.createMessage(data.channel_id, { content: `heard ${text}` });
});
client.on(GatewayDispatchEvents.MessageReactionAdd, async ({ api, data }) => {
  if (data.emoji.name !== "✅") return;
  await api.channels.editMessage(data.channel_id, data.message_id, { content: `seen by ${data.user_id}` });
});
client.on(GatewayDispatchEvents.InteractionCreate, async ({ api, data }) => {
  if (data.type !== InteractionType.MessageComponent) return;
  if (data.data.custom_id === "ack") {
    await api.interactions.reply(data.id, data.token, { content: `taken by ${data.member?.user.id}` });
  } else {
    await api.interactions.defer(data.id, data.token);
    await api.interactions.editReply(data.application_id, data.token, { content: "looking" });
    await api.interactions.followUp(data.application_id, data.token, { content: "noted" });
  }
});
await gateway.connect();
