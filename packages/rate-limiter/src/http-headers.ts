import type { RateLimitDecision, RateLimitRule } from "./driver.ts";

/** Which of the two families of headers to send. */
export interface RateLimitHeaderOptions {
  /** `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`, which most clients know. @default true */
  readonly classic?: boolean;
  /** `RateLimit` and `RateLimit-Policy`, the structured fields that are to become the standard. @default true */
  readonly structured?: boolean;
}

/**
 * What a decision says to an HTTP client, by header name in lower case. `retry-after` is there on a denial only.
 *
 * `RateLimit-Limit`, `-Remaining` and `-Reset` are those of draft-ietf-httpapi-ratelimit-headers-06, `RateLimit` and
 * `RateLimit-Policy` those of revision 11 (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/11/,
 * checked 2026-11-22). Seconds are rounded up. After a take, the reset is the time until the limit is full again. After a
 * denial it is the same as `Retry-After`, which may not be earlier than the reset.
 */
export function toRateLimitHeaders(
  { name, limit, windowMs }: RateLimitRule & { readonly name: string },
  { allowed, remaining, retryAfterMs, resetAfterMs }: RateLimitDecision,
  { classic = true, structured = true }: RateLimitHeaderOptions = {},
): Readonly<Record<string, string>> {
  const resetSeconds = toSeconds(allowed ? resetAfterMs : retryAfterMs);
  // A window has whole seconds or is not stated.
  const window = windowMs % 1_000 === 0 ? `;w=${windowMs / 1_000}` : "";
  return {
    ...(classic && {
      "ratelimit-limit": String(limit),
      "ratelimit-remaining": String(remaining),
      "ratelimit-reset": String(resetSeconds),
    }),
    ...(structured && {
      ratelimit: `"${name}";r=${remaining};t=${resetSeconds}`,
      "ratelimit-policy": `"${name}";q=${limit}${window}`,
    }),
    ...(!allowed && { "retry-after": String(resetSeconds) }),
  };
}

const toSeconds = (ms: number): number => Math.ceil(ms / 1_000);
