import fc from "fast-check";
import { expect, test } from "vitest";
import { costOf, holdsEverywhere, type Passage, rules, steps } from "../test/histories.ts";
import { startGcra, takeGcra } from "./gcra.ts";

test("never lets more than limit + w · limit / window through in any w", () => {
  fc.assert(
    fc.property(rules, steps, ({ limit, windowUs }, history) => {
      const state = startGcra(0);
      const passages: Passage[] = [];
      let nowUs = 0;
      for (const { windows, costShare, dryRun } of history) {
        nowUs += Math.floor(windows * windowUs);
        const cost = costOf(costShare, limit);
        const { allowed } = takeGcra(state, { limit, windowUs, cost, dryRun, nowUs });
        if (allowed && !dryRun) passages.push({ atUs: nowUs, cost });
      }
      // Both sides times the window, so that nothing is rounded.
      expect(
        holdsEverywhere(
          passages.map(({ atUs, cost }) => ({ atUs, cost: cost * windowUs })),
          (lengthUs) => limit * windowUs + lengthUs * limit,
        ),
      ).toBe(true);
    }),
  );
});

test("lets everything through that the bound leaves room for", () => {
  fc.assert(
    fc.property(rules, ({ limit, windowUs }) => {
      // With a limit of 1 a bucket is full, and time is lost, until somebody comes.
      fc.pre(limit > 1);
      const state = startGcra(0);
      let taken = 0;
      const step = Math.max(1, Math.floor(windowUs / limit / 3));
      const takes = 60;
      for (let index = 0; index < takes; index += 1) {
        const nowUs = index * step;
        while (takeGcra(state, { limit, windowUs, cost: 1, dryRun: false, nowUs }).allowed) taken += 1;
      }
      expect(taken).toBe(Math.floor(limit + ((takes - 1) * step * limit) / windowUs));
    }),
  );
});

test("its wait is the shortest, its remainder can be taken, and its reset makes it new", () => {
  fc.assert(
    fc.property(rules, steps, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (rule, history, share) => {
      const { limit, windowUs } = rule;
      const state = startGcra(0);
      let nowUs = 0;
      for (const { windows, costShare, dryRun } of history) {
        nowUs += Math.floor(windows * windowUs);
        takeGcra(state, { ...rule, cost: costOf(costShare, limit), dryRun, nowUs });
      }
      const look = (cost: number, atUs: number) => takeGcra({ ...state }, { ...rule, cost, dryRun: true, nowUs: atUs });
      const cost = costOf(share, limit);
      const { allowed, remaining, retryAfterUs, resetAfterUs } = look(cost, nowUs);
      expect(allowed).toBe(cost <= remaining);
      expect(allowed).toBe(retryAfterUs === 0);
      expect(look(cost, nowUs + retryAfterUs).allowed).toBe(true);
      if (!allowed) expect(look(cost, nowUs + retryAfterUs - 1).allowed).toBe(false);
      expect(look(1, nowUs + resetAfterUs)).toEqual({
        allowed: true,
        remaining: limit,
        retryAfterUs: 0,
        resetAfterUs: 0,
      });
      if (resetAfterUs > 0) expect(look(1, nowUs + resetAfterUs - 1).resetAfterUs).toBe(1);
    }),
  );
});

test("does not drift: a million takes on time are all let through, and not one more", () => {
  const rule = { limit: 7, windowUs: 1_000_000, cost: 1, dryRun: false };
  const state = startGcra(0);
  takeGcra(state, { ...rule, cost: 7, nowUs: 0 });
  let earlyCount = 0;
  let onTimeCount = 0;
  for (let index = 1; index <= 1_000_000; index += 1) {
    const dueUs = Math.ceil((index * 1_000_000) / 7);
    if (takeGcra(state, { ...rule, nowUs: dueUs - 1 }).allowed) earlyCount += 1;
    if (takeGcra(state, { ...rule, nowUs: dueUs }).allowed) onTimeCount += 1;
  }
  expect([earlyCount, onTimeCount]).toEqual([0, 1_000_000]);
});
