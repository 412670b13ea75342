import { createSeededRandom } from "@tocsin/testkit";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createFallbackLimitDriver, type FallbackLimitDriverOptions } from "../../src/discord/fallback-limit-driver.ts";
import type { DiscordLimitDriver, Grant, TakeRequest } from "../../src/discord/limit-driver.ts";
import { createMemoryLimitDriver } from "../../src/discord/memory-limit-driver.ts";
import { NOT_SENT } from "../../src/discord/read-answer.ts";
import { messages } from "../../src/testing/discord-answers.ts";
import type { DiscordRule } from "../../src/testing/discord-fake.ts";
import { simulate } from "./simulate.ts";

const MINUTE_MS = 60_000;
const STARTED_AT = 1_800_000_000_000;

/** A shared driver of so many processes that can be away. */
function createShared(processCount: number) {
  const memory = createMemoryLimitDriver();
  const state = { isGone: false };
  const reachable = async <T>(call: () => Promise<T>): Promise<T> => {
    if (state.isGone) throw new Error("gone");
    return await call();
  };
  const driver: DiscordLimitDriver = {
    ...memory,
    async take(request) {
      const answer = await reachable(() => memory.take(request));
      return answer.kind === "granted" ? { ...answer, processCount } : answer;
    },
    settle: (...given) => reachable(() => memory.settle(...given)),
    leave: (request) => reachable(() => memory.leave(request)),
    revive: (credential) => reachable(() => memory.revive(credential)),
  };
  return { driver, state };
}

/** Floods a bucket; in the second of three minutes the shared driver is away. */
async function throughAnOutage(rule: DiscordRule, processCount: number, seed: number) {
  const { driver: primary, state } = createShared(processCount);
  const random = createSeededRandom(seed);
  const { discord } = await simulate({
    rule,
    seed,
    processCount,
    durationMs: 3 * MINUTE_MS,
    latency: (each) => 40 + 20 * each.next(),
    driver: (clock) => createFallbackLimitDriver({ primary, now: clock.now, random: random.next }),
    events: [
      { atMs: MINUTE_MS, happen: () => Object.assign(state, { isGone: true }) },
      { atMs: 2 * MINUTE_MS, happen: () => Object.assign(state, { isGone: false }) },
    ],
  });
  const mostCount = (MINUTE_MS * rule.limitCount) / rule.windowMs;
  const sharesByMinute = [0, 1, 2].map((minute) => {
    const startAt = STARTED_AT + minute * MINUTE_MS;
    return discord.allowedAt.filter((at) => at >= startAt && at < startAt + MINUTE_MS).length / mostCount;
  });
  return { limitedCount: discord.limitedCounts.user, sharesByMinute };
}

describe("while the shared driver is gone", () => {
  const sliding = { shape: "sliding", limitCount: 5, windowMs: 5_000 } as const;
  const fixed = { shape: "fixed", limitCount: 10, windowMs: 10_000 } as const;

  test.each([
    [sliding, 1, 0.95],
    [sliding, 2, 0.85],
    [sliding, 8, 0.75],
    // Half of a window: nobody knows when it begins for the others.
    [fixed, 2, 0.35],
    [fixed, 8, 0.35],
  ])("%j is shared by %d processes, and used up again afterwards", async (rule, processCount, leastShare) => {
    for (const seed of [1, 2, 3, 4]) {
      const { limitedCount, sharesByMinute } = await throughAnOutage(rule, processCount, seed);
      const [, away = 0, after = 0] = sharesByMinute;
      expect(limitedCount).toBeLessThanOrEqual(1);
      expect(away).toBeGreaterThanOrEqual(leastShare);
      expect(after).toBeGreaterThanOrEqual(0.97);
    }
  });
});

let takeCount = 0;
const request = (credential = "bot", index = 0): TakeRequest => {
  takeCount += 1;
  return {
    route: messages(index, credential),
    permitId: `permit ${takeCount}`,
    waiterId: "waiter",
    level: 1,
    mayUseReserve: false,
    maxAgeMs: null,
    nowMs: STARTED_AT,
  };
};

function open(options: Partial<FallbackLimitDriverOptions> & { readonly processCount?: number } = {}) {
  const { driver: primary, state } = createShared(options.processCount ?? 4);
  const states: string[] = [];
  let nowMs = 0;
  const driver = createFallbackLimitDriver({
    primary,
    now: () => nowMs,
    random: () => 0,
    onStateChange: (each) => void states.push(each),
    ...options,
  });
  const advance = (ms: number): void => {
    nowMs += ms;
  };
  return { driver, primary, state, states, advance };
}

const granted = async (driver: DiscordLimitDriver, given: TakeRequest): Promise<Grant> => {
  const answer = await driver.take(given);
  if (answer.kind !== "granted") throw new Error(`expected a permit, got ${answer.kind}`);
  return answer;
};

test("each change of state is told once, and one request in retryMs tries", async () => {
  const { driver, primary, state, states, advance } = open({ retryMs: 1_000 });
  await driver.take(request());
  state.isGone = true;
  const take = vi.spyOn(primary, "take");
  for (let count = 0; count < 5; count += 1) await driver.take(request("bot", count));
  expect([states, take.mock.calls.length]).toEqual([["alone"], 1]);
  advance(1_000);
  for (let count = 0; count < 5; count += 1) await driver.take(request("bot", count));
  expect([states, take.mock.calls.length]).toEqual([["alone"], 2]);
  state.isGone = false;
  advance(1_000);
  for (let count = 0; count < 5; count += 1) await driver.take(request("bot", count));
  expect([states, take.mock.calls.length]).toEqual([["alone", "shared"], 7]);
});

test("a driver that is gone from the start leaves each process the share of as many as it was told of", async () => {
  const { driver, state } = open({ processCount: 5, limits: { globalPerSecond: 50 } });
  state.isGone = true;
  const first = await driver.take(request());
  // The limit over all buckets begins as if it were used up.
  expect(first).toMatchObject({ kind: "wait", gate: "global" });
  let count = 0;
  for (let index = 0; index < 50; index += 1) {
    const answer = await driver.take({ ...request("bot", index), mayUseReserve: true, nowMs: STARTED_AT + 1_100 });
    if (answer.kind === "granted") count += 1;
  }
  expect(count).toBe(10);
});

test("a ban and a credential that is dead stay known", async () => {
  const { driver, state, advance } = open();
  const banned = { ...NOT_SENT, kind: "answered", isInvalid: true, bannedMs: 0 } as const;
  await driver.settle(
    await granted(driver, request("one")),
    { ...NOT_SENT, kind: "answered", isUnauthorized: true },
    STARTED_AT,
  );
  await driver.settle(await granted(driver, request("two")), banned, STARTED_AT);
  expect(await driver.take(request("one"))).toMatchObject({ reason: "credential-dead" });
  expect(await driver.take(request("two"))).toMatchObject({ reason: "breaker-open" });
  state.isGone = true;
  advance(60_000);
  expect(await driver.take(request("one"))).toMatchObject({ reason: "credential-dead" });
  expect(await driver.take(request("two"))).toMatchObject({ reason: "breaker-open", retryAfterMs: 540_000 });
  advance(540_001);
  expect((await driver.take({ ...request("two"), nowMs: STARTED_AT + 600_001 })).kind).not.toBe("refused");
  state.isGone = false;
  await driver.revive("one");
  advance(1_000);
  expect((await driver.take({ ...request("one"), nowMs: STARTED_AT + 600_001 })).kind).toBe("granted");
});

test("an answer that cannot be told to the shared driver is learned from all the same", async () => {
  const { driver, state, states } = open();
  const grant = await granted(driver, request("one"));
  state.isGone = true;
  await driver.settle(grant, { ...NOT_SENT, kind: "answered", isUnauthorized: true, isInvalid: true }, STARTED_AT);
  expect(states).toEqual(["alone"]);
  expect(await driver.take(request("one"))).toMatchObject({ reason: "credential-dead" });
});

test("a permit that comes too late is given back", async () => {
  const { driver: primary } = createShared(2);
  const release = Promise.withResolvers<void>();
  const settled = Promise.withResolvers<Parameters<DiscordLimitDriver["settle"]>>();
  const slow: DiscordLimitDriver = {
    ...primary,
    async take(given) {
      await release.promise;
      return await primary.take(given);
    },
    settle(...given) {
      settled.resolve(given);
      return primary.settle(...given);
    },
  };
  const { driver, states } = open({ primary: slow, timeoutMs: 20 });
  onTestFinished(() => release.resolve());
  const late = request();
  expect(await driver.take(late)).toMatchObject({ kind: "wait", gate: "global" });
  expect(states).toEqual(["alone"]);
  release.resolve();
  const [grant, observation] = await settled.promise;
  expect([grant.permitId, observation.kind]).toEqual([late.permitId, "not-sent"]);
});

test("a driver that hangs is a driver that is gone", async () => {
  const never = new Promise<never>(() => {});
  const { driver, states } = open({ primary: { ...createShared(1).driver, take: () => never }, timeoutMs: 20 });
  await driver.take(request());
  expect(states).toEqual(["alone"]);
});
