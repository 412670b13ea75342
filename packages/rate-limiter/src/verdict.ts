import type { RateLimitDecision, TakeRequest } from "./driver.ts";

/**
 * A take in whole microseconds. Whole numbers make the counting exact, so that no error adds up, however many takes follow
 * each other, as long as `limit · windowUs` is below 2^53.
 */
export interface ExactTake {
  readonly limit: number;
  readonly windowUs: number;
  readonly cost: number;
  readonly dryRun: boolean;
  readonly nowUs: number;
}

/** A decision in whole microseconds; see {@link RateLimitDecision}. */
export interface Verdict {
  readonly allowed: boolean;
  readonly remaining: number;
  readonly retryAfterUs: number;
  readonly resetAfterUs: number;
}

/** A request with its times rounded to whole microseconds. */
export function toExactTake({ limit, windowMs, cost, dryRun, nowMs }: TakeRequest): ExactTake {
  return { limit, windowUs: windowMs * 1_000, cost, dryRun, nowUs: Math.round(nowMs * 1_000) };
}

/** Rounds up: whoever waits a millisecond too short is denied again. */
export function toDecision({ allowed, remaining, retryAfterUs, resetAfterUs }: Verdict): RateLimitDecision {
  return {
    allowed,
    remaining,
    retryAfterMs: Math.ceil(retryAfterUs / 1_000),
    resetAfterMs: Math.ceil(resetAfterUs / 1_000),
  };
}
