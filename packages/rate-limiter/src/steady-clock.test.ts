import fc from "fast-check";
import { expect, test } from "vitest";
import { createSteadyClock } from "./steady-clock.ts";

test("never goes back, goes forward by what the clock goes forward, and by nothing when it is set back", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -10_000, max: 10_000 })), (moves) => {
      let timeMs = 0;
      const now = createSteadyClock(() => timeMs);
      let lastMs = now();
      for (const moveMs of moves) {
        timeMs += moveMs;
        const nextMs = now();
        expect(nextMs - lastMs).toBe(Math.max(0, moveMs));
        lastMs = nextMs;
      }
    }),
  );
});
