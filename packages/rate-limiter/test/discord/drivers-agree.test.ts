import { randomPrefix, sharedRedis, skipUnless } from "@tocsin/testkit";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toDiscordRoute } from "../../src/discord/discord-route.ts";
import type { DiscordLimitDriver, Grant, Observation } from "../../src/discord/limit-driver.ts";
import { createMemoryLimitDriver } from "../../src/discord/memory-limit-driver.ts";
import { createRedisLimitDriver } from "../../src/discord/redis/redis-limit-driver.ts";

const { url, isReachable } = await sharedRedis();

const CHANNELS = ["100000000000000001", "100000000000000002"];
const LIMITS = {
  globalPerSecond: 10,
  webhookChannel: { limitCount: 4, windowMs: 4_000 },
  maxInvalidCount: 12,
  permitMs: 3_000,
};
const ANSWERED: Observation = {
  kind: "answered",
  reading: null,
  limited: null,
  isInvalid: false,
  bannedMs: null,
  isUnauthorized: false,
  channelId: null,
};

const routeOf = (index: number) =>
  index < 2
    ? toDiscordRoute("POST", `/channels/${CHANNELS[index]}/messages`, { credential: "bot" })
    : toDiscordRoute("POST", `/webhooks/${CHANNELS[index - 2]}/token`, { channelId: "900000000000000009" });

const reading = fc.record({
  hash: fc.constantFrom("one", "two"),
  limitCount: fc.constantFrom(3, 5),
  remainingCount: fc.integer({ min: 0, max: 3 }),
  resetAfterMs: fc.integer({ min: 1, max: 5_000 }),
  resetAtMs: fc.constantFrom(null, ...[5_000, 5_050, 5_300, 10_000].map((ms) => 1_800_000_000_000 + ms)),
});
const limited = fc.record({
  scope: fc.constantFrom("user" as const, "shared" as const, "global" as const),
  retryAfterMs: fc.option(fc.integer({ min: 0, max: 4_000 })),
});
const observation: fc.Arbitrary<Observation> = fc.oneof(
  {
    weight: 60,
    arbitrary: fc
      .tuple(reading, fc.constantFrom(null, null, "900000000000000009"))
      .map(([each, channelId]) => ({ ...ANSWERED, reading: each, channelId })),
  },
  { weight: 10, arbitrary: fc.constant({ ...ANSWERED, kind: "lost" as const }) },
  { weight: 10, arbitrary: fc.constant({ ...ANSWERED, kind: "not-sent" as const }) },
  { weight: 10, arbitrary: fc.constantFrom(ANSWERED, { ...ANSWERED, channelId: "900000000000000009" }) },
  {
    weight: 10,
    arbitrary: fc
      .tuple(reading, limited)
      .map(([read, limit]) => ({ ...ANSWERED, reading: read, limited: limit, isInvalid: limit.scope !== "shared" })),
  },
  { weight: 1, arbitrary: fc.constant({ ...ANSWERED, isInvalid: true, isUnauthorized: true }) },
  { weight: 1, arbitrary: fc.constant({ ...ANSWERED, isInvalid: true, bannedMs: 1_000 }) },
);
type Step =
  | {
      readonly kind: "take";
      readonly route: number;
      readonly waiter: number;
      readonly level: number;
      readonly maxAgeMs: number | null;
    }
  | { readonly kind: "settle"; readonly which: number; readonly observation: Observation }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "leave"; readonly route: number; readonly waiter: number }
  | { readonly kind: "estimate"; readonly route: number; readonly level: number }
  | { readonly kind: "revive" };
const route = fc.integer({ min: 0, max: 3 });
const waiter = fc.integer({ min: 0, max: 2 });
const level = fc.integer({ min: 0, max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 80,
    arbitrary: fc.record({
      kind: fc.constant("take" as const),
      route,
      waiter,
      level,
      maxAgeMs: fc.constantFrom(null, null, null, null, 0, 500),
    }),
  },
  { weight: 60, arbitrary: fc.record({ kind: fc.constant("settle" as const), which: fc.nat(20), observation }) },
  {
    weight: 40,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: -600, max: 2_500 })),
    }),
  },
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("leave" as const), route, waiter }) },
  { weight: 20, arbitrary: fc.record({ kind: fc.constant("estimate" as const), route, level }) },
  { weight: 6, arbitrary: fc.constant({ kind: "revive" as const }) },
);

/** Times are compared to a hundredth of a millisecond: JSON and Lua write them with 14 digits. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, each) => (typeof each === "number" ? Math.round(each * 100) / 100 : each)));

/** What a driver answers to each step. Keys of buckets are a driver's own business. */
async function play(
  driver: DiscordLimitDriver,
  steps: readonly Step[],
  setNow: (nowMs: number) => void,
): Promise<unknown[]> {
  const answers: unknown[] = [];
  const grants: Grant[] = [];
  let nowMs = 1_800_000_000_000;
  for (const [index, each] of steps.entries()) {
    setNow(nowMs);
    switch (each.kind) {
      case "wait":
        nowMs += each.ms;
        break;
      case "take": {
        const { level: own, waiter: id, maxAgeMs } = each;
        const answer = await driver.take({
          route: routeOf(each.route),
          permitId: `permit ${index}`,
          waiterId: `waiter ${id} ${each.route}`,
          level: own,
          mayUseReserve: own === 2,
          maxAgeMs,
          nowMs,
        });
        if (answer.kind === "granted") grants.push(answer);
        answers.push(answer.kind === "granted" ? { ...answer, bucketKey: "" } : answer);
        break;
      }
      case "settle": {
        const grant = grants[each.which % Math.max(1, grants.length)];
        if (grant !== undefined) answers.push(await driver.settle(grant, each.observation, nowMs));
        break;
      }
      case "leave":
        await driver.leave({ route: routeOf(each.route), waiterId: `waiter ${each.waiter} ${each.route}` });
        break;
      case "estimate":
        answers.push(
          await driver.estimate(
            {
              route: routeOf(each.route),
              waiterId: `waiter 0 ${each.route}`,
              level: each.level,
              mayUseReserve: each.level === 2,
              nowMs,
            },
            3,
          ),
        );
        break;
      case "revive":
        await driver.revive("bot");
        break;
    }
  }
  return answers.map(rounded);
}

describe.skipIf(skipUnless(isReachable, "Redis"))("the drivers in memory and in Redis", () => {
  let redis: Redis;
  const prefix = randomPrefix();
  beforeAll(() => {
    redis = new Redis(url);
  });
  afterAll(async () => {
    const keys = await redis.keys(`{${prefix}*`);
    if (keys.length > 0) await redis.del(...keys);
    redis.disconnect();
  });

  test("answer every step of any history alike", async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 200, size: "max" }), async (steps) => {
        let nowMs = 0;
        const inRedis = createRedisLimitDriver({
          redis,
          prefix: `${prefix}${run++}`,
          limits: LIMITS,
          now: () => nowMs,
        });
        const inMemory = createMemoryLimitDriver({ limits: LIMITS });
        const expected = await play(inMemory, steps, () => {});
        const found = await play(inRedis, steps, (ms) => {
          nowMs = ms;
        });
        expect(found).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
