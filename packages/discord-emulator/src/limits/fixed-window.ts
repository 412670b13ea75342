import type { Bucket } from "./bucket.ts";

/** A window that opens with its first request and closes `windowMs` later, whatever happens inside. */
export function createFixedWindow(limitCount: number, windowMs: number): Bucket {
  let closesAt = Number.NEGATIVE_INFINITY;
  let usedCount = 0;
  return {
    take(now) {
      if (now >= closesAt) {
        closesAt = now + windowMs;
        usedCount = 0;
      }
      const isAllowed = usedCount < limitCount;
      if (isAllowed) usedCount += 1;
      const resetAfterMs = closesAt - now;
      return {
        isAllowed,
        limitCount,
        remainingCount: limitCount - usedCount,
        resetAfterMs,
        retryAfterMs: isAllowed ? 0 : resetAfterMs,
      };
    },
    isFull: (now) => now >= closesAt,
  };
}
