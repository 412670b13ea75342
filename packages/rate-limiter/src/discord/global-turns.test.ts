import { expect, test } from "vitest";
import { createGlobalTurns, type TurnTaker } from "./global-turns.ts";

function createTaker(level = 1) {
  return {
    level,
    wokenCount: 0,
    wake() {
      this.wokenCount += 1;
    },
  };
}

const CLOSED = { at: 0, waitMs: 1_000, periodMs: 20 };

test("sixteen ask at once, the others when one of them has passed, in the order in which they came", () => {
  const turns = createGlobalTurns<ReturnType<typeof createTaker>>();
  const takers = Array.from({ length: 20 }, () => createTaker());
  expect(takers.filter((taker) => turns.mayAsk(taker))).toEqual(takers.slice(0, 16));
  for (const taker of takers.slice(0, 3)) turns.passed(taker);
  expect(takers.map(({ wokenCount }) => wokenCount)).toEqual([...Array(16).fill(0), 1, 1, 1, 0]);
  expect(turns.mayAsk(takers[16] as never)).toBe(true);
  expect(turns.mayAsk(takers[19] as never)).toBe(false);
});

test("two ask while the limit is closed, and nobody stays behind for ever", () => {
  const turns = createGlobalTurns<ReturnType<typeof createTaker>>();
  const takers = Array.from({ length: 40 }, () => createTaker());
  for (const taker of takers) if (turns.mayAsk(taker)) turns.blocked(taker, CLOSED);
  const askers = takers.filter((taker) => turns.mayAsk(taker));
  expect(askers).toHaveLength(2);
  const left = new Set(takers);
  for (let step = 0; step < 40; step += 1) {
    const asking = [...left].filter((taker) => turns.mayAsk(taker));
    expect(asking.length).toBeLessThanOrEqual(2);
    const [next] = asking;
    if (next === undefined) break;
    left.delete(next);
    turns.passed(next);
  }
  expect(left.size).toBe(0);
});

test("the higher level goes first, but each eighth turn is of who has waited longest", () => {
  const turns = createGlobalTurns<TurnTaker>();
  const woken: TurnTaker[] = [];
  const asking = [createTaker(), createTaker()] as TurnTaker[];
  for (const taker of asking) turns.mayAsk(taker);
  turns.blocked(asking[0] as never, CLOSED);
  const behind = [0, ...Array(20).fill(1)].map((level: number) => {
    const taker: TurnTaker = { level, wake: () => void woken.push(taker) };
    turns.mayAsk(taker);
    return taker;
  });
  for (let turn = 0; turn < 10; turn += 1) {
    turns.passed(asking.shift() as never);
    asking.push(woken.at(-1) as never);
  }
  const [low, ...normal] = behind;
  expect(woken).toEqual([...normal.slice(0, 6), low, ...normal.slice(6, 9)]);
});

test("a critical taker asks at once", () => {
  const turns = createGlobalTurns<ReturnType<typeof createTaker>>();
  for (const taker of Array.from({ length: 40 }, () => createTaker())) {
    if (turns.mayAsk(taker)) turns.blocked(taker, CLOSED);
  }
  expect(turns.mayAsk(createTaker(1))).toBe(false);
  expect(turns.mayAsk(createTaker(2))).toBe(true);
});

test("who stands behind is told when its turn may come", () => {
  const turns = createGlobalTurns<ReturnType<typeof createTaker>>();
  const takers = Array.from({ length: 20 }, () => createTaker());
  for (const taker of takers) if (turns.mayAsk(taker)) turns.blocked(taker, CLOSED);
  const { waitMs, periodMs } = turns.estimate(takers[19] as never);
  expect(waitMs).toBeGreaterThan(1_000);
  expect(waitMs).toBeLessThanOrEqual(1_000 + 20 * 20);
  expect(periodMs).toBe(20 * 20);
});
