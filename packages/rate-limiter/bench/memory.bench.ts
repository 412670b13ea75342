/** Decisions in a second in this process's memory, beside `rate-limiter-flexible`. */
import type { RateLimitAlgorithm } from "@tocsin/rate-limiter";
import { createMemoryDriver } from "@tocsin/rate-limiter/drivers/memory";
import { compare, isQuickBench } from "@tocsin/testkit";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { decisionsPerSecond, flexible, type Load, ours } from "./takers.ts";

const COUNT = isQuickBench() ? 50_000 : 400_000;
/** So long that nothing comes back while a measurement runs. */
const WINDOW_MS = 24 * 3_600_000;

/** Each measurement begins with limiters that have counted nothing. */
function candidates(limit: number, load: Load) {
  const takeOurs = (algorithm: RateLimitAlgorithm) => () =>
    decisionsPerSecond(ours(createMemoryDriver(), algorithm, { limit, windowMs: WINDOW_MS }), load);
  return {
    "rate-limiter-flexible": () => {
      const limiter = new RateLimiterMemory({ points: limit, duration: WINDOW_MS / 1_000 });
      return decisionsPerSecond(flexible(limiter), load);
    },
    gcra: takeOurs("gcra"),
    "sliding-window": takeOurs("sliding-window"),
  };
}

const common = {
  bench: "rate limiter, memory",
  unit: "decisions/s",
  notes: { "rate-limiter-flexible": "fixed window" },
} as const;
const load = { count: COUNT, workerCount: 1 };
const KEY_COUNT = 5_000;

await compare({
  ...common,
  case: "5,000 keys, all allowed",
  candidates: candidates(180, { ...load, keyCount: KEY_COUNT, allowedCount: COUNT }),
});
await compare({
  ...common,
  case: "one key, limit 1,000,000, all allowed",
  candidates: candidates(1_000_000, { ...load, keyCount: 1, allowedCount: COUNT }),
});
await compare({
  ...common,
  case: "5,000 keys, most denied",
  candidates: candidates(2, { ...load, keyCount: KEY_COUNT, allowedCount: 2 * KEY_COUNT }),
});
