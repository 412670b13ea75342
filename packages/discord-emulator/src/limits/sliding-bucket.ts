import type { Bucket } from "./bucket.ts";

/**
 * Most of Discord's buckets (api-docs issue 7680): tokens come back one by one, each `windowMs / limitCount` after the
 * other. So a burst of `limitCount` is allowed, and a span of t afterwards lets at most `limitCount + t / period` through.
 *
 * Each request uses up one token. One that comes up to `graceMs` before its token is let through; the token is still spent.
 */
export function createSlidingBucket(limitCount: number, windowMs: number, graceMs = 0): Bucket {
  const periodMs = windowMs / limitCount;
  let usedCount = 0;
  let countedAt = Number.NEGATIVE_INFINITY;

  /** Tokens that are not back yet. Counted in tokens, not in epoch milliseconds: there fractions would be lost. */
  const countUsed = (now: number) => Math.max(0, usedCount - (now - countedAt) / periodMs);

  return {
    take(now) {
      const used = countUsed(now);
      const waitMs = tidy((used + 1 - limitCount) * periodMs);
      const isAllowed = waitMs <= graceMs;
      if (isAllowed) {
        usedCount = used + 1;
        countedAt = now;
      }
      const missing = isAllowed ? usedCount : used;
      return {
        isAllowed,
        limitCount,
        remainingCount: Math.max(0, Math.floor(tidy(limitCount - missing))),
        resetAfterMs: tidy(missing * periodMs),
        retryAfterMs: isAllowed ? 0 : waitMs,
      };
    },
    isFull: (now) => countUsed(now) === 0,
  };
}

/** Removes the rounding noise of binary fractions. */
function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
