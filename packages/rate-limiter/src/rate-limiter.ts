import type { RateLimitDecision, RateLimitRule } from "./driver.ts";

/** Limits how often something may be done for each key. Safe for concurrent use; there is nothing to close. */
export interface RateLimiter extends RateLimitRule {
  /** Names the limit in metrics and headers. */
  readonly name: string;
  /**
   * Takes `cost` units from `key`, all or none. A denial is an answer and costs nothing.
   *
   * `key` names who is limited: a user's id, an API key's id, an address. Any text that is not empty; no secret, since it is
   * stored as it is (longer than 128 characters: as its SHA-256). `cost` is a whole number from 1 to `limit`. @default 1
   *
   * Rejects with a TocsinError: `RATE_LIMITER_KEY_INVALID`, `RATE_LIMITER_COST_INVALID` or `RATE_LIMITER_COST_TOO_HIGH` for
   * misuse, `RATE_LIMITER_UNAVAILABLE` (retryable) when neither the driver nor a fallback answers.
   */
  take(key: string, cost?: number): Promise<RateLimitDecision>;
  /** What `take(key)` would answer now, with what remains now. Takes nothing and counts in no metric. Rejects like `take`. */
  peek(key: string): Promise<RateLimitDecision>;
}

/** What happened to the driver. */
export type FallbackEvent =
  /** The driver failed with `error`; the fallback decides from now on. */
  | { readonly kind: "entered"; readonly error: unknown }
  /** The driver answers again and decides from now on. */
  | { readonly kind: "left" };
