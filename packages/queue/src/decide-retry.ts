import type { Outcome, Reason } from "@tocsin/alert/plugin";
import { type RetryPolicy, retryDelayMs } from "./retry.ts";

/** A call that was not answered with success or refusal, and what is known around it. */
export interface FailedCall {
  readonly outcome: Extract<Outcome<unknown>, { kind: "retryable" | "unknown" }>;
  /** Attempts until now, this one included. */
  readonly attemptCount: number;
  /** Earlier attempts that may have been done. */
  readonly lostAnswerCount: number;
  /** Since when its oldest delivery has met failures; `null` when this is the first. */
  readonly failingSince: number | null;
  /** The lane as it was before this answer. */
  readonly lane: LaneState;
}

/** What a lane remembers of its destination's behaviour. */
export interface LaneState {
  /** Failures in a row. */
  readonly failureCount: number;
  readonly pausedUntil: number;
}

export type RetryDecision =
  | {
      readonly kind: "again";
      /** Whether exactly this call is repeated; otherwise its deliveries are planned anew. */
      readonly sealed: boolean;
      readonly dueAt: number;
      readonly lane: LaneState;
      /** Whether this was a failure to be counted, or a call that was given up before it began. */
      readonly counts: boolean;
    }
  | { readonly kind: "dead"; readonly reason: Reason; readonly mayBeDelivered: boolean };

/**
 * Reasons of our own for not making a call: a shutdown, a limiter whose wait would have been too long, a lease that was over.
 * They say nothing about the destination, and are no failure.
 */
const GIVEN_UP_BEFORE: ReadonlySet<Reason> = new Set(["aborted", "deferred", "expired"]);

/**
 * What becomes of a call that failed. Pure.
 *
 * - Whatever may have been done is repeated as it is: only a call that surely never was done is planned anew.
 * - The destination is in trouble, not this message: the lane pauses, for what the server asked or by back-off. Answers
 *   of calls that were on the wire together lengthen the pause, and count as one failure.
 * - A call is poison when it keeps failing while others of its lane succeed. Failures of the whole destination never make
 *   it poison; they end after `giveUpAfterMs`, except for being asked to wait, which never does.
 */
export function decideRetry(
  call: FailedCall,
  { policy, nowMs, random }: { readonly policy: RetryPolicy; readonly nowMs: number; readonly random: () => number },
): RetryDecision {
  const { outcome, lane } = call;
  const mayBeDelivered = outcome.kind === "unknown" || call.lostAnswerCount > 0;
  if (GIVEN_UP_BEFORE.has(outcome.reason)) {
    return { kind: "again", sealed: mayBeDelivered, dueAt: nowMs, lane, counts: false };
  }
  const isPoison = outcome.kind === "unknown" && call.attemptCount >= policy.maxPoisonCount && lane.failureCount === 0;
  if (isPoison) return { kind: "dead", reason: outcome.reason, mayBeDelivered };
  const failingMs = nowMs - (call.failingSince ?? nowMs);
  if (failingMs >= policy.giveUpAfterMs && outcome.reason !== "rate-limited") {
    return { kind: "dead", reason: "expired", mayBeDelivered };
  }
  const serverDelayMs = outcome.kind === "retryable" ? outcome.retryAfterMs : undefined;
  const dueAt = nowMs + retryDelayMs(policy, { failureCount: lane.failureCount, serverDelayMs, random });
  const isPaused = lane.pausedUntil > nowMs;
  return {
    kind: "again",
    sealed: mayBeDelivered,
    dueAt,
    counts: true,
    lane: {
      failureCount: isPaused ? lane.failureCount : lane.failureCount + 1,
      pausedUntil: Math.max(lane.pausedUntil, dueAt),
    },
  };
}
