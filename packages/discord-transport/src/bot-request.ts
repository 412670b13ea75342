import { type ImpossibleRequest, impossible, type RequestBody, type RequestPlace } from "./discord-request.ts";
import { toEmojiSegment } from "./emoji-segment.ts";
import { editBody, newMessageBody } from "./message-body.ts";
import { filesDefect } from "./message-files.ts";
import { isSnowflake } from "./snowflake.ts";
import type { DiscordOperation } from "./transport.ts";

/** The channel that a bot's transport works in. */
export interface BotChannel {
  readonly channelId: string;
  /** Whether it is a forum or media channel: those take posts, not messages. */
  readonly isForum: boolean;
}

type SendOperation = DiscordOperation & { readonly kind: "send" };

const CHANNEL_TEMPLATE = "/channels/{channel.id}";
const MESSAGES_TEMPLATE = `${CHANNEL_TEMPLATE}/messages`;
/** The template of one message. */
export const MESSAGE_TEMPLATE = `${MESSAGES_TEMPLATE}/{message.id}`;

/** A place in a channel or in one of its threads, without a query. */
export function botPlace(
  method: RequestPlace["method"],
  path: string,
  template: string,
  channelId: string,
  threadId: string | undefined,
): RequestPlace {
  return { kind: "place", method, path, query: {}, template, channelId, threadId: threadId ?? null };
}

/** Says where an operation goes on a bot's routes: ids that are none, which could lead elsewhere, make no request. */
export function toBotPlace(home: BotChannel, operation: DiscordOperation): RequestPlace | ImpossibleRequest {
  const defect = idDefect(operation);
  if (defect !== null) return defect;
  if (operation.kind === "send") return toSendPlace(home, operation);
  if (operation.kind === "update-thread") return toThreadPlace(home, operation.threadId);
  const threadId = operation.kind === "start-thread" ? undefined : operation.threadId;
  const channelId = threadId ?? home.channelId;
  const path = `/channels/${channelId}/messages/${operation.messageId}`;
  switch (operation.kind) {
    case "edit":
      return filesDefect(operation.files) ?? botPlace("PATCH", path, MESSAGE_TEMPLATE, channelId, threadId);
    case "delete":
      return botPlace("DELETE", path, MESSAGE_TEMPLATE, channelId, threadId);
    case "start-thread":
      if (home.isForum) return impossible("the posts of a forum are its threads", "unsupported");
      return botPlace("POST", `${path}/threads`, `${MESSAGE_TEMPLATE}/threads`, channelId, undefined);
    case "react": {
      const emoji = toEmojiSegment(operation.emoji);
      if (emoji === null) return impossible("emoji is neither a Unicode emoji nor name:id");
      const template = `${MESSAGE_TEMPLATE}/reactions/{emoji}/@me`;
      return botPlace("PUT", `${path}/reactions/${emoji}/@me`, template, channelId, threadId);
    }
  }
}

/** Says what goes along. Throws what `JSON.stringify` throws. */
export function toBotBody({ isForum }: BotChannel, operation: DiscordOperation, nonce: string): RequestBody {
  switch (operation.kind) {
    case "send": {
      const { files, threadId } = operation;
      const body = isForum && threadId === undefined ? postBody(operation) : messageBody(operation, nonce);
      return { json: JSON.stringify(body), ...(files && { files }) };
    }
    case "edit": {
      const { message, files } = operation;
      return { json: JSON.stringify(quiet(editBody(message, files))), ...(files && { files }) };
    }
    case "start-thread":
      return { json: JSON.stringify({ name: operation.name, auto_archive_duration: operation.autoArchiveMinutes }) };
    case "update-thread": {
      const { archived, locked, name, appliedTagIds } = operation;
      return { json: JSON.stringify({ archived, locked, name, applied_tags: appliedTagIds }) };
    }
    default:
      return {};
  }
}

function toSendPlace({ channelId: homeId, isForum }: BotChannel, operation: SendOperation) {
  const { threadId, threadName, files } = operation;
  const defect = filesDefect(files);
  if (defect !== null) return defect;
  if (threadId !== undefined && threadName !== undefined)
    return impossible("threadId and threadName exclude each other");
  if (threadName !== undefined && !isForum) {
    // Discord would start a thread and drop the message.
    return impossible("threadName outside of a forum channel");
  }
  if (isForum && threadId === undefined) {
    if (threadName === undefined) return impossible("a forum takes posts: threadName or threadId is missing");
    return botPlace("POST", `/channels/${homeId}/threads`, `${CHANNEL_TEMPLATE}/threads`, homeId, undefined);
  }
  const channelId = threadId ?? homeId;
  return botPlace("POST", `/channels/${channelId}/messages`, MESSAGES_TEMPLATE, channelId, threadId);
}

function toThreadPlace({ channelId }: BotChannel, threadId: string): RequestPlace | ImpossibleRequest {
  if (threadId === channelId) return impossible("threadId is the channel itself");
  return botPlace("PATCH", `/channels/${threadId}`, CHANNEL_TEMPLATE, threadId, threadId);
}

function idDefect(operation: DiscordOperation): ImpossibleRequest | null {
  if ("threadId" in operation && operation.threadId !== undefined && !isSnowflake(operation.threadId)) {
    return impossible("threadId is not a Discord id");
  }
  if ("messageId" in operation && !isSnowflake(operation.messageId)) return impossible("messageId is not a Discord id");
  if (operation.kind === "send" && operation.replyTo !== undefined && !isSnowflake(operation.replyTo)) {
    return impossible("replyTo is not a Discord id");
  }
  return null;
}

function messageBody({ message, files, replyTo }: SendOperation, nonce: string): object {
  return {
    ...quiet(newMessageBody(message, files)),
    nonce,
    enforce_nonce: true,
    message_reference: replyTo === undefined ? undefined : { message_id: replyTo, fail_if_not_exists: false },
  };
}

/** A post knows neither nonces nor replies: https://docs.discord.com/developers/resources/channel#start-thread-in-forum-or-media-channel. */
function postBody({ message, files, threadName, appliedTagIds }: SendOperation): object {
  return { name: threadName, applied_tags: appliedTagIds, message: quiet(newMessageBody(message, files)) };
}

/** Who is replied to is not mentioned unless the message says so. */
function quiet<T extends { readonly allowed_mentions: object }>(body: T): T {
  return { ...body, allowed_mentions: { replied_user: false, ...body.allowed_mentions } };
}
