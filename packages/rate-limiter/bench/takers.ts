import { createRateLimiter, type RateLimitAlgorithm, type RateLimiterDriver } from "@tocsin/rate-limiter";
import { ratePerSecond } from "@tocsin/testkit";
import { type RateLimiterAbstract, RateLimiterRes } from "rate-limiter-flexible";

/** Takes one unit of a key, and tells whether it was allowed. */
export type Taker = (key: string) => Promise<boolean>;

/** A limit of one window; every taker of one case is given the same. */
export interface Limit {
  readonly limit: number;
  readonly windowMs: number;
}

/** This package. */
export function ours(driver: RateLimiterDriver, algorithm: RateLimitAlgorithm, limit: Limit): Taker {
  const limiter = createRateLimiter({ driver, algorithm, name: `bench-${algorithm}`, ...limit });
  return async (key) => (await limiter.take(key)).allowed;
}

/** `rate-limiter-flexible`, whose denials are rejections. */
export function flexible(limiter: RateLimiterAbstract): Taker {
  return async (key) => {
    try {
      await limiter.consume(key);
      return true;
    } catch (rejection) {
      if (rejection instanceof RateLimiterRes) return false;
      throw rejection;
    }
  };
}

export interface Load {
  /** Takes in all. */
  readonly count: number;
  /** How many keys take turns. */
  readonly keyCount: number;
  /** How many takes are under way at once. */
  readonly workerCount: number;
  /** How many of them have to be allowed: what decides otherwise is not measured. */
  readonly allowedCount: number;
}

/** Decisions in a second. */
export async function decisionsPerSecond(take: Taker, load: Load): Promise<number> {
  const { count, keyCount, workerCount, allowedCount } = load;
  let next = 0;
  let allowed = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      if (await take(`key-${next % keyCount}`)) allowed += 1;
    }
  };
  const rate = await ratePerSecond(count, () => Promise.all(Array.from({ length: workerCount }, worker)));
  if (allowed !== allowedCount) throw new Error(`expected ${allowedCount} to be allowed, got ${allowed}`);
  return rate;
}
