import { crosspostMessage } from "../actions/crosspost-message.ts";
import { isRefusal } from "../errors/refusal.ts";
import { replyWritten } from "../http/answer.ts";
import { callingBot, type DiscordRoute } from "../http/call.ts";
import { findMessage } from "./find-message.ts";

/** Publishing announcements (docs: resources/message, "Crosspost Message"). */
export const CROSSPOST: DiscordRoute = {
  method: "POST",
  path: "/channels/:channel_id/messages/:message_id/crosspost",
  auth: "bot",
  needs(call) {
    const message = call.world.state.messages.get(call.params.message_id as string);
    const isOwn = message?.author.id === callingBot(call).userId;
    return isOwn ? ["SEND_MESSAGES"] : ["SEND_MESSAGES", "MANAGE_MESSAGES"];
  },
  handle(call) {
    const found = findMessage(call);
    if (isRefusal(found)) return found;
    const published = crosspostMessage(call.world, found.channel, found.message);
    if (isRefusal(published)) return published;
    return replyWritten(200, call.world.presenter.message(published), [published.id]);
  },
};
