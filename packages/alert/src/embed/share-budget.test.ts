import fc from "fast-check";
import { expect, test } from "vitest";
import { shareBudget } from "./share-budget.ts";

const claims = (...counts: number[]) => counts.map((count) => ({ count, weight: 1 }));

test("everybody gets what they want when there is enough", () => {
  expect(shareBudget(claims(5, 0, 95), 100)).toEqual([5, 0, 95]);
});

test("what small claims leave goes to the large ones, evenly", () => {
  expect(shareBudget(claims(10, 1000, 1000), 100)).toEqual([10, 45, 45]);
});

test("shares of claims that are not met follow their weights", () => {
  expect(
    shareBudget(
      [
        { count: 1000, weight: 3 },
        { count: 1000, weight: 1 },
      ],
      100,
    ),
  ).toEqual([75, 25]);
});

test("never more than wanted, never more than there is, and nothing left while somebody wants more", () => {
  const claim = fc.record({ count: fc.nat(5000), weight: fc.constantFrom(1, 8, 64) });
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 60 }), fc.nat(8000), (all, budget) => {
      const shares = shareBudget(all, budget);
      const sum = shares.reduce((total, share) => total + share, 0);
      const wanted = all.reduce((total, { count }) => total + count, 0);
      for (const [index, share] of shares.entries()) expect(share).toBeLessThanOrEqual(all[index]?.count ?? 0);
      expect(sum).toBe(Math.min(wanted, budget));
    }),
  );
});
