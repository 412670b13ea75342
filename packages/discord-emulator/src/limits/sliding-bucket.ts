import type { Bucket } from "./bucket.ts";

/**
 * Most of Discord's buckets (api-docs issue 7680): tokens come back one by one, each `windowMs / limitCount` after the
 * other. So a burst of `limitCount` is allowed, and a span of t afterwards lets at most `limitCount + t / period` through.
 *
 * `emptyUntil` is when the bucket would be full again; each request moves it by one period. A request that comes up to
 * `graceMs` before its token is let through; the token is still spent.
 */
export function createSlidingBucket(limitCount: number, windowMs: number, graceMs = 0): Bucket {
  const periodMs = windowMs / limitCount;
  let emptyUntil = Number.NEGATIVE_INFINITY;
  return {
    take(now) {
      const next = Math.max(emptyUntil, now) + periodMs;
      // Sums of fractions of milliseconds must not refuse what is due exactly now.
      const waitMs = tidy(next - now - windowMs);
      const isAllowed = waitMs <= graceMs;
      if (isAllowed) emptyUntil = next;
      const resetAfterMs = Math.max(0, emptyUntil - now);
      return {
        isAllowed,
        limitCount,
        remainingCount: Math.max(0, Math.floor(tidy((windowMs - resetAfterMs) / periodMs))),
        resetAfterMs,
        retryAfterMs: isAllowed ? 0 : waitMs,
      };
    },
    isFull: (now) => emptyUntil <= now,
  };
}

/** Removes the rounding noise of binary fractions. */
function tidy(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
