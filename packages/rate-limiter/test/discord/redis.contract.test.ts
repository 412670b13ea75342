import { randomPrefix, sharedRedis, skipUnless } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { describe } from "vitest";
import { createFallbackLimitDriver } from "../../src/discord/fallback-limit-driver.ts";
import { createRedisLimitDriver } from "../../src/discord/redis/redis-limit-driver.ts";
import { type DiscordDriverOptions, discordLimiterContract } from "../../src/testing/index.ts";

const { url, isReachable } = await sharedRedis();
const needsRedis = describe.skipIf(skipUnless(isReachable, "Redis"));

function openRedis() {
  const redis = new Redis(url, { lazyConnect: true });
  const prefix = randomPrefix();
  const createDriver = ({ space, limits, now }: DiscordDriverOptions) =>
    createRedisLimitDriver({ redis, prefix: `${prefix}${space}`, limits, now });
  async function close(): Promise<void> {
    const keys = await redis.keys(`{${prefix}*`);
    if (keys.length > 0) await redis.del(...keys);
    await redis.quit();
  }
  return { createDriver, close };
}

needsRedis("the Redis driver for Discord", () => {
  const { createDriver, close } = openRedis();
  discordLimiterContract({ isShared: true, createDriver: async (options) => createDriver(options), close });
});

needsRedis("the Redis driver for Discord with a fallback", () => {
  const { createDriver, close } = openRedis();
  discordLimiterContract({
    isShared: true,
    createDriver: async (options) =>
      createFallbackLimitDriver({ primary: createDriver(options), limits: options.limits, timeoutMs: 10_000 }),
    close,
  });
});
