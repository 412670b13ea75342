import { isEmptyMessage } from "../actions/empty-message.ts";
import { postMessage } from "../actions/post-message.ts";
import { isRefusal, type Refusal, refuse } from "../errors/refusal.ts";
import { type Call, callingWebhook, queryFlag } from "../http/call.ts";
import type { JsonObject } from "../json.ts";
import type { StoredMessage, Webhook, WebhookAuthor } from "../state/objects.ts";
import { WEBHOOK_MESSAGE } from "../validate/message-rule.ts";
import { type DraftOptions, parseDraft } from "../validate/parse-draft.ts";
import { findWebhookTarget } from "./webhook-target.ts";

/** Checks `body` and posts it as the calling webhook. Shared by the native, the Slack and the GitHub route. */
export function sendByWebhook(call: Call, body: JsonObject): StoredMessage | Refusal {
  const webhook = callingWebhook(call);
  const { uploads } = call;
  const draft = parseDraft(body, { rule: WEBHOOK_MESSAGE, components: componentsOf(call, webhook), uploads });
  if (isRefusal(draft)) return draft;
  const { username, avatar_url, thread_name, applied_tags } = draft.fields;
  const target = findWebhookTarget(call, webhook, {
    threadName: thread_name as string | undefined,
    ...(applied_tags ? { appliedTagIds: applied_tags as string[] } : {}),
  });
  if (isRefusal(target)) return target;
  if (isEmptyMessage(draft, draft.files?.length ?? 0)) return refuse(50006);
  const author = toAuthor(webhook, username as string | undefined, avatar_url as string | undefined);
  return call.world.state.write(() => {
    const channel = target.kind === "channel" ? target.channel : target.open();
    return postMessage(call.world, {
      channel,
      author,
      draft,
      // The first message of a post shares the id of its thread.
      ...(target.kind === "new-post" ? { id: channel.id } : {}),
      extra: {
        webhook_id: webhook.id,
        ...(webhook.application_id ? { application_id: webhook.application_id } : {}),
      },
    });
  });
}

/** Webhooks of an application send every component; others only on request, and nothing interactive (docs: resources/webhook). */
export function componentsOf({ query }: Pick<Call, "query">, webhook: Webhook): DraftOptions["components"] {
  if (webhook.application_id !== null) return "all";
  return queryFlag(query, "with_components") ? "display" : "ignored";
}

function toAuthor(webhook: Webhook, username: string | undefined, avatarUrl: string | undefined): WebhookAuthor {
  return {
    id: webhook.id,
    username: username ?? webhook.name,
    // Discord fetches the picture and answers its hash; here the address stands in for it.
    avatar: avatarUrl ?? webhook.avatar,
    discriminator: "0000",
    bot: true,
    global_name: null,
    public_flags: 0,
    flags: 0,
    primary_guild: null,
  };
}
