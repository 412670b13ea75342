import fc from "fast-check";
import { expect, test } from "vitest";
import { createFixedWindow } from "./fixed-window.ts";
import { createWindowLog } from "./window-log.ts";

const shape = fc.record({ limitCount: fc.integer({ min: 1, max: 40 }), windowMs: fc.integer({ min: 1, max: 60_000 }) });
const gaps = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 200 });

test("a window log never lets more than its limit through in any window", () => {
  fc.assert(
    fc.property(shape, gaps, ({ limitCount, windowMs }, waits) => {
      const log = createWindowLog(limitCount, windowMs);
      const accepted: number[] = [];
      let now = 0;
      for (const wait of waits) {
        now += wait;
        const reading = log.take(now);
        if (reading.isAllowed) accepted.push(now);
        else expect(log.take(now + reading.retryAfterMs - 1).isAllowed).toBe(false);
        expect(accepted.filter((at) => at > now - windowMs).length).toBeLessThanOrEqual(limitCount);
        expect(reading.remainingCount).toBe(limitCount - accepted.filter((at) => at > now - windowMs).length);
      }
    }),
  );
});

test("a fixed window keeps its reset while Remaining falls, and opens anew afterwards", () => {
  const window = createFixedWindow(3, 1000);
  const readings = [0, 100, 200, 999].map((at) => ({ at, ...window.take(at) }));
  expect(readings.map(({ at, resetAfterMs }) => at + resetAfterMs)).toEqual([1000, 1000, 1000, 1000]);
  expect(readings.map(({ isAllowed, remainingCount }) => [isAllowed, remainingCount])).toEqual([
    [true, 2],
    [true, 1],
    [true, 0],
    [false, 0],
  ]);
  expect(readings[3]?.retryAfterMs).toBe(1);
  expect(window.take(1000)).toMatchObject({ isAllowed: true, remainingCount: 2, resetAfterMs: 1000 });
});
