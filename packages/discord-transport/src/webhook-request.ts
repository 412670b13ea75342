import type { Json } from "@tocsin/alert/plugin";
import { isSnowflake } from "./snowflake.ts";
import type { DiscordMessage, DiscordOperation } from "./transport.ts";
import { toAllowedUsername } from "./username.ts";
import type { Webhook } from "./webhook-url.ts";

/** One HTTP request, ready to go. `url` is a secret; `template` is the same without ids and token. */
export interface WebhookRequest {
  readonly kind: "request";
  readonly method: "POST" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly template: string;
  /** JSON text. Absent for a delete. */
  readonly body?: string;
}

/** An operation that no webhook route can express: Discord would answer 400. */
export interface ImpossibleRequest {
  readonly kind: "impossible";
  readonly details: Json;
}

const EXECUTE_TEMPLATE = "/webhooks/{webhook.id}/{webhook.token}";
const MESSAGE_TEMPLATE = `${EXECUTE_TEMPLATE}/messages/{message.id}`;

/** Message flags that an edit may carry. https://docs.discord.com/developers/resources/webhook#edit-webhook-message */
const EDITABLE_FLAGS = (1 << 2) | (1 << 15);

/**
 * Says what an operation is on a webhook's routes. Mentions nobody unless the message says so, rewrites names that Discord
 * forbids, and always asks for the message in the answer. Throws what `JSON.stringify` throws.
 */
export function toWebhookRequest(webhook: Webhook, operation: DiscordOperation): WebhookRequest | ImpossibleRequest {
  const url = new URL(webhook.executeUrl);
  const opensPost = operation.kind === "send" && operation.threadName !== undefined;
  const threadId = operation.threadId ?? (opensPost ? undefined : webhook.threadId);
  if (threadId !== undefined) {
    if (!isSnowflake(threadId)) return impossible("threadId is not a Discord id");
    url.searchParams.set("thread_id", threadId);
  }

  if (operation.kind === "send") {
    url.searchParams.set("wait", "true");
    if (operation.message.components?.length) url.searchParams.set("with_components", "true");
    const body = JSON.stringify(sendBody(operation));
    return { kind: "request", method: "POST", url, template: EXECUTE_TEMPLATE, body };
  }

  if (!isSnowflake(operation.messageId)) return impossible("messageId is not a Discord id");
  url.pathname += `/messages/${operation.messageId}`;
  if (operation.kind === "delete") return { kind: "request", method: "DELETE", url, template: MESSAGE_TEMPLATE };
  // Without it Discord would leave the components of the message as they are, also when the edit takes them away.
  url.searchParams.set("with_components", "true");
  const body = JSON.stringify(editBody(operation.message));
  return { kind: "request", method: "PATCH", url, template: MESSAGE_TEMPLATE, body };
}

function sendBody(operation: DiscordOperation & { readonly kind: "send" }): object {
  const { username, ...message } = operation.message;
  return {
    ...message,
    username: username === undefined ? undefined : toAllowedUsername(username),
    allowed_mentions: mentionsOf(message),
    thread_name: operation.threadName,
    applied_tags: operation.threadName === undefined ? undefined : operation.appliedTagIds,
  };
}

/** An edit replaces the message: what it does not have is cleared, where Discord would keep what it is not told about. */
function editBody(message: DiscordMessage): object {
  return {
    content: message.content ?? null,
    embeds: message.embeds ?? [],
    components: message.components ?? [],
    attachments: message.attachments ?? [],
    allowed_mentions: mentionsOf(message),
    flags: message.flags === undefined ? undefined : message.flags & EDITABLE_FLAGS,
  };
}

function mentionsOf(message: Pick<DiscordMessage, "allowed_mentions">): object {
  return message.allowed_mentions ?? { parse: [] };
}

function impossible(message: string): ImpossibleRequest {
  return { kind: "impossible", details: { message } };
}
