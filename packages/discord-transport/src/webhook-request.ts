import { type ImpossibleRequest, impossible, type RequestBody, type RequestPlace } from "./discord-request.ts";
import { editBody, newMessageBody } from "./message-body.ts";
import { filesDefect } from "./message-files.ts";
import { isSnowflake } from "./snowflake.ts";
import type { DiscordOperation } from "./transport.ts";
import { toAllowedUsername } from "./username.ts";
import type { Webhook } from "./webhook-url.ts";

const EXECUTE_TEMPLATE = "/webhooks/{webhook.id}/{webhook.token}";
const MESSAGE_TEMPLATE = `${EXECUTE_TEMPLATE}/messages/{message.id}`;

/**
 * Says where an operation goes on a webhook's routes: what they cannot express, and ids that are none, make no request.
 * Always asks for the message in the answer.
 */
export function toWebhookPlace(webhook: Webhook, operation: DiscordOperation): RequestPlace | ImpossibleRequest {
  if (operation.kind === "start-thread" || operation.kind === "update-thread" || operation.kind === "react") {
    return impossible("a webhook only sends, edits and deletes messages", "unsupported");
  }
  const opensPost = operation.kind === "send" && operation.threadName !== undefined;
  const threadId = operation.threadId ?? (opensPost ? undefined : webhook.threadId) ?? null;
  if (threadId !== null && !isSnowflake(threadId)) return impossible("threadId is not a Discord id");
  if (operation.kind !== "send" && !isSnowflake(operation.messageId))
    return impossible("messageId is not a Discord id");
  const defect = operation.kind === "delete" ? null : filesDefect(operation.files);
  if (defect !== null) return defect;

  const path = `/webhooks/${webhook.id}/${webhook.token}`;
  const place = { kind: "place", channelId: threadId ?? "", threadId } as const;
  const thread = threadId === null ? {} : { thread_id: threadId };
  if (operation.kind === "send") {
    const components = operation.message.components?.length ? { with_components: "true" } : {};
    return {
      ...place,
      method: "POST",
      path,
      template: EXECUTE_TEMPLATE,
      query: { ...thread, wait: "true", ...components },
    };
  }
  const message = { ...place, path: `${path}/messages/${operation.messageId}`, template: MESSAGE_TEMPLATE };
  if (operation.kind === "delete") return { ...message, method: "DELETE", query: thread };
  // Without it Discord would leave the components of the message as they are, also when the edit takes them away.
  return { ...message, method: "PATCH", query: { ...thread, with_components: "true" } };
}

/** Says what goes along; a name that Discord forbids is rewritten. Throws what `JSON.stringify` throws. */
export function toWebhookBody(operation: DiscordOperation): RequestBody {
  if (operation.kind === "edit") {
    const { message, files } = operation;
    return { json: JSON.stringify(editBody(message, files)), ...(files && { files }) };
  }
  if (operation.kind !== "send") return {};
  const { message, files, threadName, appliedTagIds } = operation;
  const { username, avatar_url } = message;
  const body = {
    ...newMessageBody(message, files),
    username: username === undefined ? undefined : toAllowedUsername(username),
    avatar_url,
    thread_name: threadName,
    applied_tags: threadName === undefined ? undefined : appliedTagIds,
  };
  return { json: JSON.stringify(body), ...(files && { files }) };
}
