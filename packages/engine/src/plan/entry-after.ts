import type { MessageRef } from "@tocsin/discord-transport";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import type { SealedCall, Shown } from "./sealed-call.ts";

/** What a delivered call is recorded with. */
export interface Answered {
  readonly laneId: string;
  /** Where Discord put it. */
  readonly ref: MessageRef;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Messages that lost answers may have left beside this one. */
  readonly possibleDuplicateCount: number;
}

/**
 * What the ledger says of a subject after a call was delivered; `undefined` when the call was about a message that does not
 * show it any more. Recording the same answer twice changes nothing. Pure.
 */
export function entryAfter(
  entry: LedgerEntry | undefined,
  call: SealedCall,
  shown: Shown,
  answered: Answered,
): LedgerEntry | undefined {
  if (call.step === "post" || call.step === "reply") return shownAnew(entry, call, shown, answered);
  if (entry === undefined) return undefined;
  const told = toldOf(shown);
  const tags = call.threadTags === undefined ? {} : { threadTags: call.threadTags };
  switch (call.step) {
    case "edit":
      if (entry.messageId !== answered.ref.messageId) return undefined;
      return { ...entry, ...told, revision: Math.max(entry.revision, shown.revision) };
    case "notice":
      return { ...entry, ...told, ...opened(entry) };
    case "start-thread":
      return { ...entry, ownThreadId: answered.ref.threadId ?? answered.ref.messageId, threadState: "open" };
    // A message opens an archived thread: https://docs.discord.com/developers/topics/threads
    case "thread-note":
      return { ...entry, ...told, threadState: "open" };
    case "open-thread":
      return { ...entry, threadState: "open" };
    case "tag-thread":
      return { ...entry, ...tags };
    case "close-thread":
      return { ...entry, ...tags, threadState: "closed" };
  }
}

/** Nothing where something that follows will tell: it may have told already, if both were under way together. */
function toldOf({ told }: Shown): Partial<Pick<LedgerEntry, "toldSeverity" | "toldStatus">> {
  return told === null ? {} : { toldSeverity: told.severity, toldStatus: told.status };
}

/** What a message does to an archived thread in which the alert is shown. */
const opened = ({ threadId, ownThreadId, threadState }: LedgerEntry): Partial<LedgerEntry> =>
  ownThreadId !== null && ownThreadId === threadId && threadState === "closed" ? { threadState: "open" } : {};

function shownAnew(
  entry: LedgerEntry | undefined,
  call: SealedCall,
  shown: Shown,
  { laneId, ref, nowMs, possibleDuplicateCount }: Answered,
): LedgerEntry {
  const { operation, step } = call;
  const opensPost = operation.kind === "send" && operation.threadName !== undefined;
  const isRepeated = entry?.messageId === ref.messageId;
  // A reply stands beside the old message and its thread; a new card has none yet.
  const thread = step === "reply" ? entry : undefined;
  return {
    laneId,
    subjectId: shown.subjectId,
    revision: Math.max(shown.revision, isRepeated ? entry.revision : 0),
    channelId: ref.channelId,
    messageId: ref.messageId,
    ...(ref.threadId === undefined ? {} : { threadId: ref.threadId }),
    sentAt: entry?.sentAt ?? nowMs,
    postedAt: isRepeated ? entry.postedAt : nowMs,
    possibleDuplicateCount: (entry?.possibleDuplicateCount ?? 0) + (isRepeated ? 0 : possibleDuplicateCount),
    face: call.face,
    position: call.shows.indexOf(shown),
    memberCount: call.shows.length,
    toldSeverity: shown.told?.severity ?? null,
    toldStatus: shown.told?.status ?? "active",
    ownThreadId: opensPost ? (ref.threadId ?? ref.channelId) : (thread?.ownThreadId ?? null),
    threadState: opensPost ? "open" : (thread?.threadState ?? "none"),
    ...(thread === undefined ? {} : opened(thread)),
    threadTags: opensPost ? (call.threadTags ?? null) : (thread?.threadTags ?? null),
  };
}

/**
 * What the ledger says after Discord refused a call that is not about the message itself: it is not tried again, and nothing
 * else waits for it. Pure.
 */
export function entryAfterRefusal(entry: LedgerEntry, { step }: SealedCall, shown: Shown): LedgerEntry {
  switch (step) {
    case "notice":
      return { ...entry, ...toldOf(shown) };
    case "start-thread":
    case "open-thread":
    case "tag-thread":
    case "thread-note":
    case "close-thread":
      return { ...entry, threadState: "refused" };
    default:
      return entry;
  }
}
