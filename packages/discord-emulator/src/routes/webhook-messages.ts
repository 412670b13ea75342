import { deleteMessages } from "../actions/delete-messages.ts";
import { editMessage } from "../actions/edit-message.ts";
import { isRefusal, type Refusal, refuse } from "../errors/refusal.ts";
import { reply, replyEmpty, replyWritten } from "../http/answer.ts";
import { type Call, callingWebhook, type DiscordRoute } from "../http/call.ts";
import { EDIT } from "../validate/message-rule.ts";
import { parseDraft } from "../validate/parse-draft.ts";
import { drawOnEdits } from "./edit-limits.ts";
import type { FoundMessage } from "./find-message.ts";
import { componentsOf } from "./send-by-webhook.ts";

const PATH = "/webhooks/:webhook_id/:webhook_token/messages/:message_id";

/** A message of the calling webhook. One in a thread is found only with `?thread_id` (docs: resources/webhook). */
function findOwnMessage(call: Call): FoundMessage | Refusal {
  const { state } = call.world;
  const webhook = callingWebhook(call);
  const message = state.messages.get(call.params.message_id as string);
  const channelId = call.query.get("thread_id") ?? webhook.channel_id;
  if (!message || message.webhook_id !== webhook.id || message.channel_id !== channelId) return refuse(10008);
  const channel = state.channels.get(message.channel_id);
  return channel ? { channel, message } : refuse(10008);
}

/** Reading, editing and deleting what a webhook has posted. */
export const WEBHOOK_MESSAGES: readonly DiscordRoute[] = [
  {
    method: "GET",
    path: PATH,
    auth: "webhook",
    limit: "webhook.message.get",
    handle(call) {
      const found = findOwnMessage(call);
      return isRefusal(found) ? found : reply(call.world.presenter.message(found.message));
    },
  },
  {
    method: "PATCH",
    path: PATH,
    auth: "webhook",
    limit: "webhook.message.edit",
    sublimits: drawOnEdits,
    takesBody: true,
    handle(call) {
      const { world, body, uploads } = call;
      const found = findOwnMessage(call);
      if (isRefusal(found)) return found;
      if (found.channel.thread_metadata?.archived) return refuse(50083);
      const components = componentsOf(call, callingWebhook(call));
      const draft = parseDraft(body, { rule: EDIT, components, uploads, existing: found.message });
      if (isRefusal(draft)) return draft;
      const { components: _, ...others } = body;
      const edited = editMessage(world, { ...found, body: components === "ignored" ? others : body, draft });
      return isRefusal(edited) ? edited : replyWritten(200, world.presenter.message(edited), [edited.id]);
    },
  },
  {
    method: "DELETE",
    path: PATH,
    auth: "webhook",
    limit: "webhook.message.delete",
    handle(call) {
      const found = findOwnMessage(call);
      if (isRefusal(found)) return found;
      deleteMessages(call.world, found.channel, [found.message.id]);
      return replyEmpty([found.message.id]);
    },
  },
];
