import {
  createDiscordLimiter,
  createFallbackLimitDriver,
  type DiscordLimiter,
  type Permit,
  toDiscordRoute,
} from "@tocsin/rate-limiter";
import { createRedisLimitDriver } from "@tocsin/rate-limiter/drivers/redis";
import { hasRedisServer, skipUnless, startRedisServer, type TestServer, waitFor } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";

const ROUTE = toDiscordRoute("POST", "/channels/100000000000000001/messages", { credential: "bot" });

/** What Discord says to a request that finds `remaining` others possible in a bucket of 5 that fills up in half a second. */
const answered = (remaining: number) =>
  ({
    kind: "answered",
    status: 200,
    headers: {
      "x-ratelimit-bucket": "hash",
      "x-ratelimit-limit": "5",
      "x-ratelimit-remaining": String(remaining),
      "x-ratelimit-reset-after": ((5 - remaining) / 10).toFixed(3),
    },
  }) as const;

interface Opened {
  readonly server: TestServer;
  readonly redis: Redis;
  readonly limiter: DiscordLimiter;
  readonly states: string[];
  permit(): Promise<Permit>;
}

async function open(): Promise<Opened> {
  const server = await startRedisServer();
  const redis = new Redis(server.url, { maxRetriesPerRequest: 0, retryStrategy: () => 50 });
  redis.on("error", () => {}); // That it is away is what these tests are about.
  const states: string[] = [];
  const primary = createRedisLimitDriver({ redis, prefix: "faults" });
  const onStateChange = (state: string): void => void states.push(state);
  const limiter = createDiscordLimiter({ driver: createFallbackLimitDriver({ primary, retryMs: 50, onStateChange }) });
  onTestFinished(async () => {
    await limiter.close();
    redis.disconnect();
    await server[Symbol.asyncDispose]();
  });
  const permit = async (): Promise<Permit> => {
    const answer = await limiter.acquire(ROUTE, { maxWaitMs: 10_000 });
    if (answer.kind === "refused") throw new Error(answer.reason);
    return answer;
  };
  return { server, redis, limiter, states, permit };
}

describe.skipIf(skipUnless(hasRedisServer(), "redis-server"))("a Discord limiter whose Redis", () => {
  test("is killed goes on alone, and shares again when it is back", async () => {
    const { server, states, permit } = await open();
    await (await permit()).settle(answered(4));
    await server.kill();
    await (await permit()).settle(answered(4));
    expect(states).toEqual(["alone"]);
    await server.start();
    await waitFor(async () => {
      await (await permit()).settle(answered(4));
      return states.length > 1;
    });
    expect(states).toEqual(["alone", "shared"]);
  });

  test("is killed while a request is under way does not fail it", async () => {
    const { server, permit } = await open();
    const underWay = await permit();
    await server.kill();
    await expect(underWay.settle(answered(4))).resolves.toBeUndefined();
    await (await permit()).settle(answered(4));
  });

  test("is flushed asks about each bucket with one request before more follow", async () => {
    const { redis, limiter, permit } = await open();
    await (await permit()).settle(answered(4));
    const before = await Promise.all([permit(), permit()]);
    for (const each of before) await each.settle(answered(4));
    await redis.flushall();
    const probe = await permit();
    expect(await limiter.acquire(ROUTE, { maxWaitMs: 0 })).toMatchObject({ kind: "refused", reason: "wait-too-long" });
    await probe.settle(answered(4));
    const after = await Promise.all([permit(), permit()]);
    for (const each of after) await each.settle({ kind: "not-sent" });
  });
});
