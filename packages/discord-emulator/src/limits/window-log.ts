import type { Bucket } from "./bucket.ts";

/** The harshest sliding window: never more than `limitCount` requests in any span of `windowMs`. */
export function createWindowLog(limitCount: number, windowMs: number): Bucket {
  let takenAt: number[] = [];
  return {
    take(now) {
      takenAt = takenAt.filter((at) => at > now - windowMs);
      const isAllowed = takenAt.length < limitCount;
      if (isAllowed) takenAt.push(now);
      const [oldest = now] = takenAt;
      const newest = takenAt.at(-1) ?? now;
      return {
        isAllowed,
        limitCount,
        remainingCount: limitCount - takenAt.length,
        resetAfterMs: newest + windowMs - now,
        retryAfterMs: isAllowed ? 0 : oldest + windowMs - now,
      };
    },
    isFull: (now) => takenAt.every((at) => at <= now - windowMs),
  };
}
