import { sharedRedis, skipUnless } from "@tocsin/testkit";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, describe, expect, test } from "vitest";
import { GCRA_LUA } from "../src/drivers/lua/gcra-lua.ts";
import { SLIDING_WINDOW_LUA } from "../src/drivers/lua/sliding-window-lua.ts";
import { startGcra, takeGcra } from "../src/gcra.ts";
import { startSlidingWindow, takeSlidingWindow } from "../src/sliding-window.ts";
import type { ExactTake, Verdict } from "../src/verdict.ts";
import { ownPrefix } from "./own-prefix.ts";

const { url, isReachable } = await sharedRedis();

/** The script with the test's clock, and keys that do not expire by the real one meanwhile. */
function withGivenClock(lua: string): string {
  const given = lua
    .replace('redis.call("TIME")', "{ ARGV[5], ARGV[6] }")
    .replace("local slackMs = 10", "local slackMs = 600000");
  expect(given).not.toContain("TIME");
  expect(given).toContain("600000");
  return given;
}

const models: Record<"gcra" | "sliding-window", { readonly lua: string; start(): (take: ExactTake) => Verdict }> = {
  gcra: {
    lua: withGivenClock(GCRA_LUA),
    start() {
      const state = startGcra(0);
      return (take) => takeGcra(state, take);
    },
  },
  "sliding-window": {
    lua: withGivenClock(SLIDING_WINDOW_LUA),
    start() {
      const state = startSlidingWindow();
      return (take) => takeSlidingWindow(state, take);
    },
  },
};

describe.skipIf(skipUnless(isReachable, "Redis"))("the scripts in Redis", () => {
  const redis = new Redis(url, { lazyConnect: true });
  const prefix = ownPrefix(url);
  afterAll(() => redis.quit());
  let keyCount = 0;

  const histories = fc.array(
    fc.record({
      // Now and then another limit or window, as after a new release.
      limit: fc.oneof({ weight: 9, arbitrary: fc.constant(7) }, { weight: 1, arbitrary: fc.constantFrom(1, 3, 40) }),
      windowUs: fc.oneof(
        { weight: 19, arbitrary: fc.constant(999_983) },
        { weight: 1, arbitrary: fc.constant(500_000) },
      ),
      costShare: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
      dryRun: fc.boolean(),
      moveUs: fc.oneof(
        { weight: 4, arbitrary: fc.constant(0) },
        { weight: 8, arbitrary: fc.nat(200_000) },
        // Two of them, one of each, make exactly a window.
        { weight: 4, arbitrary: fc.constantFrom(499_991, 499_992) },
        { weight: 1, arbitrary: fc.constantFrom(999_983, 2_000_000, 3_600_000_000) },
        { weight: 1, arbitrary: fc.constantFrom(-1, -300_000, -999_983, -999_984, -3_600_000_000) },
      ),
    }),
    { minLength: 1, maxLength: 60 },
  );

  test.each(["gcra", "sliding-window"] as const)("decide step by step as the model of %s does", async (algorithm) => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        keyCount += 1;
        const take = models[algorithm].start();
        // Today's numbers: sixteen digits, of which none may get lost on the way.
        let nowUs = 1_795_000_000_123_457;
        const pipeline = redis.pipeline();
        const expected: (readonly number[])[] = [];
        for (const { moveUs, costShare, limit, windowUs, dryRun } of history) {
          nowUs += moveUs;
          const cost = 1 + Math.floor(costShare * limit);
          const { allowed, remaining, retryAfterUs, resetAfterUs } = take({ limit, windowUs, cost, dryRun, nowUs });
          expected.push([allowed ? 1 : 0, remaining, retryAfterUs, resetAfterUs]);
          const clock = [Math.floor(nowUs / 1e6), nowUs % 1e6];
          const args = [limit, windowUs, cost, dryRun ? 1 : 0, ...clock];
          pipeline.eval(models[algorithm].lua, 1, `${prefix}${keyCount}`, ...args);
        }
        const replies = (await pipeline.exec()) ?? [];
        expect(replies).toEqual(expected.map((numbers) => [null, numbers]));
      }),
      { numRuns: 200 },
    );
  });
});
