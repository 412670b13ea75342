import { hasRedisServer, skipUnless, startRedisServer, waitFor } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createMemoryDriver } from "../src/drivers/memory.ts";
import { createRedisDriver } from "../src/drivers/redis.ts";
import { createRateLimiter, type FallbackEvent, type RateLimiterOptions } from "../src/index.ts";

type Server = Awaited<ReturnType<typeof startRedisServer>>;

describe.skipIf(skipUnless(hasRedisServer(), "redis-server"))("a limiter whose Redis has trouble", () => {
  let server: Server;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  function connect(): Redis {
    const redis = new Redis(server.url, { retryStrategy: () => 20 });
    // Without a listener ioredis prints every failed attempt.
    redis.on("error", () => undefined);
    onTestFinished(() => redis.disconnect());
    return redis;
  }
  function setUp(options: Partial<RateLimiterOptions> = {}) {
    const redis = connect();
    const events: FallbackEvent["kind"][] = [];
    const limiter = createRateLimiter({
      driver: createRedisDriver({ redis }),
      limit: 20,
      windowMs: 3_600_000,
      probeIntervalMs: 20,
      onFallback: ({ kind }) => void events.push(kind),
      ...options,
    });
    return { redis, events, limiter };
  }

  test.each(["kill", "stop"] as const)(
    "falls back on a %s in the middle of many takes, and comes back by itself",
    async (how) => {
      const { limiter, events } = setUp({ fallback: createMemoryDriver(), limit: 1_000_000 });
      await limiter.take("someone");
      const takes = Array.from({ length: 200 }, () => limiter.take("someone"));
      const gone = server[how]();
      for (let index = 0; index < 200; index += 1) takes.push(limiter.take("someone"));
      expect((await Promise.all(takes)).every(({ allowed }) => allowed)).toBe(true);
      await gone;
      expect(await limiter.take("someone")).toMatchObject({ allowed: true });
      expect(events[0]).toBe("entered");
      await server.start();
      await waitFor(async () => {
        await limiter.take("someone");
        return events.at(-1) === "left";
      });
    },
  );

  test("sends no take later that was asked while Redis was gone", async () => {
    const { redis, limiter, events } = setUp({ fallback: createMemoryDriver(), probeIntervalMs: 1 });
    await limiter.take("late", 1);
    await server.kill();
    await waitFor(() => redis.status === "reconnecting");
    for (let index = 0; index < 300; index += 1) await limiter.take("late");
    await server.start();
    await waitFor(async () => {
      await limiter.peek("other");
      return events.includes("left");
    });
    // The new Redis is empty: whatever it has counted was sent after its start. At most a probe or two were under way.
    expect((await limiter.peek("late")).remaining).toBeGreaterThanOrEqual(17);
  });

  test("waits no longer for a Redis that hangs than it was told, and comes back by itself", async () => {
    const errors: unknown[] = [];
    const { redis, events, limiter } = setUp({
      fallback: createMemoryDriver(),
      commandTimeoutMs: 30,
      onFallback: (event) => {
        events.push(event.kind);
        if (event.kind === "entered") errors.push(event.error);
      },
    });
    await redis.ping();
    await redis.client("PAUSE", 200, "ALL");
    expect(await limiter.take("someone")).toMatchObject({ allowed: true });
    expect(errors).toMatchObject([{ code: "RATE_LIMITER_TIMEOUT", retryable: true }]);
    await waitFor(async () => {
      await limiter.take("someone");
      return events.at(-1) === "left";
    });
    expect(redis.status).toBe("ready");
  });

  test("works with its fallback when Redis was never there, until it is", async () => {
    await server.kill();
    const { events, limiter } = setUp({ fallback: createMemoryDriver() });
    expect(await limiter.take("someone")).toMatchObject({ allowed: true });
    expect(events).toEqual(["entered"]);
    await server.start();
    await waitFor(async () => {
      await limiter.take("someone");
      return events.at(-1) === "left";
    });
  });

  test("rejects as unavailable without a fallback, and works again when Redis does", async () => {
    const { redis, limiter } = setUp();
    await limiter.take("someone");
    await server.kill();
    await waitFor(() => redis.status === "reconnecting");
    await expect(limiter.take("someone")).rejects.toMatchObject({ code: "RATE_LIMITER_UNAVAILABLE", retryable: true });
    await server.start();
    expect(await waitFor(() => limiter.take("someone").catch(() => null))).toMatchObject({ allowed: true });
  });

  test("begins afresh after FLUSHALL and SCRIPT FLUSH", async () => {
    const { redis, limiter } = setUp();
    expect(await limiter.take("flushed", 20)).toMatchObject({ allowed: true });
    expect(await limiter.take("flushed")).toMatchObject({ allowed: false });
    await redis.flushall();
    await redis.script("FLUSH");
    expect(await limiter.take("flushed", 20)).toMatchObject({ allowed: true, remaining: 0 });
    expect(await limiter.take("flushed")).toMatchObject({ allowed: false });
  });

  test.each(["gcra", "sliding-window"] as const)("shares one truth with other processes: %s", async (algorithm) => {
    const limiters = Array.from({ length: 4 }, () => setUp({ algorithm, limit: 50 }).limiter);
    const decisions = await Promise.all(
      limiters.flatMap(({ take }) => Array.from({ length: 40 }, () => take("shared"))),
    );
    expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(50);
  });
});
