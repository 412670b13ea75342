import type { TransportCapabilities } from "@tocsin/discord-transport";
import type { AlertRecord } from "../engine.ts";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import type { ForumTagIds, ResolvedDelivery } from "../routing/delivery-options.ts";
import type { Condition } from "./condition.ts";
import { type News, newsOf } from "./news.ts";
import type { Step } from "./sealed-call.ts";
import { tagKeyOf } from "./thread-tags.ts";

/** One subject at one destination: what is wanted, and what is. */
export interface SubjectState {
  readonly record: AlertRecord;
  /** What is shown; absent: nothing. */
  readonly entry: LedgerEntry | undefined;
  readonly delivery: ResolvedDelivery;
  readonly condition: Condition | undefined;
}

/** What holds for the whole destination. */
export interface StepContext {
  readonly nowMs: number;
  readonly capabilities: TransportCapabilities;
  readonly isForum: boolean;
  readonly forumTagIds: ForumTagIds | undefined;
  /** Until when Discord refuses edits of old messages there; 0 when it does not. */
  readonly oldEditsRefusedUntil: number;
}

/** What is to be done next for a subject. */
export type NextStep =
  | { readonly kind: "step"; readonly step: Step; readonly news: News | null }
  /** Nothing before then. */
  | { readonly kind: "hold"; readonly untilAt: number }
  | { readonly kind: "nothing" };

/** Discord rations edits of messages that are older: https://docs.discord.com/developers/topics/opcodes-and-status-codes (30046). */
export const OLD_MESSAGE_MS = 3_600_000;
const NOTHING: NextStep = { kind: "nothing" };

/**
 * Decides the next call for one subject: first its message shows what is wanted, then people are told what no edit tells
 * them, then its thread follows. Carried out again and again it ends at `nothing`, wherever it began. Pure.
 */
export function nextStep(state: SubjectState, context: StepContext): NextStep {
  const { record, entry, condition } = state;
  if (entry === undefined) {
    if (condition === undefined) return step("post");
    // Over before anybody heard of it.
    return record.alert.status === "resolved" ? NOTHING : holdFor(condition);
  }
  if (outgrowsDigest(record, entry)) return condition === undefined ? step("post") : holdFor(condition);
  if (entry.revision < record.revision) return stepOfMessage(state, entry, context);
  return stepAfterMessage(state, entry, context);
}

/** A line in a list is no place for what is critical by now. */
export function outgrowsDigest(record: AlertRecord, entry: LedgerEntry): boolean {
  const news = newsOf(record, entry);
  const isUp = news === "escalated" || news === "reopened";
  return entry.face === "digest" && record.alert.severity === "critical" && isUp;
}

function stepOfMessage(state: SubjectState, entry: LedgerEntry, context: StepContext): NextStep {
  const { nowMs, oldEditsRefusedUntil } = context;
  const isInside = entry.ownThreadId !== null && entry.ownThreadId === entry.threadId;
  // Nothing can be edited in an archived thread.
  if (isInside && entry.threadState === "closed") return stepIntoThread(state, entry, context);
  const isOld = nowMs - entry.postedAt >= OLD_MESSAGE_MS;
  if (isOld && oldEditsRefusedUntil > nowMs) {
    const isWorthIt = newsOf(state.record, entry) !== null && state.condition === undefined && entry.face === "alert";
    return isWorthIt ? step("reply") : { kind: "hold", untilAt: oldEditsRefusedUntil };
  }
  return step("edit");
}

/** A webhook cannot open an archived thread, but its messages do: https://docs.discord.com/developers/resources/webhook */
function stepIntoThread(
  { record, condition, delivery }: SubjectState,
  entry: LedgerEntry,
  context: StepContext,
): NextStep {
  if (context.capabilities.managesThreads) return step("open-thread");
  if (condition !== undefined) return holdFor(condition);
  const news = newsOf(record, entry);
  if (news === null) return step("reply");
  return step(isNoticed(news, entry, delivery) ? "notice" : "thread-note", news);
}

function stepAfterMessage(state: SubjectState, entry: LedgerEntry, context: StepContext): NextStep {
  const { record, delivery, condition } = state;
  const { capabilities, isForum, forumTagIds } = context;
  const news = newsOf(record, entry);
  const isResolved = record.alert.status === "resolved";
  if (news !== null && isNoticed(news, entry, delivery)) {
    return condition === undefined ? step("notice", news) : holdFor(condition);
  }
  const canStart = delivery.thread && capabilities.startsThreads && !isForum && !isShared(entry);
  if (canStart && entry.threadState === "none" && entry.threadId === undefined && !isResolved) {
    return step("start-thread");
  }
  if (entry.ownThreadId === null || entry.threadState === "refused") return NOTHING;
  if (news !== null && condition === undefined) return step("thread-note", news);
  if (!capabilities.managesThreads) return NOTHING;
  if (isResolved && entry.threadState === "open") return step("close-thread");
  const tags = isForum ? tagKeyOf(record.alert, forumTagIds) : null;
  if (tags !== null && tags !== entry.threadTags && entry.threadState === "open") return step("tag-thread");
  return NOTHING;
}

/** Whether people in the channel are to hear of it, of which an edit does not notify them. */
function isNoticed(news: News, entry: LedgerEntry, { escalation }: ResolvedDelivery): boolean {
  if (entry.face === "digest" || escalation === "edit") return false;
  return news === "escalated" || news === "reopened";
}

/** Whether the message shows other subjects as well. */
export const isShared = ({ face, memberCount }: LedgerEntry): boolean => face === "digest" || memberCount > 1;

const step = (name: Step, news: News | null = null): NextStep => ({ kind: "step", step: name, news });
const holdFor = ({ untilAt }: Condition): NextStep => ({ kind: "hold", untilAt });

/** Whether a step is about the message, and not only about the thread that goes with it. */
export const concernsMessage = (name: Step): boolean =>
  name === "post" || name === "edit" || name === "reply" || name === "notice";
