import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { RateLimitAlgorithm } from "../driver.ts";
import type { Facts } from "./harness.ts";
import { createTaker } from "./taker.ts";

/** Where the server's clock rules, time really passes: short enough to wait for. */
const SHORT_MS = 240;

/** Facts about time that hold whoever's clock it is, and at any speed of the machine. */
export function timeFacts(algorithm: RateLimitAlgorithm): Facts {
  const rule = { algorithm, limit: 3, windowMs: SHORT_MS };
  return {
    "lets whoever was denied through after the wait that it gave": async (harness) => {
      const { take, exhaust } = await createTaker(harness, rule);
      const denial = await exhaust();
      assert.ok(denial.retryAfterMs >= 1 && denial.retryAfterMs <= SHORT_MS, `retry after ${denial.retryAfterMs}`);
      await harness.advance(denial.retryAfterMs);
      assert.equal((await take()).allowed, true);
    },
    "lets several units through after the wait that it gave": async (harness) => {
      const { take, exhaust } = await createTaker(harness, rule);
      await exhaust();
      const { allowed, retryAfterMs } = await take(3);
      assert.equal(allowed, false);
      await harness.advance(retryAfterMs);
      assert.equal((await take(3)).allowed, true);
    },
    "is free again a window after its limit was lowered": async (harness) => {
      const options = { driver: await harness.create(), key: randomUUID() };
      await (await createTaker(harness, { ...rule, limit: 1_000 }, options)).take(1_000);
      const { take } = await createTaker(harness, { ...rule, limit: 2 }, options);
      assert.equal((await take(2)).allowed, false);
      await harness.advance(SHORT_MS);
      assert.equal((await take(2)).allowed, true);
    },
    "is as if never used after the reset": async (harness) => {
      const { look, exhaust } = await createTaker(harness, rule);
      const { resetAfterMs } = await exhaust();
      assert.ok(resetAfterMs <= SHORT_MS, `reset after ${resetAfterMs}`);
      await harness.advance(resetAfterMs);
      assert.deepEqual(await look(3), { allowed: true, remaining: 3, retryAfterMs: 0, resetAfterMs: 0 });
    },
  };
}
