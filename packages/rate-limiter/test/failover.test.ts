import { describe, expect, test } from "vitest";
import { createMemoryDriver } from "../src/drivers/memory.ts";
import {
  createRateLimiter,
  type FallbackEvent,
  type RateLimiterDriver,
  type RateLimiterOptions,
} from "../src/index.ts";

const BROKEN = new Error("connection lost");

/** A shared driver that a test can break, with a limiter on it. */
function setUp(options: Partial<RateLimiterOptions> = {}) {
  const memory = createMemoryDriver();
  const events: FallbackEvent[] = [];
  const state = { nowMs: 0, mode: "works" as "works" | "fails" | "hangs" | "throws", askedCount: 0 };
  const driver: RateLimiterDriver = {
    specVersion: 1,
    capabilities: { clock: "server", shared: true },
    take(key, request) {
      state.askedCount += 1;
      if (state.mode === "throws") throw BROKEN;
      if (state.mode === "fails") return Promise.reject(BROKEN);
      if (state.mode === "hangs") return new Promise(() => undefined);
      return memory.take(key, { ...request, nowMs: state.nowMs });
    },
  };
  const limiter = createRateLimiter({
    driver,
    limit: 3,
    windowMs: 60_000,
    commandTimeoutMs: 20,
    probeIntervalMs: 1_000,
    now: () => state.nowMs,
    onFallback: (event) => void events.push(event),
    ...options,
  });
  const isAllowed = async (): Promise<boolean> => (await limiter.take("key")).allowed;
  return { state, events, limiter, isAllowed };
}

describe("a limiter whose driver fails", () => {
  test.each(["fails", "throws", "hangs"] as const)("lets its fallback decide while the driver %s", async (mode) => {
    const { state, events, isAllowed } = setUp({ fallback: createMemoryDriver() });
    expect([await isAllowed(), await isAllowed()]).toEqual([true, true]);
    state.mode = mode;
    // The fallback begins with counts of its own.
    expect([await isAllowed(), await isAllowed(), await isAllowed(), await isAllowed()]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(events).toMatchObject([{ kind: "entered", error: expect.any(Error) }]);
  });

  test("asks the driver again once in an interval, and holds up nobody else meanwhile", async () => {
    const { state, limiter } = setUp({ fallback: createMemoryDriver() });
    state.mode = "hangs";
    await limiter.take("key");
    expect(state.askedCount).toBe(1);
    for (let index = 0; index < 100; index += 1) await limiter.take("other");
    expect(state.askedCount).toBe(1);

    state.nowMs = 1_000;
    const probe = limiter.take("key");
    for (let index = 0; index < 100; index += 1) await limiter.take("other");
    await probe;
    expect(state.askedCount).toBe(2);
    state.nowMs = 1_999;
    await limiter.take("key");
    expect(state.askedCount).toBe(2);
  });

  test("goes back to the driver when that answers, with the counts that it had", async () => {
    const { state, events, isAllowed } = setUp({ fallback: createMemoryDriver() });
    await isAllowed();
    state.mode = "fails";
    await isAllowed();
    state.mode = "works";
    state.nowMs = 1_000;
    expect([await isAllowed(), await isAllowed(), await isAllowed()]).toEqual([true, true, false]);
    expect(events.map(({ kind }) => kind)).toEqual(["entered", "left"]);
  });

  test("reports a failure once, and again when it comes again", async () => {
    const { state, events, limiter } = setUp({ fallback: createMemoryDriver() });
    state.mode = "fails";
    await Promise.all(Array.from({ length: 10 }, () => limiter.take("key")));
    state.nowMs = 1_000;
    await limiter.take("key");
    expect(events.map(({ kind }) => kind)).toEqual(["entered"]);
    state.mode = "works";
    state.nowMs = 2_000;
    await limiter.take("key");
    state.mode = "fails";
    await limiter.take("key");
    expect(events.map(({ kind }) => kind)).toEqual(["entered", "left", "entered"]);
  });

  test("is not harmed by a report that fails", async () => {
    for (const onFallback of [
      () => {
        throw new Error("report");
      },
      async () => {
        throw new Error("report");
      },
    ]) {
      const { state, isAllowed } = setUp({ fallback: createMemoryDriver(), onFallback });
      state.mode = "fails";
      expect(await isAllowed()).toBe(true);
    }
  });

  test.each(["take", "peek"] as const)("rejects a %s without a fallback, at once after the first", async (method) => {
    const { state, events, limiter } = setUp();
    state.mode = "fails";
    const unavailable = { code: "RATE_LIMITER_UNAVAILABLE", retryable: true, cause: BROKEN };
    for (let index = 0; index < 3; index += 1) await expect(limiter[method]("key")).rejects.toMatchObject(unavailable);
    expect(state.askedCount).toBe(1);
    expect(events).toEqual([]);
    state.mode = "works";
    state.nowMs = 1_000;
    expect(await limiter[method]("key")).toMatchObject({ allowed: true });
  });

  test("rejects with the driver's error when the fallback fails too", async () => {
    const fallback: RateLimiterDriver = {
      specVersion: 1,
      capabilities: { clock: "caller", shared: false },
      take: () => Promise.reject(new Error("fallback")),
    };
    const { state, limiter } = setUp({ fallback });
    state.mode = "fails";
    await expect(limiter.take("key")).rejects.toMatchObject({ code: "RATE_LIMITER_UNAVAILABLE", cause: BROKEN });
  });

  test("does not take an answer from before the failure for a recovery", async () => {
    let answerLate: () => void = () => undefined;
    const memory = createMemoryDriver();
    let askedCount = 0;
    const driver: RateLimiterDriver = {
      specVersion: 1,
      capabilities: { clock: "server", shared: true },
      async take(key, request) {
        askedCount += 1;
        if (askedCount > 1) throw BROKEN;
        await new Promise<void>((resolve) => {
          answerLate = resolve;
        });
        return memory.take(key, request);
      },
    };
    const { limiter, events } = setUp({ driver, fallback: createMemoryDriver(), commandTimeoutMs: 60_000 });
    const slow = limiter.take("key");
    await limiter.take("key");
    answerLate();
    expect(await slow).toMatchObject({ allowed: true });
    await limiter.take("key");
    expect(askedCount).toBe(2);
    expect(events.map(({ kind }) => kind)).toEqual(["entered"]);
  });
});
