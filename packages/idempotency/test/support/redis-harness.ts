import { setTimeout as sleep } from "node:timers/promises";
import { createRedisStore } from "@tocsin/idempotency/drivers/redis";
import type { IdempotencyHarness } from "@tocsin/idempotency/testing";
import { randomPrefix, sharedRedis } from "@tocsin/testkit";
import { Redis } from "ioredis";

/** Deletes the keys of one test. */
export async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  const keys = await redis.keys(`${prefix}:*`);
  if (keys.length > 0) await redis.del(keys);
}

export const redisHarness: IdempotencyHarness = {
  name: "redis",
  capabilities: { clock: "server", shared: true, transactional: false },
  async create() {
    const { url } = await sharedRedis();
    const prefix = randomPrefix();
    const clients = [new Redis(url), new Redis(url)] as const;
    // Far from any timeout: a slow machine is not what these tests are about.
    const create = (redis: Redis) => createRedisStore({ redis, prefix, timeoutMs: 20_000 });
    return {
      store: create(clients[0]),
      other: create(clients[1]),
      advance: (ms) => sleep(ms),
      async [Symbol.asyncDispose]() {
        await removeKeys(clients[0], prefix);
        for (const redis of clients) redis.disconnect();
      },
    };
  },
};
