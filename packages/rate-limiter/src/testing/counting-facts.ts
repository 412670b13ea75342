import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { RateLimitAlgorithm } from "../driver.ts";
import type { Facts } from "./harness.ts";
import { createTaker } from "./taker.ts";

/** So long that nothing comes back during a test. */
const LONG_MS = 3_600_000;

/** Facts that hold for an algorithm at any speed of the machine. */
export function countingFacts(algorithm: RateLimitAlgorithm): Facts {
  const rule = (limit: number) => ({ algorithm, limit, windowMs: LONG_MS });
  return {
    "lets the limit through at once and denies the next": async (harness) => {
      const { take } = await createTaker(harness, rule(5));
      for (let remaining = 4; remaining >= 0; remaining -= 1) {
        const decision = await take();
        assert.deepEqual([decision.allowed, decision.remaining, decision.retryAfterMs], [true, remaining, 0]);
      }
      const denial = await take();
      assert.deepEqual([denial.allowed, denial.remaining], [false, 0]);
      assert.ok(denial.retryAfterMs > 0 && denial.retryAfterMs <= LONG_MS, `retry after ${denial.retryAfterMs}`);
      assert.ok(denial.resetAfterMs >= denial.retryAfterMs && denial.resetAfterMs <= LONG_MS);
    },
    "takes several units, all or none": async (harness) => {
      const { take } = await createTaker(harness, rule(5));
      assert.equal((await take(3)).remaining, 2);
      const denial = await take(3);
      assert.deepEqual([denial.allowed, denial.remaining], [false, 2]);
      assert.equal((await take(2)).allowed, true);
    },
    "takes the whole limit in one": async (harness) => {
      const { take } = await createTaker(harness, rule(1_000));
      assert.deepEqual([(await take(1_000)).allowed, (await take(1)).allowed], [true, false]);
    },
    "charges nothing for a denial": async (harness) => {
      const { take } = await createTaker(harness, rule(5));
      await take(4);
      for (let count = 0; count < 5; count += 1) assert.equal((await take(2)).allowed, false);
      assert.equal((await take(1)).allowed, true);
    },
    "asks whoever wants more to wait longer": async (harness) => {
      const { take } = await createTaker(harness, rule(4));
      for (let count = 0; count < 4; count += 1) await take();
      // In this order, since waits get shorter as time passes.
      const [all, one] = [await take(4), await take(1)];
      assert.ok(one.retryAfterMs <= all.retryAfterMs && all.retryAfterMs <= LONG_MS);
    },
    "looks without taking": async (harness) => {
      const { take, look } = await createTaker(harness, rule(2));
      for (let count = 0; count < 5; count += 1) {
        assert.deepEqual(await look(2), { allowed: true, remaining: 2, retryAfterMs: 0, resetAfterMs: 0 });
      }
      await take(1);
      assert.deepEqual([(await look(1)).allowed, (await look(1)).remaining], [true, 1]);
      const refused = await look(2);
      assert.deepEqual([refused.allowed, refused.remaining, refused.retryAfterMs > 0], [false, 1, true]);
      assert.equal((await take(1)).allowed, true);
    },
    "counts each key for itself, whatever its characters": async (harness) => {
      const driver = await harness.create();
      const common = randomUUID();
      for (const key of ["a", "A", "a ", "a:b", "a*", "{a}", "ключ", "🔔", "a\n", "x".repeat(1_000)]) {
        const { take } = await createTaker(harness, rule(1), { driver, key: common + key });
        assert.deepEqual([(await take()).allowed, (await take()).allowed], [true, false], key);
      }
    },
    "gives whole numbers": async (harness) => {
      const { take } = await createTaker(harness, { algorithm, limit: 7, windowMs: 9_999_999 });
      for (let count = 0; count < 9; count += 1) {
        const { remaining, retryAfterMs, resetAfterMs } = await take();
        for (const number of [remaining, retryAfterMs, resetAfterMs]) {
          assert.ok(Number.isSafeInteger(number) && number >= 0, String(number));
        }
      }
    },
    "lets exactly the limit through when many take at once": async (harness) => {
      const { take } = await createTaker(harness, rule(20));
      const decisions = await Promise.all(Array.from({ length: 60 }, () => take()));
      assert.equal(decisions.filter(({ allowed }) => allowed).length, 20);
    },
    "keeps its count apart from the other algorithm's": async (harness) => {
      const options = { driver: await harness.create(), key: randomUUID() };
      const { exhaust } = await createTaker(harness, rule(3), options);
      await exhaust();
      const other = algorithm === "gcra" ? "sliding-window" : "gcra";
      const { take } = await createTaker(harness, { ...rule(3), algorithm: other }, options);
      assert.equal((await take()).remaining, 2);
    },
    "counts what was taken under another limit": async (harness) => {
      const driver = await harness.create();
      for (const { limit, remaining } of [
        { limit: 100, remaining: 92 },
        { limit: 9, remaining: 1 },
        { limit: 4, remaining: 0 },
      ]) {
        const options = { driver, key: randomUUID() };
        await (await createTaker(harness, rule(10), options)).take(8);
        const { look } = await createTaker(harness, rule(limit), options);
        assert.equal((await look()).remaining, remaining);
      }
    },
  };
}
