import assert from "node:assert/strict";
import type { RateLimitAlgorithm, RateLimitDecision } from "../driver.ts";
import type { Facts } from "./harness.ts";
import { createTaker } from "./taker.ts";

const HOUR_MS = 3_600_000;

const allowedOf = (decisions: readonly RateLimitDecision[]): readonly boolean[] =>
  decisions.map(({ allowed }) => allowed);

/** Facts to the millisecond, for drivers whose clock the suite can hold still. */
export function callerClockFacts(algorithm: RateLimitAlgorithm): Facts {
  const rule = { algorithm, limit: 4, windowMs: 1_000 };
  return {
    ...(algorithm === "gcra" ? gcraFacts : slidingWindowFacts),
    "gives the shortest wait: a millisecond less is not enough": async (harness) => {
      const { take, exhaust } = await createTaker(harness, { ...rule, limit: 3 });
      await take();
      await harness.advance(200);
      const { retryAfterMs } = await exhaust();
      await harness.advance(retryAfterMs - 1);
      assert.equal((await take()).allowed, false);
      await harness.advance(1);
      assert.equal((await take()).allowed, true);
    },
    "keeps nobody out for longer than a window when the clock is set back an hour": async (harness) => {
      let shiftMs = 0;
      const { take, exhaust } = await createTaker(harness, rule, { shiftMs: () => shiftMs });
      await exhaust();
      shiftMs = -HOUR_MS;
      const { allowed, retryAfterMs } = await take();
      assert.equal(allowed, false);
      assert.ok(retryAfterMs <= 1_000, `retry after ${retryAfterMs}`);
      await harness.advance(retryAfterMs);
      assert.equal((await take()).allowed, true);
    },
    "lets nobody take twice because the clock was set back": async (harness) => {
      let shiftMs = 0;
      const { take, exhaust } = await createTaker(harness, rule, { shiftMs: () => shiftMs });
      await exhaust();
      for (shiftMs of [-1, -999, -1_001, -HOUR_MS, -2 * HOUR_MS]) {
        assert.equal((await take()).allowed, false, `set back by ${-shiftMs} ms`);
      }
    },
    "gains nothing from two callers whose clocks differ a little": async (harness) => {
      let shiftMs = 0;
      const { take, exhaust } = await createTaker(harness, rule, { shiftMs: () => shiftMs });
      await exhaust();
      for (let count = 0; count < 100; count += 1) {
        shiftMs = count % 2 === 0 ? -100 : 0;
        assert.equal((await take()).allowed, false);
      }
    },
  };
}

const gcraFacts: Facts = {
  "gives units back one by one, evenly": async (harness) => {
    const { take, exhaust } = await createTaker(harness, { algorithm: "gcra", limit: 4, windowMs: 1_000 });
    assert.deepEqual(await exhaust(), { allowed: false, remaining: 0, retryAfterMs: 250, resetAfterMs: 1_000 });
    await harness.advance(500);
    assert.deepEqual(allowedOf([await take(), await take(), await take()]), [true, true, false]);
  },
  "does not drift over thousands of takes at a rate that is no whole number": async (harness) => {
    const { take } = await createTaker(harness, { algorithm: "gcra", limit: 7, windowMs: 1_000 });
    await take(7);
    let takenCount = 0;
    for (let elapsedMs = 10; elapsedMs <= 100_000; elapsedMs += 10) {
      await harness.advance(10);
      if ((await take()).allowed) takenCount += 1;
    }
    assert.equal(takenCount, 700);
  },
};

const slidingWindowFacts: Facts = {
  "gives a unit back exactly a window after it was taken": async (harness) => {
    const { take } = await createTaker(harness, { algorithm: "sliding-window", limit: 2, windowMs: 1_000 });
    await take();
    await harness.advance(600);
    await take();
    assert.deepEqual(await take(), { allowed: false, remaining: 0, retryAfterMs: 400, resetAfterMs: 1_000 });
    await harness.advance(399);
    assert.equal((await take()).allowed, false);
    await harness.advance(1);
    assert.deepEqual(allowedOf([await take(), await take()]), [true, false]);
  },
};
