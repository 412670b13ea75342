import fc from "fast-check";
import { expect, test } from "vitest";
import { costOf, holdsEverywhere, type Passage, rules, steps } from "../test/histories.ts";
import { startSlidingWindow, takeSlidingWindow } from "./sliding-window.ts";

test("never lets more than the limit through in any window", () => {
  fc.assert(
    fc.property(rules, steps, ({ limit, windowUs }, history) => {
      const state = startSlidingWindow();
      const passages: Passage[] = [];
      let nowUs = 0;
      for (const { windows, costShare, dryRun } of history) {
        nowUs += Math.floor(windows * windowUs);
        const cost = costOf(costShare, limit);
        const { allowed } = takeSlidingWindow(state, { limit, windowUs, cost, dryRun, nowUs });
        if (allowed && !dryRun) passages.push({ atUs: nowUs, cost });
      }
      const most = (lengthUs: number) => (lengthUs < windowUs ? limit : Number.POSITIVE_INFINITY);
      expect(holdsEverywhere(passages, most)).toBe(true);
    }),
  );
});

test("decides and counts as a plain list of all takes does", () => {
  fc.assert(
    fc.property(rules, steps, ({ limit, windowUs }, history) => {
      const state = startSlidingWindow();
      let taken: readonly number[] = [];
      let nowUs = 0;
      for (const { windows, costShare, dryRun } of history) {
        nowUs += Math.floor(windows * windowUs);
        const cost = costOf(costShare, limit);
        taken = taken.filter((atUs) => nowUs - atUs < windowUs);
        const allowed = taken.length + cost <= limit;
        const retryAfterUs = allowed ? 0 : (taken[taken.length + cost - limit - 1] ?? 0) + windowUs - nowUs;
        if (allowed && !dryRun) taken = [...taken, ...Array.from({ length: cost }, () => nowUs)];
        const resetAfterUs = taken.length === 0 ? 0 : (taken.at(-1) ?? 0) + windowUs - nowUs;
        expect(takeSlidingWindow(state, { limit, windowUs, cost, dryRun, nowUs })).toEqual({
          allowed,
          remaining: limit - taken.length,
          retryAfterUs,
          resetAfterUs,
        });
      }
    }),
  );
});

test("keeps no more entries than the limit and as many dead ones, or a few", () => {
  const state = startSlidingWindow();
  for (let nowUs = 0; nowUs < 100_000; nowUs += 7) {
    takeSlidingWindow(state, { limit: 100, windowUs: 1_000, cost: 1, dryRun: false, nowUs });
    expect(state.timesUs.length).toBeLessThanOrEqual(200);
    expect(state.costs.length).toBe(state.timesUs.length);
  }
});

test("keeps one entry for takes of the same microsecond", () => {
  const state = startSlidingWindow();
  for (let index = 0; index < 1_000; index += 1) {
    takeSlidingWindow(state, { limit: 1_000, windowUs: 1_000, cost: 1, dryRun: false, nowUs: 5 });
  }
  expect(state).toMatchObject({ timesUs: [5], costs: [1_000] });
});
