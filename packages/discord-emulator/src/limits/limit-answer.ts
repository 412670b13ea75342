import type { LimitScope, NamedReading } from "./limiter.ts";

/** Rounds up, so that a client that waits exactly so long is let through. */
function toSeconds(ms: number): number {
  return Math.ceil(ms) / 1000;
}

/** Headers that tell a client about its bucket (docs: topics/rate-limits, "Header Examples"). */
export function bucketHeaders(bucket: NamedReading | undefined, now: number): Record<string, string> {
  if (!bucket) return {};
  const resetAfterSeconds = toSeconds(bucket.resetAfterMs);
  return {
    "x-ratelimit-limit": String(bucket.limitCount),
    "x-ratelimit-remaining": String(bucket.remainingCount),
    "x-ratelimit-reset": (now / 1000 + resetAfterSeconds).toFixed(3),
    "x-ratelimit-reset-after": resetAfterSeconds.toFixed(3),
    "x-ratelimit-bucket": bucket.hash,
  };
}

/** Headers and body of a 429. A global one names no bucket. */
export function limitAnswer(scope: LimitScope, retryAfterMs: number, bucket: NamedReading | undefined, now: number) {
  const retryAfterSeconds = toSeconds(retryAfterMs);
  const isGlobal = scope === "global";
  return {
    headers: {
      ...(isGlobal ? { "x-ratelimit-global": "true" } : bucketHeaders(bucket, now)),
      "x-ratelimit-scope": scope,
      "retry-after": String(Math.max(1, Math.ceil(retryAfterSeconds))),
    },
    body: {
      message: scope === "shared" ? "The resource is being rate limited." : "You are being rate limited.",
      retry_after: retryAfterSeconds,
      global: isGlobal,
    },
  };
}
