import type { Json, Outcome } from "@tocsin/alert/plugin";
import { fixOf, type MessageRef } from "@tocsin/discord-transport";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import { concernsMessage } from "../plan/next-step.ts";
import type { SealedCall } from "../plan/sealed-call.ts";

/**
 * What an answer means for the plan.
 *
 * - `settle`: it stands as it is
 * - `forget`: the message is gone or cannot be edited any more, and what it showed is shown by a new one
 * - `fresh`: planned anew, under another nonce
 * - `open-thread`: the thread has to be opened first
 * - `reply`: Discord refuses edits of old messages for `retryAfterMs`
 * - `skip`: what is not about the message itself is left undone, also where it might be possible later
 * - `strict`: rendered once more, so that Discord cannot object to the form, and as no reply
 */
export type Judgement =
  | { readonly kind: "settle" | "forget" | "fresh" | "open-thread" | "skip" | "strict" }
  | { readonly kind: "reply"; readonly retryAfterMs: number };

export interface JudgedCall {
  readonly call: SealedCall;
  /** What the ledger says of the first subject that the call is about. */
  readonly entry: LedgerEntry | undefined;
  /** Whether all that can be done about the form is done. */
  readonly isStrict: boolean;
  /** Whether an archived thread was to be opened for it already. */
  readonly wasUnarchived: boolean;
  /** Whether an earlier attempt of this very call may have been done, its answer lost. */
  readonly mayBeDone: boolean;
}

/** "Unknown Channel": of a message in a thread, the thread is gone. https://docs.discord.com/developers/topics/opcodes-and-status-codes */
const UNKNOWN_CHANNEL = 10003;
/** For an answer that states no delay. */
const OLD_EDITS_PAUSE_MS = 60_000;
/** The lane is not paused for such an answer: one that states next to no delay must not be asked for over and over. */
const MIN_OLD_EDITS_PAUSE_MS = 1_000;

const codeOf = (details: Json | undefined): unknown =>
  typeof details === "object" && details !== null ? (details as { readonly code?: unknown }).code : undefined;

/** Says what an answer means for the plan. Every judgement but `settle` makes the next plan another one. Pure. */
export function judgeAnswer(
  { call, entry, isStrict, wasUnarchived, mayBeDone }: JudgedCall,
  outcome: Outcome<MessageRef>,
): Judgement {
  if (outcome.kind === "delivered" || outcome.kind === "unknown") return { kind: "settle" };
  const fix = fixOf(outcome);
  const { step, operation } = call;
  if (outcome.kind === "retryable") {
    // One thread too many, for as long as others stay open: no reason to hold up messages.
    if (fix === "degrade" && !concernsMessage(step)) return { kind: "skip" };
    // What an edit may show already, a reply beside it would show twice: the same edit is made again later.
    if (fix !== "post-instead" || step !== "edit" || mayBeDone) return { kind: "settle" };
    return {
      kind: "reply",
      retryAfterMs: Math.max(outcome.retryAfterMs ?? OLD_EDITS_PAUSE_MS, MIN_OLD_EDITS_PAUSE_MS),
    };
  }
  if (operation.kind === "edit") {
    const isThreadGone = operation.threadId !== undefined && codeOf(outcome.details) === UNKNOWN_CHANNEL;
    if (fix === "resend" || isThreadGone) return { kind: "forget" };
    const isOwnThread = operation.threadId !== undefined && operation.threadId === entry?.ownThreadId;
    // What cannot be opened is opened by a new message in it, or left for a new post.
    if (fix === "unarchive" && operation.threadId !== undefined) {
      const canOpen = isOwnThread && entry.threadState !== "refused" && !wasUnarchived;
      return { kind: canOpen ? "open-thread" : "forget" };
    }
  }
  // The nonce stands for a message that was made, and then deleted. One that is new stands for nothing: Discord blocks.
  // Whom a notice was to tell, it has told: only a person's deletion makes it look undone.
  if (operation.kind === "send" && fix === "resend" && mayBeDone) return { kind: step === "notice" ? "skip" : "fresh" };
  const isForm = outcome.reason === "invalid-form" || outcome.reason === "too-large";
  const isReply = operation.kind === "send" && operation.replyTo !== undefined;
  const isNotice = step === "notice";
  // One of those that share the message is to blame, and not the others: who has news leaves it, and is shown alone.
  const isSharedEdit = step === "edit" && (call.face === "digest" || call.shows.length > 1);
  if (isForm && isStrict && isSharedEdit) return { kind: "forget" };
  if (!isStrict && concernsMessage(step) && (isForm || (isReply && fix === "degrade"))) {
    return { kind: "strict" };
  }
  return { kind: isNotice || !concernsMessage(step) ? "skip" : "settle" };
}
