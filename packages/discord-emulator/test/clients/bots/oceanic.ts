import { Client, ComponentInteraction } from "oceanic.js";
import { API_URL, alertMessage, BOT_TOKEN, wordsOf } from "./duties.ts";

const client = new Client({
  auth: `Bot ${BOT_TOKEN}`,
  gateway: { intents: ["GUILDS", "GUILD_MESSAGES", "MESSAGE_CONTENT", "GUILD_MESSAGE_REACTIONS"] },
  rest: { baseURL: `${API_URL}/v10` },
});
let latestId = "";

/** Oceanic writes the fields of components in its own way. */
function oceanicAlert(title: string) {
  const { embeds, components } = alertMessage(title);
  return {
    embeds,
    components: components.map((row) => ({
      ...row,
      components: row.components.map(({ custom_id, ...button }) => ({ ...button, customID: custom_id })),
    })),
  };
}

client.on("ready", () => console.log("ready"));
client.on("shardResume", () => console.log("resumed"));
client.on("error", (error) => console.error(error));
client.on("messageCreate", async ({ author, channelID, content }) => {
  if (author.bot) return;
  const { channels } = client.rest;
  const [verb, text] = wordsOf(content);
  if (verb === "alert") {
    latestId = (await channels.createMessage(channelID, oceanicAlert(text))).id;
    await channels.createReaction(channelID, latestId, "👀");
  } else if (verb === "thread") {
    const thread = await channels.startThreadFromMessage(channelID, latestId, { name: "talk" });
    await thread.createMessage({ content: "hello" });
  } else if (verb === "echo") await channels.createMessage(channelID, { content: `heard ${text}` });
});
client.on("messageReactionAdd", async (message, reactor, { emoji }) => {
  if (emoji.name !== "✅") return;
  await client.rest.channels.editMessage(message.channelID, message.id, { content: `seen by ${reactor.id}` });
});
client.on("interactionCreate", async (interaction) => {
  if (!(interaction instanceof ComponentInteraction)) return;
  if (interaction.data.customID === "ack")
    await interaction.createMessage({ content: `taken by ${interaction.user.id}` });
  else {
    await interaction.defer();
    await interaction.editOriginal({ content: "looking" });
    await interaction.createFollowup({ content: "noted" });
  }
});
await client.connect();
