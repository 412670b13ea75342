import fc from "fast-check";

/** Units that were let through at a time. */
export interface Passage {
  readonly atUs: number;
  readonly cost: number;
}

/** A rule in small numbers, so that takes meet its edges, and one whose interval is no whole number of anything. */
export const rules = fc.record({
  limit: fc.integer({ min: 1, max: 12 }),
  windowUs: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constantFrom(1_000, 999_983, 60_000_000)),
});

/** A take: how far the clock goes before it, in parts of a window (mostly little, at times beyond it), and what it wants. */
export interface Step {
  readonly windows: number;
  readonly costShare: number;
  readonly dryRun: boolean;
}

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    windows: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 6, arbitrary: fc.double({ min: 0, max: 0.3, noNaN: true }) },
      { weight: 1, arbitrary: fc.constantFrom(1 / 3, 0.5, 1, 2) },
    ),
    costShare: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
    dryRun: fc.boolean(),
  }),
  { maxLength: 120 },
);

/** The cost that a share means under a limit: from 1 to all of it. */
export const costOf = (costShare: number, limit: number): number => 1 + Math.floor(costShare * limit);

/** Whether over every stretch of time that begins and ends with a passage, no more than `mostIn(its length)` passed. */
export function holdsEverywhere(passages: readonly Passage[], mostIn: (lengthUs: number) => number): boolean {
  return passages.every((from, index) => {
    let sum = 0;
    return passages.slice(index).every(({ atUs, cost }) => {
      sum += cost;
      return sum <= mostIn(atUs - from.atUs);
    });
  });
}
