/**
 * How a limit is counted.
 *
 * - `gcra`: a full key lets `limit` units through at once, and one more every `windowMs / limit`. In any window of `w`
 *   milliseconds at most `limit + w · limit / windowMs` pass.
 * - `sliding-window`: in any window of `windowMs` (its end excluded) at most `limit` units pass.
 */
export type RateLimitAlgorithm = "gcra" | "sliding-window";

/** A limit: so many units in so much time. */
export interface RateLimitRule {
  readonly algorithm: RateLimitAlgorithm;
  /** Units. A whole number from 1. */
  readonly limit: number;
  /** Whole milliseconds from 1. */
  readonly windowMs: number;
}

/** One take, as a driver gets it. The limiter has checked it: a driver may trust every range given here. */
export interface TakeRequest extends RateLimitRule {
  /** Units to take, all or none. A whole number from 1 to `limit`. */
  readonly cost: number;
  /** `true`: answer whether the take would be allowed, and take nothing. */
  readonly dryRun: boolean;
  /**
   * Now, in milliseconds from any origin, fractions allowed. Counts for drivers whose clock is the caller's; the others
   * ignore it. May be earlier than the last one: see {@link RateLimiterDriver.take}.
   */
  readonly nowMs: number;
}

/** What a take came to. All numbers are whole and not negative. */
export interface RateLimitDecision {
  /** `true`: the units are taken (or would be, in a dry run). `false`: nothing was taken. */
  readonly allowed: boolean;
  /** Units that could be taken right after this decision. */
  readonly remaining: number;
  /**
   * The shortest wait, rounded up to whole milliseconds, after which the same take is allowed if nobody else takes from
   * this key. 0 when it was allowed.
   */
  readonly retryAfterMs: number;
  /** Time until the key is as if never used, rounded up to whole milliseconds, if nobody takes from it. */
  readonly resetAfterMs: number;
}

/** Properties of a driver that its callers need to know. */
export interface RateLimiterDriverCapabilities {
  /** Whose time decides: `nowMs` of the request, or the driver's own (a server's). */
  readonly clock: "caller" | "server";
  /** Whether several drivers, in other processes too, can count together. Such a driver can also be out of reach. */
  readonly shared: boolean;
}

/** Where the counts are kept. Write one to keep them elsewhere, and run `rateLimiterContract` of `./testing` on it. */
export interface RateLimiterDriver {
  /** Version of this contract. */
  readonly specVersion: 1;
  readonly capabilities: RateLimiterDriverCapabilities;
  /**
   * Decides one take, atomically: of takes that run at the same time, on one driver or on drivers that share state, each
   * sees what those before it took.
   *
   * The two algorithms keep separate counts for a key. A key whose `limit` or `windowMs` changes keeps its count as well as
   * it can: it may lock for at most one window of the new rule.
   *
   * Time that goes back by no more than `windowMs` stands still for the key until it has caught up. Time that goes back
   * further starts anew from there, with what was taken still counted: the key waits at most one window. Neither lets more
   * through. Time that goes forward is taken as passed.
   *
   * A denial is a value. Rejects only when the driver does not work; what was asked may then have been taken or not.
   */
  take(key: string, request: TakeRequest): Promise<RateLimitDecision>;
}
