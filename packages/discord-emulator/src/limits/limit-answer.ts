import { describeErrorCode } from "../errors/error-codes.ts";
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

/** What a refused request is told. */
export interface Limited {
  readonly scope: LimitScope;
  readonly retryAfterMs: number;
  readonly bucket?: NamedReading;
  readonly code?: number;
}

/** Headers and body of a 429; `now`: the time that they tell. A global one names no bucket. */
export function limitAnswer({ scope, retryAfterMs, bucket, code }: Limited, now: number) {
  const retryAfterSeconds = toSeconds(retryAfterMs);
  const isGlobal = scope === "global";
  return {
    headers: {
      ...(isGlobal ? { "x-ratelimit-global": "true" } : bucketHeaders(bucket, now)),
      "x-ratelimit-scope": scope,
      "retry-after": String(Math.max(1, Math.ceil(retryAfterSeconds))),
    },
    body: {
      message: code === undefined ? MESSAGES[scope] : describeErrorCode(code).message,
      retry_after: retryAfterSeconds,
      global: isGlobal,
      ...(code === undefined ? {} : { code }),
    },
  };
}

const MESSAGES: Readonly<Record<LimitScope, string>> = {
  user: "You are being rate limited.",
  shared: "The resource is being rate limited.",
  global: "You are being rate limited.",
};
