/** Permits that nothing stands in the way of: what the limiter itself costs. */
import { createDiscordLimiter, type DiscordLimitDriver, toDiscordRoute } from "@tocsin/rate-limiter";
import { createMemoryLimitDriver } from "@tocsin/rate-limiter/drivers/memory";
import { createRedisLimitDriver } from "@tocsin/rate-limiter/drivers/redis";
import { compare, isQuickBench, randomPrefix, ratePerSecond, sharedRedis } from "@tocsin/testkit";
import { Redis } from "ioredis";

const COUNT = isQuickBench() ? 2_000 : 10_000;
const ROUTE_COUNT = 500;
const WORKER_COUNT = 64;

/** Answers to interactions: exempt from the limit of 50 a second, which would be all that is measured. */
const routes = Array.from({ length: ROUTE_COUNT }, (_, index) =>
  toDiscordRoute("POST", `/interactions/${100_000_000_000_000_000n + BigInt(index)}/token-${index}/callback`),
);

function permits(driver: DiscordLimitDriver): () => Promise<number> {
  const limiter = createDiscordLimiter({ driver });
  return () =>
    ratePerSecond(COUNT, async () => {
      let started = 0;
      const work = async (): Promise<void> => {
        while (started < COUNT) {
          const route = routes[started % ROUTE_COUNT];
          started += 1;
          if (route === undefined) continue;
          const permit = await limiter.acquire(route);
          if (permit.kind === "refused") throw new Error(permit.reason);
          await permit.settle({ kind: "answered", status: 204, headers: {} });
        }
      };
      await Promise.all(Array.from({ length: WORKER_COUNT }, work));
    });
}

const { url, isReachable } = await sharedRedis();
const prefix = randomPrefix();
const redis = isReachable ? new Redis(url) : null;
const candidates: Record<string, () => Promise<number>> = { memory: permits(createMemoryLimitDriver()) };
if (redis !== null) candidates.Redis = permits(createRedisLimitDriver({ redis, prefix }));
await compare({
  bench: "Discord limiter",
  case: `permits, ${ROUTE_COUNT} routes, ${WORKER_COUNT} at once`,
  unit: "permits/s",
  candidates,
});
if (redis !== null) {
  const keys = await redis.keys(`{${prefix}}*`);
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
}
