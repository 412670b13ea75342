/** Decisions in a second in Redis, beside `rate-limiter-flexible`; each take is one script and one round trip. */
import { createRedisDriver } from "@tocsin/rate-limiter/drivers/redis";
import { compare, hasRedisServer, isQuickBench, randomPrefix, reportMissing, startRedisServer } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { decisionsPerSecond, flexible, type Load, ours } from "./takers.ts";

const COUNT = isQuickBench() ? 4_000 : 30_000;
const KEY_COUNT = 1_000;
const LIMIT = 1_000;
const WINDOW_MS = 300_000;
const bench = "rate limiter, Redis";

/** Every measurement has keys of its own, so that none begins with the counts of another. */
function candidates(redis: Redis, load: Load) {
  const takeOurs = (algorithm: "gcra" | "sliding-window") => () => {
    const driver = createRedisDriver({ redis, prefix: `${randomPrefix()}:` });
    return decisionsPerSecond(ours(driver, algorithm, { limit: LIMIT, windowMs: WINDOW_MS }), load);
  };
  return {
    "rate-limiter-flexible": () => {
      const duration = WINDOW_MS / 1_000;
      const limiter = new RateLimiterRedis({ storeClient: redis, keyPrefix: randomPrefix(), points: LIMIT, duration });
      return decisionsPerSecond(flexible(limiter), load);
    },
    gcra: takeOurs("gcra"),
    "sliding-window": takeOurs("sliding-window"),
  };
}

async function run(): Promise<void> {
  await using server = await startRedisServer();
  const redis = new Redis(server.url);
  const common = { bench, unit: "decisions/s", notes: { "rate-limiter-flexible": "fixed window" } } as const;
  const load = { keyCount: KEY_COUNT, allowedCount: COUNT, count: COUNT };
  await compare({
    ...common,
    case: "64 at once",
    candidates: candidates(redis, { ...load, workerCount: 64 }),
  });
  const count = COUNT / 10;
  await compare({
    ...common,
    case: "one at a time",
    candidates: candidates(redis, { ...load, count, allowedCount: count, workerCount: 1 }),
  });
  redis.disconnect();
}

if (hasRedisServer()) await run();
else reportMissing({ bench, case: "all", candidate: "all" }, "redis-server");
