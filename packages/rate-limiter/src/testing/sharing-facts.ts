import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { RateLimitAlgorithm } from "../driver.ts";
import type { Facts } from "./harness.ts";
import { createTaker } from "./taker.ts";

const LONG_MS = 3_600_000;

/** Facts for drivers that count together. */
export function sharingFacts(algorithm: RateLimitAlgorithm): Facts {
  return {
    "lets exactly the limit through, over all drivers": async (harness) => {
      const key = randomUUID();
      const rule = { algorithm, limit: 30, windowMs: LONG_MS };
      const takers = await Promise.all(Array.from({ length: 4 }, () => createTaker(harness, rule, { key })));
      const decisions = await Promise.all(takers.flatMap(({ take }) => Array.from({ length: 20 }, () => take())));
      assert.equal(decisions.filter(({ allowed }) => allowed).length, 30);
    },
  };
}

/** Facts for drivers that have a clock of their own. */
export function serverClockFacts(algorithm: RateLimitAlgorithm): Facts {
  return {
    "takes no notice of the caller's time": async (harness) => {
      let shiftMs = 0;
      const rule = { algorithm, limit: 2, windowMs: LONG_MS };
      const { take, exhaust } = await createTaker(harness, rule, { shiftMs: () => shiftMs });
      await exhaust();
      for (shiftMs of [-2 * LONG_MS, 2 * LONG_MS]) assert.equal((await take()).allowed, false);
    },
  };
}
