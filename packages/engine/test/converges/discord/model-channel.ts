import type { DiscordMessage, DiscordOperation, MessageRef } from "@tocsin/discord-transport";
import { type ModelMessage, type ModelState, type ModelThread, type Permission, snowflakeAt } from "./model-state.ts";
import { type Answer, done, refuse } from "./refusals.ts";

type Operation<Kind extends DiscordOperation["kind"]> = Extract<DiscordOperation, { readonly kind: Kind }>;

/** Who calls. */
export interface Caller {
  readonly authorId: string;
  readonly isBot: boolean;
  /** A bot that may do everything with threads that people have locked. */
  readonly managesLocked: boolean;
}

export interface ChannelOptions {
  readonly isForum: boolean;
  readonly now: () => number;
  /** For how long a nonce is known. */
  readonly nonceWindowMs: number;
  /** Whether only so many threads are started, and so many messages made, in a while. */
  readonly isLimited: boolean;
}

/** A channel as Discord has it: what it was asked for, whether it did it, and what stands there. */
export interface ModelChannel {
  readonly state: ModelState;
  send(caller: Caller, operation: Operation<"send">, sendId: string): Answer<MessageRef>;
  edit(caller: Caller, operation: Operation<"edit">, sendId: string): Answer<MessageRef>;
  startThread(caller: Caller, operation: Operation<"start-thread">): Answer<MessageRef>;
  updateThread(caller: Caller, operation: Operation<"update-thread">): Answer<MessageRef>;
  /** How long such a call would have to wait for the limits that everybody shares. */
  waitMs(kind: DiscordOperation["kind"]): number;
  /** Closes the threads in which nothing has happened for long enough. */
  archiveIdle(): void;
}

const HOME_ID = "100000000000000001";
const HOUR_MS = 3_600_000;
/** Edits of messages that are older than an hour: one in so long. */
const OLD_EDIT_EVERY_MS = 60_000;
/** Shared limits, stricter than Discord's own so that they are met: so many in so long. */
const SHARED_LIMITS = {
  "start-thread": { count: 3, withinMs: 600_000 },
  send: { count: 6, withinMs: 20_000 },
} as const;

/** Texts that the model objects to: some in every form, some only where they are more than plain text. */
export const POISON = "poison";
export const MASKED_LINK = "[docs](https://example.com/x)";

function refusesForm(text: string): boolean {
  return text.includes(POISON) || text.includes("](");
}

export function createModelChannel({ isForum, now, nonceWindowMs, isLimited }: ChannelOptions): ModelChannel {
  const state: ModelState = {
    isForum,
    messages: [],
    threads: new Map(),
    forbidden: new Set(),
    wereForbidden: new Set(),
    oldEditRefusals: [],
  };
  const { messages, threads, forbidden } = state;
  let oldEditFreeAt = 0;
  const taken: Record<keyof typeof SHARED_LIMITS, number[]> = { send: [], "start-thread": [] };

  const forbids = (permission: Permission) => forbidden.has(permission);
  const threadOf = (id: string): ModelThread | undefined => {
    const thread = threads.get(id);
    return thread?.isDeleted ? undefined : thread;
  };
  const refuseInThread = (id: string, code: number): Answer<never> => {
    const thread = threadOf(id);
    if (thread !== undefined) thread.isDisturbed = true;
    return refuse(code);
  };
  const refOf = ({ id, threadId }: ModelMessage): MessageRef => ({
    channelId: threadId ?? HOME_ID,
    messageId: id,
    ...(threadId === null ? {} : { threadId }),
  });

  function addThread(id: string, name: string, minutes: number, tagIds: readonly string[] = []): ModelThread {
    const thread: ModelThread = {
      id,
      name,
      tagIds,
      isArchived: false,
      isLocked: false,
      isDeleted: false,
      activeAt: now(),
      archivesAfterMs: minutes * 60_000,
      isDisturbed: false,
    };
    threads.set(id, thread);
    return thread;
  }

  function addMessage(
    caller: Caller,
    made: {
      readonly id: string;
      readonly threadId: string | null;
      readonly sendId: string;
      readonly hasNonce: boolean;
    },
    { message, replyTo }: Operation<"send">,
  ): ModelMessage {
    const target = messages.find(({ id, isDeleted }) => id === replyTo && !isDeleted);
    const added: ModelMessage = {
      ...made,
      createdAt: now(),
      authorId: caller.authorId,
      // A reply to what is gone stands alone.
      replyTo: caller.isBot ? (target?.id ?? null) : null,
      body: message,
      firstBody: message,
      isDeleted: false,
      isAnswerLost: false,
      editSendId: null,
      isEditAnswerLost: false,
    };
    messages.push(added);
    return added;
  }

  function send(caller: Caller, operation: Operation<"send">, sendId: string): Answer<MessageRef> {
    const { message, threadId, threadName, appliedTagIds } = operation;
    if (isForum && threadId === undefined && threadName === undefined) return refuse(caller.isBot ? 40058 : 220001);
    if (!isForum && threadName !== undefined) return refuse(220003);
    if (forbids(threadId === undefined ? "post" : "post-in-thread")) {
      return threadId === undefined ? refuse(50013) : refuseInThread(threadId, 50013);
    }
    const thread = threadId === undefined ? undefined : threadOf(threadId);
    if (threadId !== undefined && thread === undefined) return refuse(10003);
    if (thread?.isLocked && !caller.managesLocked) return refuseInThread(thread.id, 160005);
    if (refusesForm(`${JSON.stringify(message)}${threadName ?? ""}`)) {
      return thread === undefined ? refuse(50035) : refuseInThread(thread.id, 50035);
    }
    const limited = take("send");
    if (limited !== null) return limited;
    const hasNonce = caller.isBot && threadName === undefined;
    const known = messages.findLast((each) => hasNonce && isKnown(each, caller, sendId));
    if (known !== undefined) return known.isDeleted ? refuse(10008) : done(refOf(known));
    const id = snowflakeAt(now());
    if (threadName !== undefined) addThread(id, threadName, 1440, appliedTagIds);
    if (thread !== undefined) Object.assign(thread, { isArchived: false, activeAt: now() });
    const place = threadName === undefined ? (threadId ?? null) : id;
    return done(refOf(addMessage(caller, { id, threadId: place, sendId, hasNonce }, operation)));
  }

  const isKnown = (message: ModelMessage, caller: Caller, sendId: string): boolean =>
    message.hasNonce &&
    message.sendId === sendId &&
    message.authorId === caller.authorId &&
    now() - message.createdAt < nonceWindowMs;

  function edit(
    caller: Caller,
    { messageId, threadId, message }: Operation<"edit">,
    sendId: string,
  ): Answer<MessageRef> {
    const thread = threadId === undefined ? undefined : threadOf(threadId);
    if (threadId !== undefined && thread === undefined) return refuse(10003);
    const found = messages.find((each) => each.id === messageId && each.threadId === (threadId ?? null));
    if (found === undefined || found.isDeleted) return refuse(10008);
    if (forbids("edit")) return refuse(50013);
    if (found.authorId !== caller.authorId) return refuse(50005);
    if (thread?.isLocked && caller.isBot && !caller.managesLocked) return refuse(160005);
    if (thread?.isArchived) return refuse(50083);
    if (refusesForm(JSON.stringify(message))) return refuse(50035);
    if (now() - found.createdAt > HOUR_MS) {
      if (now() < oldEditFreeAt) {
        state.oldEditRefusals.push(now());
        return refuse(30046, { retryAfterMs: oldEditFreeAt - now(), scope: "shared" });
      }
      oldEditFreeAt = now() + OLD_EDIT_EVERY_MS;
    }
    Object.assign(found, { body: withKept(found.body, message), editSendId: sendId, isEditAnswerLost: false });
    return done(refOf(found));
  }

  function waitMs(kind: DiscordOperation["kind"]): number {
    if (!isLimited || (kind !== "send" && kind !== "start-thread")) return 0;
    const { count, withinMs } = SHARED_LIMITS[kind];
    taken[kind] = taken[kind].filter((at) => at > now() - withinMs);
    const [oldest] = taken[kind];
    return taken[kind].length < count || oldest === undefined ? 0 : oldest + withinMs - now();
  }

  /** Takes one of what is limited, or says how long to wait. */
  function take(kind: "send" | "start-thread"): Answer<never> | null {
    const retryAfterMs = waitMs(kind);
    if (retryAfterMs > 0) return refuse(40062, { retryAfterMs, scope: "shared" });
    taken[kind].push(now());
    return null;
  }

  function startThread(caller: Caller, operation: Operation<"start-thread">): Answer<MessageRef> {
    const { messageId, name, autoArchiveMinutes } = operation;
    const found = messages.find(({ id }) => id === messageId);
    if (found === undefined || found.isDeleted) return refuse(10008);
    if (!caller.isBot || isForum || found.threadId !== null) return refuse(50024);
    if (forbids("start-thread")) return refuse(50013);
    if (refusesForm(name)) return refuse(50035);
    const ref = { channelId: messageId, messageId, threadId: messageId };
    // Counts as delivered: https://docs.discord.com/developers/topics/opcodes-and-status-codes (160004)
    if (threads.has(messageId)) return done(ref);
    const limited = take("start-thread");
    if (limited !== null) return limited;
    addThread(messageId, name, autoArchiveMinutes ?? 1440);
    return done(ref);
  }

  function updateThread(caller: Caller, operation: Operation<"update-thread">): Answer<MessageRef> {
    const { threadId, archived, appliedTagIds } = operation;
    const thread = threadOf(threadId);
    if (thread === undefined) return refuse(10003);
    if (forbids("manage-thread") || !caller.isBot) return refuseInThread(threadId, 50013);
    if (thread.isLocked && !caller.managesLocked) return refuseInThread(threadId, 50013);
    if (appliedTagIds !== undefined) thread.tagIds = appliedTagIds;
    if (archived !== undefined) Object.assign(thread, { isArchived: archived, activeAt: now() });
    return done({ channelId: threadId, messageId: threadId, threadId });
  }

  return {
    state,
    send,
    edit,
    startThread,
    updateThread,
    waitMs,
    archiveIdle() {
      for (const thread of threads.values()) {
        if (now() - thread.activeAt >= thread.archivesAfterMs) thread.isArchived = true;
      }
    },
  };
}

/** What an edit does not name stays: https://docs.discord.com/developers/resources/message#edit-message */
function withKept(before: DiscordMessage, edit: DiscordMessage): DiscordMessage {
  return { ...before, ...edit };
}
