import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryLimitDriver } from "../../src/discord/memory-limit-driver.ts";
import { type DiscordRule, mostAllowed } from "../../src/testing/discord-fake.ts";
import { type Latency, type SimulatedEvent, simulate } from "./simulate.ts";

const CHANNEL = "100000000000000001";
const idOf = (index: number): string => String(BigInt(CHANNEL) + BigInt(index));
/** For rules that let more through than Discord's limit over all buckets does. */
const unlimited = () => createMemoryLimitDriver({ limits: { globalPerSecond: 100_000 } });

const rule: fc.Arbitrary<DiscordRule> = fc.record({
  shape: fc.constantFrom("sliding", "fixed"),
  limitCount: fc.integer({ min: 1, max: 30 }),
  windowMs: fc.integer({ min: 300, max: 60_000 }),
});
const processCount = fc.integer({ min: 1, max: 8 });
const seed = fc.nat();

/** One way takes about `baseMs`; one in twenty takes up to `tailMs` longer, and is overtaken by others. */
const latencyOf = ({ baseMs, tailMs }: { readonly baseMs: number; readonly tailMs: number }): Latency => {
  return (random) => baseMs * (0.8 + 0.4 * random.next()) + (random.next() < 0.05 ? tailMs * random.next() : 0);
};
const network = fc.record({ baseMs: fc.integer({ min: 1, max: 200 }), tailMs: fc.integer({ min: 0, max: 3_000 }) });

const periodOf = ({ limitCount, windowMs }: DiscordRule): number => windowMs / limitCount;
/** Long enough for many periods, and for several windows. */
const durationOf = (each: DiscordRule): number => Math.max(20_000, 60 * periodOf(each), 3 * each.windowMs);

const alone = fc.record({
  rule,
  network,
  processCount,
  seed,
  lostShare: fc.constantFrom(0, 0, 0.02),
  skewMs: fc.integer({ min: -100_000, max: 100_000 }),
  /** How often the bucket gets another name; 0 never. */
  renamedMs: fc.constantFrom(0, 0, 3_000, 20_000),
});

describe("alone with a bucket", () => {
  test("no request is ever refused, whatever the network, Discord's clock and the bucket's names do", async () => {
    await fc.assert(
      fc.asyncProperty(alone, async ({ network: each, renamedMs, ...rest }) => {
        const hashOf = (nowMs: number): string => (renamedMs === 0 ? "" : String(Math.floor(nowMs / renamedMs) % 3));
        const durationMs = durationOf(rest.rule);
        const { discord } = await simulate({ ...rest, hashOf, durationMs, latency: latencyOf(each) });
        expect(discord.limitedCounts.user).toBe(0);
      }),
      { numRuns: 250 },
    );
  });

  test("98 % of what the rule lets through are used, and everybody's turn comes", async () => {
    const steady = fc.record({ rule, processCount, seed, baseMs: fc.integer({ min: 1, max: 200 }) });
    await fc.assert(
      fc.asyncProperty(steady, async ({ baseMs, ...rest }) => {
        const { limitCount, windowMs, shape } = rest.rule;
        const periodMs = periodOf(rest.rule);
        const roundTripMs = 2.4 * baseMs;
        const safetyMs = 10 + limitCount;
        const reserveCount = limitCount >= 3 ? 1 : 0;
        // A request holds its token until it is answered: with fewer tokens than are under way, the network decides.
        const usableMs = 0.6 * (limitCount - 1 - reserveCount) * periodMs;
        fc.pre(shape === "fixed" ? windowMs >= 2_000 : roundTripMs + safetyMs < usableMs);
        const durationMs = Math.max(60_000, 200 * periodMs, 10 * windowMs);
        const wantedCount = limitCount + 3;
        const latency = latencyOf({ baseMs, tailMs: 0 });
        const result = await simulate({ ...rest, durationMs, wantedCount, latency, driver: unlimited() });
        expect(result.discord.limitedCounts.user).toBe(0);
        const mostCount = mostAllowed(rest.rule, durationMs);
        // A fixed window is known to be over when the answer to its first request has come, and then a little later.
        const roundMs = windowMs + roundTripMs + safetyMs + 10;
        // What is held back until the last quarter of a window may come too late for it.
        const lateCount = roundTripMs + safetyMs > windowMs / 4 ? reserveCount : 0;
        const possibleCount =
          shape === "fixed"
            ? (limitCount - lateCount) * Math.floor(durationMs / roundMs)
            : mostCount - reserveCount - roundTripMs / periodMs;
        expect(result.share * mostCount).toBeGreaterThanOrEqual(0.98 * possibleCount);
        // In a fixed window each process gets one at least; otherwise all take turns.
        const turnMs =
          shape === "fixed" ? roundMs * Math.ceil(rest.processCount / limitCount) : rest.processCount * periodMs;
        expect(result.longestWaitMs).toBeLessThan(1.5 * wantedCount * turnMs + 2 * roundMs + 3_000);
      }),
      { numRuns: 100 },
    );
  });

  test("permits that nobody settles cost time, and nothing else", async () => {
    const forgetful = fc.record({
      rule,
      network,
      processCount,
      seed,
      forgottenShare: fc.double({ min: 0.01, max: 0.2, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(forgetful, async ({ network: each, ...rest }) => {
        const durationMs = Math.max(120_000, durationOf(rest.rule));
        const result = await simulate({ ...rest, durationMs, latency: latencyOf(each) });
        expect(result.discord.limitedCounts.user).toBe(0);
        expect(result.discord.allowedAt.at(-1)).toBeGreaterThan(
          1_800_000_000_000 + durationMs - 40_000 - rest.rule.windowMs,
        );
      }),
      { numRuns: 60 },
    );
  });
});

test("somebody else who uses the bucket costs few refusals, and nothing once he is gone", async () => {
  const shared = fc.record({
    rule: rule.filter(({ limitCount, windowMs }) => limitCount >= 3 && windowMs >= 2_000),
    processCount,
    seed,
    baseMs: fc.integer({ min: 1, max: 100 }),
    everyShare: fc.double({ min: 1.5, max: 20, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(shared, async ({ baseMs, everyShare, ...rest }) => {
      const periodMs = periodOf(rest.rule);
      const untilMs = 40 * periodMs + rest.rule.windowMs;
      const othersCount = Math.floor(untilMs / (everyShare * periodMs));
      let othersRefusedCount = 0;
      const events = Array.from(
        { length: othersCount },
        (_, index): SimulatedEvent => ({
          atMs: (index + 1) * everyShare * periodMs,
          happen({ discord, clock }) {
            if (discord.handle({ major: CHANNEL, nowMs: clock.now() }).status === 429) othersRefusedCount += 1;
          },
        }),
      );
      const durationMs = untilMs + 3 * rest.rule.windowMs + 60 * periodMs;
      const latency = latencyOf({ baseMs, tailMs: 0 });
      const result = await simulate({ ...rest, durationMs, events, latency, driver: unlimited() });
      const refusedCount = result.discord.limitedCounts.user - othersRefusedCount;
      expect(refusedCount).toBeLessThanOrEqual(othersCount * 4);
      const startedAt = 1_800_000_000_000 + untilMs + rest.rule.windowMs;
      const lateCount = result.discord.allowedAt.filter((at) => at >= startedAt).length;
      expect(lateCount).toBeGreaterThan(0.8 * ((2 * rest.rule.windowMs) / periodMs + 60) - rest.rule.limitCount);
    }),
    { numRuns: 60 },
  );
});

describe("a process that is killed and started again", () => {
  const restarts = fc.record({
    rule,
    network,
    processCount,
    seed,
    // Once the bucket is known: before, nobody knows that the first request was made.
    at: fc.array(fc.integer({ min: 8_000, max: 59_000 }), { minLength: 1, maxLength: 5 }),
  });

  test("has no request refused where the state is kept", async () => {
    await fc.assert(
      fc.asyncProperty(restarts, async ({ network: each, at, ...rest }) => {
        const events = at.map(
          (atMs, index): SimulatedEvent => ({ atMs, happen: (world) => world.restart(index % rest.processCount) }),
        );
        const result = await simulate({ ...rest, durationMs: 60_000, latency: latencyOf(each), events });
        expect(result.discord.limitedCounts.user).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test("has few requests refused where the state is lost with it, however often", async () => {
    await fc.assert(
      fc.asyncProperty(restarts, async ({ network: each, at, ...rest }) => {
        const happen: SimulatedEvent["happen"] = (world) => world.restart(0, createMemoryLimitDriver());
        const events = at.map((atMs) => ({ atMs, happen }));
        // Of what is under way for long, the new process cannot know.
        const latency = latencyOf({ ...each, tailMs: 0 });
        const result = await simulate({ ...rest, processCount: 1, durationMs: 60_000, latency, events });
        // What was under way may meet the first request of the new one; that one may find nothing left.
        expect(result.discord.limitedCounts.user).toBeLessThanOrEqual(at.length * 2);
      }),
      { numRuns: 60 },
    );
  });
});

describe("over many buckets", () => {
  test("no more than fifty are sent in any second, and no bucket is left out", async () => {
    const crowd = fc.record({
      network,
      processCount: fc.integer({ min: 1, max: 4 }),
      seed,
      count: fc.integer({ min: 20, max: 80 }),
    });
    await fc.assert(
      fc.asyncProperty(crowd, async ({ network: each, count, ...rest }) => {
        const majors = Array.from({ length: count }, (_, index) => idOf(index));
        const result = await simulate({
          ...rest,
          rule: { shape: "sliding", limitCount: 5, windowMs: 2_000 },
          global: { shape: "fixed", limitCount: 50, windowMs: 1_000 },
          majors,
          wantedCount: 2,
          durationMs: 20_000,
          latency: latencyOf(each),
        });
        expect(result.discord.limitedCounts).toEqual({ user: 0, shared: 0, global: 0 });
        const counts = majors.map((major) => result.allowedCounts.get(major) ?? 0);
        expect(Math.min(...counts)).toBeGreaterThanOrEqual(0.5 * Math.max(...counts) - 1);
      }),
      { numRuns: 12 },
    );
  });

  test("the hidden limit of a channel is kept by all its webhooks together, and told of once when it is stricter", async () => {
    const hidden = fc.record({
      network,
      processCount: fc.integer({ min: 1, max: 4 }),
      seed,
      shape: fc.constantFrom("sliding" as const, "fixed" as const),
      count: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(hidden, async ({ network: each, shape, count, ...rest }) => {
        const result = await simulate({
          ...rest,
          rule: { shape: "sliding", limitCount: 5, windowMs: 2_000 },
          hidden: { shape, limitCount: 30, windowMs: 60_000 },
          hiddenChannel: idOf(900),
          majors: Array.from({ length: count }, (_, index) => idOf(index)),
          wantedCount: 4,
          durationMs: 240_000,
          latency: latencyOf(each),
        });
        const { user, shared } = result.discord.limitedCounts;
        expect(user).toBe(0);
        expect(shared).toBeLessThanOrEqual(shape === "sliding" ? 0 : 5);
      }),
      { numRuns: 15 },
    );
  });
});
