import { Client, type IClientOptions } from "cloudstorm";
import { GatewayDispatchEvents, type GatewayDispatchPayload, InteractionType } from "discord-api-types/v10";
import { SnowTransfer } from "snowtransfer";
import { API_URL, alertMessage, BOT_TOKEN, wordsOf } from "./duties.ts";

const rest = new SnowTransfer(BOT_TOKEN, { baseHost: new URL(API_URL).origin, retryRequests: true });
const client = new Client(BOT_TOKEN, {
  intents: ["GUILDS", "GUILD_MESSAGES", "MESSAGE_CONTENT", "GUILD_MESSAGE_REACTIONS"],
  // It knows the types of an older snowtransfer only, of which it uses what has not changed: asking where the gateway is.
  snowtransferInstance: rest as unknown as NonNullable<IClientOptions["snowtransferInstance"]>,
  // By default it waits 10 seconds between two connections.
  ws: { connectThrottle: 100 },
});
let latestId = "";

async function answer({ t, d }: GatewayDispatchPayload): Promise<void> {
  if (t === GatewayDispatchEvents.Ready) console.log("ready");
  else if (t === GatewayDispatchEvents.Resumed) console.log("resumed");
  else if (t === GatewayDispatchEvents.MessageCreate && !d.author.bot) {
    const [verb, text] = wordsOf(d.content);
    if (verb === "alert") {
      latestId = (await rest.channel.createMessage(d.channel_id, alertMessage(text))).id;
      await rest.channel.createReaction(d.channel_id, latestId, encodeURIComponent("👀"));
    } else if (verb === "thread") {
      const thread = await rest.channel.createThreadWithMessage(d.channel_id, latestId, { name: "talk" });
      await rest.channel.createMessage(thread.id, { content: "hello" });
    } else if (verb === "echo") await rest.channel.createMessage(d.channel_id, { content: `heard ${text}` });
  } else if (t === GatewayDispatchEvents.MessageReactionAdd && d.emoji.name === "✅") {
    await rest.channel.editMessage(d.channel_id, d.message_id, { content: `seen by ${d.user_id}` });
  } else if (t === GatewayDispatchEvents.InteractionCreate && d.type === InteractionType.MessageComponent) {
    if (d.data.custom_id === "ack") {
      const data = { content: `taken by ${d.member?.user.id}` };
      await rest.interaction.createInteractionResponse(d.id, d.token, { type: 4, data });
    } else {
      await rest.interaction.createInteractionResponse(d.id, d.token, { type: 5 });
      await rest.interaction.editOriginalInteractionResponse(d.application_id, d.token, { content: "looking" });
      await rest.interaction.createFollowupMessage(d.application_id, d.token, { content: "noted" });
    }
  }
}

client.on("error", (error) => console.error(error));
client.on("dispatch", (payload) => void answer(payload));
await client.connect();
