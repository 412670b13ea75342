import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryDriver } from "../src/drivers/memory.ts";
import { startGcra, takeGcra } from "../src/gcra.ts";
import { startSlidingWindow, takeSlidingWindow } from "../src/sliding-window.ts";
import { type ExactTake, toDecision, toExactTake, type Verdict } from "../src/verdict.ts";

const GCRA = { algorithm: "gcra", limit: 10, windowMs: 1_000, cost: 1, dryRun: false } as const;

/** Both algorithms with a state for each key that is never forgotten. */
function createModel() {
  const states = new Map<string, (take: ExactTake) => Verdict>();
  return (name: string, algorithm: "gcra" | "sliding-window", take: ExactTake): Verdict => {
    const known = states.get(algorithm + name);
    if (known !== undefined) return known(take);
    const gcra = startGcra(take.nowUs);
    const slidingWindow = startSlidingWindow();
    const decide = (next: ExactTake): Verdict =>
      algorithm === "gcra" ? takeGcra(gcra, next) : takeSlidingWindow(slidingWindow, next);
    states.set(algorithm + name, decide);
    return decide(take);
  };
}

describe("the memory driver", () => {
  test("decides as the algorithms do, whatever it forgets on the way", async () => {
    const takes = fc.array(
      fc.record({
        key: fc.nat(20).map((number) => `key ${number}`),
        algorithm: fc.constantFrom("gcra" as const, "sliding-window" as const),
        limit: fc.constantFrom(1, 5),
        cost: fc.constantFrom(1, 1, 1, 4),
        dryRun: fc.boolean(),
        elapsedMs: fc.oneof(fc.constant(0), fc.nat(300)),
      }),
      { maxLength: 200 },
    );
    await fc.assert(
      fc.asyncProperty(takes, async (history) => {
        const driver = createMemoryDriver({ maxKeyCount: 50 });
        const model = createModel();
        let nowMs = 0;
        for (const { elapsedMs, key, limit, cost, ...rest } of history) {
          nowMs += elapsedMs;
          const request = { ...rest, limit, cost: Math.min(cost, limit), windowMs: 1_000, nowMs };
          const name = `${key} ${limit}`;
          expect(await driver.take(name, request)).toEqual(
            toDecision(model(name, rest.algorithm, toExactTake(request))),
          );
        }
      }),
    );
  });

  test("reads the time to the microsecond", async () => {
    const driver = createMemoryDriver();
    const rule = { ...GCRA, limit: 1, windowMs: 1 };
    // As numbers of a computer the second is a little less than a millisecond after the first.
    for (const [nowMs, allowed] of [
      [0.001, true],
      [1, false],
      [1.001, true],
    ] as const) {
      expect(await driver.take("key", { ...rule, nowMs })).toMatchObject({ allowed });
    }
  });

  test("never remembers more keys than it may", async () => {
    const driver = createMemoryDriver({ maxKeyCount: 100 });
    for (let index = 0; index < 10_000; index += 1) {
      await driver.take(`key ${index}`, { ...GCRA, nowMs: index / 100 });
      expect(driver.keyCount).toBeLessThanOrEqual(100);
    }
    expect(driver.keyCount).toBe(100);
  });

  test("forgets keys that are full again as new ones come", async () => {
    const driver = createMemoryDriver();
    for (let index = 0; index < 1_000; index += 1) await driver.take(`early ${index}`, { ...GCRA, nowMs: 0 });
    expect(driver.keyCount).toBe(1_000);
    for (let index = 0; index < 1_500; index += 1) await driver.take(`late ${index}`, { ...GCRA, nowMs: 100 });
    expect(driver.keyCount).toBe(1_500);
  });

  test("forgets no key that is not full while there is room", async () => {
    const driver = createMemoryDriver({ maxKeyCount: 1_000 });
    for (let index = 0; index < 1_000; index += 1) await driver.take(`key ${index}`, { ...GCRA, nowMs: index / 100 });
    for (let index = 0; index < 1_000; index += 1) {
      expect(await driver.take(`key ${index}`, { ...GCRA, cost: 10, nowMs: 10 })).toMatchObject({ allowed: false });
    }
  });

  test("remembers who has used up the limit through a flood of other keys", async () => {
    const driver = createMemoryDriver({ maxKeyCount: 100 });
    const takeAll = { ...GCRA, cost: 10, windowMs: 3_600_000, nowMs: 0 };
    for (let index = 0; index < 5; index += 1) await driver.take(`greedy ${index}`, takeAll);
    for (let index = 0; index < 10_000; index += 1) await driver.take(`flood ${index}`, { ...takeAll, cost: 1 });
    for (let index = 0; index < 5; index += 1) {
      expect(await driver.take(`greedy ${index}`, takeAll)).toMatchObject({ allowed: false, remaining: 0 });
    }
  });

  test("allows a key that it had to forget", async () => {
    const driver = createMemoryDriver({ maxKeyCount: 1 });
    await driver.take("first", { ...GCRA, cost: 10, nowMs: 0 });
    await driver.take("second", { ...GCRA, nowMs: 0 });
    expect(await driver.take("first", { ...GCRA, nowMs: 0 })).toMatchObject({ allowed: true, remaining: 9 });
  });

  test.each([0, 1.5, Number.NaN, 16_000_001])("cannot be told to remember %d keys", (maxKeyCount) => {
    expect(() => createMemoryDriver({ maxKeyCount })).toThrow(
      expect.objectContaining({ code: "RATE_LIMITER_OPTION_INVALID", retryable: false }),
    );
  });
});
