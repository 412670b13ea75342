import type { Emoji } from "./emoji.ts";
import type { DiscordEvent, Message, Reaction } from "./wire.ts";

/** How many messages stay in memory and on the page. Older ones are fetched again when they are asked for. */
export const MAX_LOG_COUNT = 500;

/**
 * The loaded window of one channel, oldest message first and never more than `MAX_LOG_COUNT`.
 *
 * | state | newerCount | new messages |
 * |---|---|---|
 * | at the present | 0 | are appended |
 * | looking back | > 0 | are counted only, until the newest page is loaded again |
 */
export interface MessageLog {
  readonly messages: readonly Message[];
  /** Whether the server may have messages before the first one. */
  readonly hasOlder: boolean;
  /** Messages after the last one that are known and not loaded. */
  readonly newerCount: number;
}

export const emptyLog: MessageLog = { messages: [], hasOlder: false, newerCount: 0 };

/** Compares two snowflakes by age without losing digits: longer is newer, then the digits decide. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * A log at the present from the newest page, given newest first as the server answers, without the ones in `goneIds`. A full page means that there
 * may be older ones.
 */
export function logFromPage(
  newestFirst: readonly Message[],
  pageSize: number,
  goneIds: ReadonlySet<string> = new Set(),
): MessageLog {
  const messages = newestFirst.filter(({ id }) => !goneIds.has(id)).toReversed();
  return { messages, hasOlder: newestFirst.length >= pageSize, newerCount: 0 };
}

/** The log with one page of older messages in front, likewise; what no longer fits is dropped at the newest end and counted. */
export function withOlderPage(
  log: MessageLog,
  newestFirst: readonly Message[],
  pageSize: number,
  goneIds: ReadonlySet<string> = new Set(),
): MessageLog {
  const older = logFromPage(newestFirst, pageSize, goneIds);
  const all = [...older.messages, ...log.messages];
  const messages = all.slice(0, MAX_LOG_COUNT);
  return { messages, hasOlder: older.hasOlder, newerCount: log.newerCount + all.length - messages.length };
}

/**
 * The log after `events`, in order. Events of other channels (unless they change a message that is referred to here), of unknown messages and of
 * unknown names change nothing, and a message that is already there is not added again, so a page that overlaps with the events is harmless.
 * @param options.isFollowing whether the reader is at the bottom: then the oldest messages make room, otherwise the newest ones wait.
 */
export function applyEvents(
  log: MessageLog,
  channelId: string,
  events: readonly DiscordEvent[],
  options: { readonly isFollowing: boolean; readonly selfId: string | null },
): MessageLog {
  const messages = [...log.messages];
  let { hasOlder, newerCount } = log;
  let hasChanged = false;
  for (const { t, d } of events) {
    const body = d as EventBody;
    if (typeof body !== "object" || body === null) continue;
    hasChanged = refreshReferenced(messages, t, body, options.selfId) || hasChanged;
    if (body.channel_id !== channelId) continue;
    if (t === "MESSAGE_CREATE") {
      if (newerCount > 0 || (messages.length >= MAX_LOG_COUNT && !options.isFollowing)) newerCount += 1;
      else if (!insert(messages, d as Message)) continue;
      if (messages.length > MAX_LOG_COUNT) {
        messages.shift();
        hasOlder = true;
      }
      hasChanged = true;
      continue;
    }
    const goneIds = t === "MESSAGE_DELETE" ? [body.id] : t === "MESSAGE_DELETE_BULK" ? (body.ids ?? []) : [];
    for (const id of goneIds) {
      const index = messages.findIndex((message) => message.id === id);
      if (index < 0) continue;
      messages.splice(index, 1);
      hasChanged = true;
    }
    const index = messages.findLastIndex((message) => message.id === (body.message_id ?? body.id));
    const known = messages[index];
    if (known === undefined) continue;
    const changed = changedBy(known, t, body, options.selfId);
    if (changed === known) continue;
    messages[index] = changed;
    hasChanged = true;
  }
  return hasChanged ? { messages, hasOlder, newerCount } : log;
}

/** An event shows the reactions as another user sees them, and they change by events of their own only: the known ones stay. */
function edited(known: Message, { reactions: _, ...update }: Message): Message {
  return { ...known, ...update };
}

/** The log without one message, which the reader does not want to see. */
export function withoutMessage(log: MessageLog, id: string): MessageLog {
  return { ...log, messages: log.messages.filter((message) => message.id !== id) };
}

interface EventBody {
  readonly id?: string;
  readonly ids?: readonly string[];
  readonly channel_id?: string;
  readonly message_id?: string;
  readonly user_id?: string;
  readonly emoji?: Emoji;
}

/** What is replied to, or began a thread, is shown as it is now, wherever it stands. */
function refreshReferenced(messages: Message[], t: string, body: EventBody, selfId: string | null): boolean {
  const goneIds = t === "MESSAGE_DELETE" ? [body.id] : t === "MESSAGE_DELETE_BULK" ? (body.ids ?? []) : [];
  let hasChanged = false;
  for (const [index, message] of messages.entries()) {
    const referenced = message.referenced_message;
    if (!referenced) continue;
    if (goneIds.includes(referenced.id)) messages[index] = { ...message, referenced_message: null };
    else if (referenced.id === (body.message_id ?? body.id)) {
      const changed = changedBy(referenced, t, body, selfId);
      if (changed === referenced) continue;
      messages[index] = { ...message, referenced_message: changed };
    } else continue;
    hasChanged = true;
  }
  return hasChanged;
}

/** The message after an event of its own; itself when the event changes nothing. */
function changedBy(message: Message, t: string, body: EventBody, selfId: string | null): Message {
  return t === "MESSAGE_UPDATE" ? edited(message, body as unknown as Message) : reacted(message, t, body, selfId);
}

/** Keeps the order by id; nearly always the place is the end. */
function insert(messages: Message[], message: Message): boolean {
  let index = messages.length;
  while (index > 0) {
    const order = compareIds((messages[index - 1] as Message).id, message.id);
    if (order === 0) return false;
    if (order < 0) break;
    index -= 1;
  }
  messages.splice(index, 0, message);
  return true;
}

function reacted(message: Message, t: string, { emoji, user_id }: EventBody, selfId: string | null): Message {
  const before = message.reactions ?? [];
  if (t === "MESSAGE_REACTION_REMOVE_ALL") return { ...message, reactions: [] };
  if (emoji === undefined) return message;
  const isSame = (reaction: Reaction) =>
    emoji.id ? reaction.emoji.id === emoji.id : !reaction.emoji.id && reaction.emoji.name === emoji.name;
  if (t === "MESSAGE_REACTION_REMOVE_EMOJI") return { ...message, reactions: before.filter((one) => !isSame(one)) };
  const step = t === "MESSAGE_REACTION_ADD" ? 1 : t === "MESSAGE_REACTION_REMOVE" ? -1 : 0;
  if (step === 0) return message;
  const known = before.find(isSame) ?? { emoji, count: 0, me: false };
  const after = { ...known, count: known.count + step, me: user_id === selfId ? step > 0 : (known.me ?? false) };
  const reactions = before.includes(known) ? before.map((one) => (one === known ? after : one)) : [...before, after];
  return { ...message, reactions: reactions.filter((one) => one.count > 0) };
}
