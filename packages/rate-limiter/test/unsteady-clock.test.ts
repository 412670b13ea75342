import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryDriver } from "../src/drivers/memory.ts";
import { startGcra, takeGcra } from "../src/gcra.ts";
import { createRateLimiter, type RateLimitAlgorithm } from "../src/index.ts";
import { startSlidingWindow, takeSlidingWindow } from "../src/sliding-window.ts";
import type { ExactTake, Verdict } from "../src/verdict.ts";
import { costOf, holdsEverywhere, type Passage } from "./histories.ts";

const HOUR_US = 3_600_000_000;
const WINDOW_US = 60_000_000;

/** Real time that passes before a take, and how far the clock is set back meanwhile. */
const events = fc.array(
  fc.record({
    elapsedUs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: WINDOW_US / 4 })),
    setBackUs: fc.oneof(
      { weight: 8, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: WINDOW_US }) },
      { weight: 1, arbitrary: fc.constantFrom(WINDOW_US - 1, WINDOW_US, WINDOW_US + 1, HOUR_US) },
    ),
    costShare: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  }),
  { maxLength: 80 },
);

const mostOf = {
  gcra: (limit: number) => (lengthUs: number) => limit + (lengthUs * limit) / WINDOW_US,
  "sliding-window": (limit: number) => (lengthUs: number) => (lengthUs < WINDOW_US ? limit : Number.POSITIVE_INFINITY),
};
const algorithms: Record<RateLimitAlgorithm, () => (take: ExactTake) => Verdict> = {
  gcra: () => {
    const state = startGcra(0);
    return (take) => takeGcra(state, take);
  },
  "sliding-window": () => {
    const state = startSlidingWindow();
    return (take) => takeSlidingWindow(state, take);
  },
};

describe.each(["gcra", "sliding-window"] as const)("%s under a clock that is set back", (algorithm) => {
  test("lets no more through in real time, and lets nobody wait for the clock to catch up", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), events, (limit, history) => {
        const take = algorithms[algorithm]();
        const passages: Passage[] = [];
        let realUs = 0;
        let clockUs = 10 * HOUR_US;
        for (const { elapsedUs, setBackUs, costShare } of history) {
          realUs += elapsedUs;
          clockUs += elapsedUs - setBackUs;
          const cost = costOf(costShare, limit);
          const request = { limit, windowUs: WINDOW_US, cost, dryRun: false, nowUs: clockUs };
          const { allowed, retryAfterUs, resetAfterUs } = take(request);
          if (allowed) passages.push({ atUs: realUs, cost });
          // At most one window for what was taken, and one for the clock to catch up when it is behind by less.
          expect(Math.max(retryAfterUs, resetAfterUs)).toBeLessThanOrEqual(2 * WINDOW_US);
          if (setBackUs === HOUR_US) expect(retryAfterUs).toBeLessThanOrEqual(WINDOW_US);
        }
        expect(holdsEverywhere(passages, mostOf[algorithm](limit))).toBe(true);
      }),
    );
  });

  test("waits as long as it was told, whatever was done to the clock before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), events, (limit, history) => {
        const take = algorithms[algorithm]();
        let clockUs = 10 * HOUR_US;
        for (const { elapsedUs, setBackUs, costShare } of history) {
          clockUs += elapsedUs - setBackUs;
          const request = { limit, windowUs: WINDOW_US, cost: costOf(costShare, limit), dryRun: false };
          const { allowed, retryAfterUs } = take({ ...request, nowUs: clockUs });
          if (allowed) continue;
          clockUs += retryAfterUs;
          expect(take({ ...request, nowUs: clockUs }).allowed).toBe(true);
        }
      }),
    );
  });
});

describe.each(["gcra", "sliding-window"] as const)("a %s limiter under a clock that is set back", (algorithm) => {
  test("counts on as if nothing had happened: no wait is longer than a window", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), events, async (limit, history) => {
        let clockMs = 1e9;
        const limiter = createRateLimiter({
          driver: createMemoryDriver(),
          limit,
          windowMs: WINDOW_US / 1_000,
          algorithm,
          now: () => clockMs,
        });
        const passages: Passage[] = [];
        let realUs = 0;
        for (const { elapsedUs, setBackUs, costShare } of history) {
          const cost = costOf(costShare, limit);
          clockMs -= Math.floor(setBackUs / 1_000);
          // The limiter has to see the clock to notice that it was set back.
          await limiter.peek("key");
          realUs += Math.floor(elapsedUs / 1_000) * 1_000;
          clockMs += Math.floor(elapsedUs / 1_000);
          const { allowed, retryAfterMs } = await limiter.take("key", cost);
          if (allowed) passages.push({ atUs: realUs, cost });
          else expect(retryAfterMs).toBeLessThanOrEqual(WINDOW_US / 1_000);
        }
        expect(holdsEverywhere(passages, mostOf[algorithm](limit))).toBe(true);
      }),
    );
  });

  test("is free again a window later, an hour set back or not", async () => {
    for (const setBackMs of [0, 3_600_000]) {
      let clockMs = 1e9;
      const limiter = createRateLimiter({
        driver: createMemoryDriver(),
        limit: 5,
        windowMs: 60_000,
        algorithm,
        now: () => clockMs,
      });
      await limiter.take("key", 5);
      clockMs -= setBackMs;
      expect(await limiter.take("key")).toMatchObject({ allowed: false, resetAfterMs: 60_000 });
      clockMs += 60_000;
      expect(await limiter.take("key", 5)).toMatchObject({ allowed: true });
    }
  });
});
