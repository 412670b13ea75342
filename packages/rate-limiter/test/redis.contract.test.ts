import { setTimeout as sleep } from "node:timers/promises";
import { sharedRedis, skipUnless } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { describe } from "vitest";
import { createRedisDriver } from "../src/drivers/redis.ts";
import { rateLimiterContract } from "../src/testing/index.ts";
import { ownPrefix } from "./own-prefix.ts";

const redis = await sharedRedis();

describe.skipIf(skipUnless(redis.isReachable, "Redis"))("the Redis driver", () => {
  const clients: Redis[] = [];
  const prefix = ownPrefix(redis.url);
  rateLimiterContract({
    capabilities: { clock: "server", shared: true },
    async create() {
      const client = new Redis(redis.url);
      clients.push(client);
      return createRedisDriver({ redis: client, prefix });
    },
    now: () => 0,
    // A timer may fire a little early, and the server's clock is another.
    advance: (ms) => sleep(ms + 5),
    async close() {
      await Promise.all(clients.map((client) => client.quit()));
    },
  });
});
