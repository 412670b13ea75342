import type { RequestPlace } from "./discord-request.ts";
import { parseObject } from "./foreign-json.ts";
import { isSnowflake } from "./snowflake.ts";
import type { DiscordOperation, MessageRef } from "./transport.ts";

/** Reads from the answer to a success where the message, or the thread, is; null when the answer does not hold it. */
export function readDelivered(
  operation: DiscordOperation,
  place: RequestPlace,
  body: string | null,
): MessageRef | null {
  // Discord answers these with nothing.
  if (operation.kind === "delete" || operation.kind === "react") return namedRef(operation.messageId, place);
  const answer = parseObject(body);
  if (!isSnowflake(answer?.id)) return null;
  if (operation.kind === "start-thread" || operation.kind === "update-thread") return threadRef(answer.id);
  if (isSnowflake(answer.channel_id)) {
    const { id: messageId, channel_id: channelId } = answer;
    const inThread = operation.kind === "send" && operation.threadName !== undefined;
    return inThread || place.threadId !== null
      ? { channelId, messageId, threadId: channelId }
      : { channelId, messageId };
  }
  // A bot's new post comes as a thread with its message inside.
  const first = answer.message;
  return typeof first === "object" && first !== null && "id" in first && isSnowflake(first.id)
    ? { ...threadRef(answer.id), messageId: first.id }
    : null;
}

/** Whether Discord made a thread and left the message out: it does where the channel is no forum. Nothing in it shows anything. */
export function isEmptyThread(operation: DiscordOperation, body: string | null): boolean {
  if (operation.kind !== "send" || operation.threadName === undefined) return false;
  const answer = parseObject(body);
  return isSnowflake(answer?.id) && "thread_metadata" in answer && !("message" in answer) && !("channel_id" in answer);
}

/** What an error means that says that nothing is left to do; null for any other. */
export function readAlreadyDone(
  operation: DiscordOperation,
  place: RequestPlace,
  error: { readonly status: number; readonly code: unknown },
): MessageRef | null {
  if (operation.kind === "delete" && error.status === 404 && error.code === 10008) {
    return namedRef(operation.messageId, place);
  }
  if (operation.kind === "start-thread" && error.code === 160004) return threadRef(operation.messageId);
  // An archived thread takes no change but being opened: what was to be closed is.
  const isClosing = operation.kind === "update-thread" && operation.archived === true;
  return isClosing && error.code === 50083 ? threadRef(operation.threadId) : null;
}

function namedRef(messageId: string, { channelId, threadId }: RequestPlace): MessageRef {
  return { channelId, messageId, ...(threadId === null ? {} : { threadId }) };
}

/** A thread has the id of the message that it began with. https://docs.discord.com/developers/topics/threads */
function threadRef(id: string): MessageRef {
  return { channelId: id, messageId: id, threadId: id };
}
