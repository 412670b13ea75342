import { expect, test } from "vitest";
import { measure } from "./measure.ts";

/** A candidate that gives these figures one after the other, the first for the warm-up. */
function figures(...values: number[]): () => number {
  return () => values.shift() ?? Number.NaN;
}

test("gives median, smallest and largest, without the warm-up", async () => {
  const measured = await measure({ rounds: 3, candidates: { one: figures(1_000, 5, 1, 3) } });
  expect(measured.one).toEqual({ median: 3, min: 1, max: 5 });
});

test("takes the mean of the two in the middle of an even number", async () => {
  const measured = await measure({ rounds: 2, candidates: { one: figures(0, 4, 1) } });
  expect(measured.one.median).toBe(2.5);
});

test("takes turns, and lets another candidate begin each round", async () => {
  const order: string[] = [];
  const noting = (name: string) => () => order.push(name);
  await measure({ rounds: 2, candidates: { a: noting("a"), b: noting("b"), c: noting("c") } });
  expect(order.join("")).toBe("abcbcacab");
});

test("fails with the candidate that fails", async () => {
  const failing = () => Promise.reject(new Error("broken"));
  await expect(measure({ rounds: 1, candidates: { good: () => 1, failing } })).rejects.toThrow("broken");
});

test.each([0, 1.5, Number.NaN])("refuses %d rounds", async (rounds) => {
  await expect(measure({ rounds, candidates: { one: () => 1 } })).rejects.toThrow(RangeError);
});
