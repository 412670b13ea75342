import { isTocsinError } from "@tocsin/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryDriver } from "../src/drivers/memory.ts";
import { createRateLimiter, type RateLimiterOptions, type TakeRequest } from "../src/index.ts";

const OPTIONS = { driver: createMemoryDriver(), limit: 5, windowMs: 1_000 };

/** A driver that writes down what it is asked. */
function createWitness() {
  const asked: [key: string, request: TakeRequest][] = [];
  const memory = createMemoryDriver();
  const take: typeof memory.take = (key, request) => {
    asked.push([key, request]);
    return memory.take(key, request);
  };
  return { asked, driver: { ...memory, take } };
}

describe("a rate limiter", () => {
  test("tells what it limits", () => {
    const limiter = createRateLimiter({ ...OPTIONS, name: "api/v2", algorithm: "sliding-window" });
    expect(limiter).toMatchObject({ name: "api/v2", algorithm: "sliding-window", limit: 5, windowMs: 1_000 });
  });

  test("is GCRA with a cost of one unless told otherwise", async () => {
    const limiter = createRateLimiter({ ...OPTIONS, driver: createMemoryDriver(), now: () => 0 });
    expect(await limiter.take("key")).toEqual({ allowed: true, remaining: 4, retryAfterMs: 0, resetAfterMs: 200 });
    expect(await limiter.take("key", 5)).toEqual({
      allowed: false,
      remaining: 4,
      retryAfterMs: 200,
      resetAfterMs: 200,
    });
  });

  test("shows what a take would answer, and takes nothing", async () => {
    const limiter = createRateLimiter({ ...OPTIONS, driver: createMemoryDriver(), now: () => 0 });
    const untouched = { allowed: true, remaining: 5, retryAfterMs: 0, resetAfterMs: 0 };
    expect([await limiter.peek("key"), await limiter.peek("key")]).toEqual([untouched, untouched]);
    await limiter.take("key", 5);
    expect(await limiter.peek("key")).toEqual({ allowed: false, remaining: 0, retryAfterMs: 200, resetAfterMs: 1_000 });
  });

  test("counts apart from limiters of another name on the same driver, and together with those of the same prefix", async () => {
    const driver = createMemoryDriver();
    const create = (options: Partial<RateLimiterOptions>) =>
      createRateLimiter({ ...OPTIONS, driver, limit: 1, ...options });
    await create({ name: "a" }).take("key");
    expect(await create({ name: "b" }).take("key")).toMatchObject({ allowed: true });
    expect(await create({ name: "c", prefix: "a:" }).take("key")).toMatchObject({ allowed: false });
  });

  test("hands long keys on as a digest, so that they differ and stay short", async () => {
    const { asked, driver } = createWitness();
    const limiter = createRateLimiter({ ...OPTIONS, driver, limit: 1 });
    const long = "x".repeat(1_000_000);
    expect(await limiter.take(`${long}a`)).toMatchObject({ allowed: true });
    expect(await limiter.take(`${long}b`)).toMatchObject({ allowed: true });
    expect(await limiter.take(`${long}a`)).toMatchObject({ allowed: false });
    expect(Math.max(...asked.map(([key]) => key.length))).toBeLessThan(64);
    await limiter.take("k".repeat(128));
    expect(asked.at(-1)?.[0]).toBe(`default:${"k".repeat(128)}`);
  });

  test("takes its time from a clock that is never set, unless told otherwise", async () => {
    const { asked, driver } = createWitness();
    const before = performance.now();
    await createRateLimiter({ ...OPTIONS, driver }).take("key");
    const nowMs = asked[0]?.[1].nowMs ?? Number.NaN;
    expect(nowMs).toBeGreaterThanOrEqual(before);
    expect(nowMs).toBeLessThanOrEqual(performance.now());
  });

  test("takes the date for a driver that shares its counts and has no clock", async () => {
    const { asked, driver } = createWitness();
    const before = Date.now();
    await createRateLimiter({
      ...OPTIONS,
      driver: { ...driver, capabilities: { clock: "caller", shared: true } },
    }).take("k");
    expect(asked[0]?.[1].nowMs).toBeGreaterThanOrEqual(before);
  });

  test("never lets a key through beyond its bound, and serves every key that waits as told", async () => {
    const takes = fc.array(
      fc.record({
        key: fc.nat(3),
        cost: fc.integer({ min: 1, max: 5 }),
        elapsedMs: fc.nat(150),
        isPatient: fc.boolean(),
      }),
      { maxLength: 80 },
    );
    await fc.assert(
      fc.asyncProperty(
        takes,
        fc.constantFrom("gcra" as const, "sliding-window" as const),
        async (history, algorithm) => {
          let nowMs = 0;
          const limiter = createRateLimiter({ ...OPTIONS, driver: createMemoryDriver(), algorithm, now: () => nowMs });
          const passed = new Map<number, { atMs: number; cost: number }[]>();
          for (const { key, cost, elapsedMs, isPatient } of history) {
            nowMs += elapsedMs;
            let decision = await limiter.take(`${key}`, cost);
            if (!decision.allowed && isPatient) {
              nowMs += decision.retryAfterMs;
              decision = await limiter.take(`${key}`, cost);
              expect(decision.allowed).toBe(true);
            }
            if (decision.allowed) passed.set(key, [...(passed.get(key) ?? []), { atMs: nowMs, cost }]);
          }
          for (const passages of passed.values()) {
            for (const from of passages) {
              const windowMs = algorithm === "gcra" ? 400 : 999;
              const most = algorithm === "gcra" ? 5 + (400 * 5) / 1_000 : 5;
              const inside = passages.filter(({ atMs }) => atMs >= from.atMs && atMs <= from.atMs + windowMs);
              expect(inside.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(most);
            }
          }
        },
      ),
    );
  });

  test.each<Partial<RateLimiterOptions>>([
    { limit: 0 },
    { limit: 1.5 },
    { limit: 1_000_001 },
    { limit: "5" as unknown as number },
    { windowMs: 0 },
    { windowMs: Number.NaN },
    { windowMs: 31_622_400_001 },
    { algorithm: "fixed-window" as "gcra" },
    { name: "" },
    { name: 'a"b' },
    { name: "x".repeat(65) },
    { commandTimeoutMs: 0 },
    { probeIntervalMs: -1 },
    { driver: undefined as unknown as RateLimiterOptions["driver"] },
    { driver: { ...createMemoryDriver(), specVersion: 2 as 1 } },
    { fallback: {} as RateLimiterOptions["driver"] },
  ])("is not created with %j", (wrong) => {
    expect(() => createRateLimiter({ ...OPTIONS, ...wrong })).toThrow(
      expect.objectContaining({ code: "RATE_LIMITER_OPTION_INVALID", retryable: false }),
    );
  });

  test.each<[key: unknown, cost: unknown, code: string]>([
    ["", 1, "RATE_LIMITER_KEY_INVALID"],
    [undefined, 1, "RATE_LIMITER_KEY_INVALID"],
    [5, 1, "RATE_LIMITER_KEY_INVALID"],
    ["key", 0, "RATE_LIMITER_COST_INVALID"],
    ["key", -1, "RATE_LIMITER_COST_INVALID"],
    ["key", 1.5, "RATE_LIMITER_COST_INVALID"],
    ["key", Number.NaN, "RATE_LIMITER_COST_INVALID"],
    ["key", Number.POSITIVE_INFINITY, "RATE_LIMITER_COST_INVALID"],
    ["key", "1", "RATE_LIMITER_COST_INVALID"],
    ["key", 6, "RATE_LIMITER_COST_TOO_HIGH"],
  ])("refuses key %j with cost %j: %s", async (key, cost, code) => {
    const limiter = createRateLimiter(OPTIONS);
    const error = await limiter.take(key as string, cost as number).catch((thrown: unknown) => thrown);
    expect(isTocsinError(error)).toBe(true);
    expect(error).toMatchObject({ code, retryable: false });
  });
});
