import { expect, test } from "vitest";
import { createSeededRandom } from "./seeded-random.ts";

const draw = (seed: number): readonly unknown[] => {
  const random = createSeededRandom(seed);
  return [random.next(), random.integer(1, 1_000_000), random.pick(["a", "b", "c", "d"]), random.next()];
};

test("gives the same values for the same seed and others for another", () => {
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("stays inside its ranges and reaches their ends", () => {
  const random = createSeededRandom(1);
  const dice = new Set<number>();
  for (let count = 0; count < 500; count += 1) {
    const value = random.next();
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(1);
    dice.add(random.integer(1, 6));
  }
  expect([...dice].sort()).toEqual([1, 2, 3, 4, 5, 6]);
});

test("refuses to pick from nothing", () => {
  expect(() => createSeededRandom(1).pick([])).toThrow(RangeError);
});
