import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_RETRY, retryDelayMs } from "./retry.ts";

test("waits between 0 and a bound that doubles with each failure up to the maximum", () => {
  fc.assert(
    fc.property(
      fc.nat(1_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (failureCount, random) => {
        const delayMs = retryDelayMs(DEFAULT_RETRY, { failureCount, random: () => random });
        const boundMs = Math.min(DEFAULT_RETRY.maxMs, DEFAULT_RETRY.baseMs * 2 ** failureCount);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(boundMs);
      },
    ),
  );
});

test("keeps to a server's delay, longer or shorter than its own, rounded up and never 0", () => {
  const at = (serverDelayMs: number) =>
    retryDelayMs(DEFAULT_RETRY, { failureCount: 3, serverDelayMs, random: () => 1 });
  expect([at(0), at(0.2), at(376.4), at(3_600_000)]).toEqual([1, 1, 377, 3_600_000]);
});
