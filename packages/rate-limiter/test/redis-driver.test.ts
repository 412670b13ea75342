import { sharedRedis, skipUnless } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { afterAll, describe, expect, test } from "vitest";
import { createRedisDriver } from "../src/drivers/redis.ts";
import { ownPrefix } from "./own-prefix.ts";

const { url, isReachable } = await sharedRedis();
const ALGORITHMS = ["gcra", "sliding-window"] as const;

describe.skipIf(skipUnless(isReachable, "Redis"))("the Redis driver", () => {
  const redis = new Redis(url, { lazyConnect: true });
  const prefix = ownPrefix(url);
  afterAll(() => redis.quit());
  const request = { limit: 5, windowMs: 60_000, cost: 1, dryRun: false, nowMs: 0 };

  describe.each(ALGORITHMS)("with %s", (algorithm) => {
    test("keeps one key for a key, which expires when it is full again", async () => {
      const driver = createRedisDriver({ redis, prefix: `${prefix}ttl:` });
      const { resetAfterMs } = await driver.take("someone", { ...request, algorithm, cost: 5 });
      expect(resetAfterMs).toBe(60_000);
      const key = `${prefix}ttl:${algorithm}:someone`;
      const remainingMs = await redis.pttl(key);
      expect(remainingMs).toBeGreaterThan(50_000);
      expect(remainingMs).toBeLessThanOrEqual(60_010);
      await driver.take("someone", { ...request, algorithm });
      await driver.take("someone else", { ...request, algorithm, dryRun: true });
      expect(await redis.keys(`${prefix}ttl:${algorithm}*`)).toEqual([key]);
    });

    test("keeps no more than the limit in a key, however much is asked", async () => {
      const driver = createRedisDriver({ redis, prefix: `${prefix}size:` });
      for (let index = 0; index < 50; index += 1) await driver.take("someone", { ...request, algorithm });
      const key = `${prefix}size:${algorithm}:someone`;
      if (algorithm === "gcra") expect(await redis.strlen(key)).toBeLessThan(40);
      else expect(await redis.llen(key)).toBe(5);
    });

    test("teaches its script to a server that has forgotten it", async () => {
      // A script flush is for all who use the server; a digest that no server knows has the same effect.
      const eager = redis.duplicate();
      const forgetful = {
        evalsha: (_sha1: string, keyCount: number, ...rest: (string | number)[]) =>
          eager.evalsha("0".repeat(40), keyCount, ...rest),
        eval: (script: string, keyCount: number, ...rest: (string | number)[]) => eager.eval(script, keyCount, ...rest),
      };
      const driver = createRedisDriver({ redis: forgetful, prefix: `${prefix}forget:` });
      expect(await driver.take("someone", { ...request, algorithm })).toMatchObject({ allowed: true, remaining: 4 });
      expect(await driver.take("someone", { ...request, algorithm })).toMatchObject({ allowed: true, remaining: 3 });
      await eager.quit();
    });

    test("understands a client that gives numbers as text and has a prefix of its own", async () => {
      const client = redis.duplicate({ stringNumbers: true, keyPrefix: `${prefix}client:` });
      const driver = createRedisDriver({ redis: client, prefix: "" });
      expect(await driver.take("someone", { ...request, algorithm })).toMatchObject({ allowed: true, remaining: 4 });
      expect(await redis.exists(`${prefix}client:${algorithm}:someone`)).toBe(1);
      await client.quit();
    });

    test("rejects when something else lies under its key, and leaves it alone", async () => {
      const driver = createRedisDriver({ redis, prefix: `${prefix}foreign:` });
      const key = `${prefix}foreign:${algorithm}:someone`;
      await redis.hset(key, "field", "value");
      await expect(driver.take("someone", { ...request, algorithm })).rejects.toThrow(/WRONGTYPE/);
      expect(await redis.hgetall(key)).toEqual({ field: "value" });
    });
  });

  test("rejects a reply of another form", async () => {
    const strange = { evalsha: async () => "OK", eval: async () => "OK" };
    const driver = createRedisDriver({ redis: strange });
    await expect(driver.take("someone", { ...request, algorithm: "gcra" })).rejects.toMatchObject({
      code: "RATE_LIMITER_OPTION_INVALID",
    });
  });

  test.each(["reconnecting", "close", "end"])("asks nothing of a client that is in the state %s", async (status) => {
    let askedCount = 0;
    const ask = async (): Promise<unknown> => {
      askedCount += 1;
      return [1, 1, 0, 0];
    };
    const driver = createRedisDriver({ redis: { status, evalsha: ask, eval: ask } });
    await expect(driver.take("someone", { ...request, algorithm: "gcra" })).rejects.toMatchObject({
      code: "RATE_LIMITER_UNAVAILABLE",
    });
    expect(askedCount).toBe(0);
  });
});
