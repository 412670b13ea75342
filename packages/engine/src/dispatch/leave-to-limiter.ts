import type { Outcome } from "@tocsin/alert/plugin";
import type { MessageRef, Transport } from "@tocsin/discord-transport";

/**
 * Takes an answer 429 of scope `shared` for a call that the limiter puts off. Such a limit is that of one resource, which the
 * limiter has learned from this very answer: only calls that it concerns wait, and what is more urgent goes. Any other 429
 * stays what it is and pauses the lane: those count towards a ban, and with a limiter there should be none.
 * https://docs.discord.com/developers/topics/rate-limits (read 2026-11). Pure.
 */
export function leaveToLimiter(outcome: Outcome<MessageRef>, transport: Transport | undefined): Outcome<MessageRef> {
  if (outcome.kind !== "retryable" || outcome.reason !== "rate-limited") return outcome;
  const isShared = (outcome.details as { readonly scope?: unknown } | null | undefined)?.scope === "shared";
  const isLearned = transport?.estimateWaits !== undefined && outcome.retryAfterMs !== undefined;
  return isShared && isLearned ? { ...outcome, reason: "deferred" } : outcome;
}
