import { createHash } from "node:crypto";
import type { RateLimitAlgorithm, RateLimitDecision, RateLimiterDriver } from "./driver.ts";
import { misuse, wholeNumber } from "./errors.ts";
import { createFailover } from "./failover.ts";
import { createLimiterMetrics } from "./limiter-metrics.ts";
import type { FallbackEvent, RateLimiter } from "./rate-limiter.ts";
import { createSteadyClock } from "./steady-clock.ts";

/** Settings of {@link createRateLimiter}. */
export interface RateLimiterOptions {
  /** Where the counts are kept. Limiters may share a driver; see `prefix`. */
  readonly driver: RateLimiterDriver;
  /** Units that a key that was not used lately may take at once. From 1 to 1,000,000. */
  readonly limit: number;
  /** Time in which `limit` units come back. Whole milliseconds, from 1 to 31,622,400,000 (366 days). */
  readonly windowMs: number;
  /** How the limit is counted. @default "gcra" */
  readonly algorithm?: RateLimitAlgorithm;
  /** Names the limit in metrics, headers and keys: 1 to 64 letters, digits and `_ . : / -`. @default "default" */
  readonly name?: string;
  /** Stands before every key. Limiters on one driver with the same prefix count together. @default the name and a colon */
  readonly prefix?: string;
  /**
   * Decides while the driver fails: usually a memory driver, with which each process counts for itself. Without one, takes
   * reject with `RATE_LIMITER_UNAVAILABLE` meanwhile.
   */
  readonly fallback?: RateLimiterDriver;
  /** Told when the fallback begins and ends to decide. What it throws is dropped. */
  readonly onFallback?: (event: FallbackEvent) => void;
  /** Longest wait for a shared driver's answer before it counts as failed. Milliseconds, from 1 to 60,000. @default 250 */
  readonly commandTimeoutMs?: number;
  /** How often a driver that failed is asked again, by one take. Milliseconds, from 1 to 3,600,000. @default 1000 */
  readonly probeIntervalMs?: number;
  /**
   * Milliseconds, from any origin. Decides for drivers without a clock of their own, and when a failed driver is asked
   * again. When it is set back, the limiter's time goes on from where it was; set forward, it counts as time passed.
   *
   * @default performance.now, which is never set; Date.now for a shared driver without a clock
   */
  readonly now?: () => number;
}

const MAX_LIMIT = 1_000_000;
const MAX_WINDOW_MS = 366 * 24 * 3_600_000;
/** Longer keys are stored as their digest, so that nobody fills the memory with a few of them. */
const MAX_KEY_LENGTH = 128;
const NAME = /^[\w.:/-]{1,64}$/;

/**
 * Creates a limiter for one limit. Cheap; make one for each limit and keep it.
 *
 * Throws a TocsinError `RATE_LIMITER_OPTION_INVALID` for options outside their range.
 */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { driver, fallback, onFallback, algorithm = "gcra", name = "default" } = options;
  if (algorithm !== "gcra" && algorithm !== "sliding-window") {
    throw misuse("RATE_LIMITER_OPTION_INVALID", 'algorithm must be "gcra" or "sliding-window"');
  }
  if (!NAME.test(name)) {
    throw misuse("RATE_LIMITER_OPTION_INVALID", "name must be 1 to 64 letters, digits and _ . : / -");
  }
  for (const candidate of [driver, ...(fallback === undefined ? [] : [fallback])]) {
    if (candidate?.specVersion !== 1) {
      throw misuse("RATE_LIMITER_OPTION_INVALID", "driver and fallback must be drivers of specVersion 1");
    }
  }
  const limit = wholeNumber("limit", options.limit, { min: 1, max: MAX_LIMIT });
  const windowMs = wholeNumber("windowMs", options.windowMs, { min: 1, max: MAX_WINDOW_MS });
  const prefix = options.prefix ?? `${name}:`;
  const now = createSteadyClock(options.now ?? defaultClock(driver));
  const metrics = createLimiterMetrics(name);
  const failover = createFailover({
    driver,
    fallback: fallback ?? null,
    timeoutMs: wholeNumber("commandTimeoutMs", options.commandTimeoutMs ?? 250, { min: 1, max: 60_000 }),
    probeIntervalMs: wholeNumber("probeIntervalMs", options.probeIntervalMs ?? 1_000, { min: 1, max: 3_600_000 }),
    onFallback: onFallback ?? (() => {}),
    metrics,
  });

  const decide = (key: string, cost: number, dryRun: boolean): Promise<RateLimitDecision> => {
    if (typeof key !== "string" || key === "") {
      throw misuse(
        "RATE_LIMITER_KEY_INVALID",
        `a key must be text that is not empty, got ${key === "" ? "none" : typeof key}`,
      );
    }
    if (!Number.isSafeInteger(cost) || cost < 1) {
      throw misuse("RATE_LIMITER_COST_INVALID", `cost must be a whole number from 1, got ${cost}`);
    }
    if (cost > limit) {
      throw misuse("RATE_LIMITER_COST_TOO_HIGH", `a cost of ${cost} can never be allowed: the limit is ${limit}`);
    }
    const stored = key.length > MAX_KEY_LENGTH ? createHash("sha256").update(key).digest("base64url") : key;
    return failover.take(prefix + stored, { algorithm, limit, windowMs, cost, dryRun, nowMs: now() });
  };

  return {
    name,
    algorithm,
    limit,
    windowMs,
    async take(key, cost = 1) {
      const decision = await decide(key, cost, false);
      metrics.decided(decision.allowed);
      return decision;
    },
    async peek(key) {
      return await decide(key, 1, true);
    },
  };
}

/** Processes that share a driver's state must agree about the time; nobody else needs to know the date. */
function defaultClock({ capabilities }: RateLimiterDriver): () => number {
  return capabilities.shared && capabilities.clock === "caller" ? Date.now : () => performance.now();
}
