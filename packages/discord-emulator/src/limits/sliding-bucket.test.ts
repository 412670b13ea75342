import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSlidingBucket } from "./sliding-bucket.ts";

const shape = fc.record({ limitCount: fc.integer({ min: 1, max: 50 }), windowMs: fc.integer({ min: 1, max: 60_000 }) });
const gaps = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 200 });

describe("sliding bucket", () => {
  test("gives tokens back one by one, and tells when it is full and when one is free", () => {
    const bucket = createSlidingBucket(5, 5000);
    const burst = Array.from({ length: 5 }, () => bucket.take(0));
    expect(burst.map((reading) => [reading.remainingCount, reading.resetAfterMs])).toEqual([
      [4, 1000],
      [3, 2000],
      [2, 3000],
      [1, 4000],
      [0, 5000],
    ]);
    expect(bucket.take(0)).toMatchObject({
      isAllowed: false,
      retryAfterMs: 1000,
      resetAfterMs: 5000,
      remainingCount: 0,
    });
    expect(bucket.take(999)).toMatchObject({ isAllowed: false, retryAfterMs: 1 });
    expect(bucket.take(1000)).toMatchObject({ isAllowed: true, remainingCount: 0, resetAfterMs: 5000 });
    expect(bucket.take(4000)).toMatchObject({ isAllowed: true, remainingCount: 2, resetAfterMs: 3000 });
  });

  test("never lets more through in a span than the burst and what comes back meanwhile", () => {
    fc.assert(
      fc.property(shape, gaps, ({ limitCount, windowMs }, waits) => {
        const bucket = createSlidingBucket(limitCount, windowMs);
        const accepted: number[] = [];
        let now = 0;
        for (const wait of waits) {
          now += wait;
          if (bucket.take(now).isAllowed) accepted.push(now);
        }
        const periodMs = windowMs / limitCount;
        for (let from = 0; from < accepted.length; from += 1) {
          for (let to = from; to < accepted.length; to += 1) {
            const spanMs = (accepted[to] as number) - (accepted[from] as number);
            expect(to - from + 1).toBeLessThanOrEqual(limitCount + Math.floor(spanMs / periodMs + 1e-6));
          }
        }
      }),
    );
  });

  test("counts as exactly today as at the beginning of time", () => {
    fc.assert(
      fc.property(shape, fc.integer({ min: 0, max: 4e12 }), ({ limitCount, windowMs }, at) => {
        const bucket = createSlidingBucket(limitCount, windowMs);
        for (let count = 0; count < limitCount; count += 1) expect(bucket.take(at).isAllowed).toBe(true);
        expect(bucket.take(at).isAllowed).toBe(false);
      }),
    );
  });

  test("never refuses a client that counts Remaining and waits as long as it is told", () => {
    fc.assert(
      fc.property(shape, gaps, ({ limitCount, windowMs }, waits) => {
        const bucket = createSlidingBucket(limitCount, windowMs);
        let now = 0;
        for (const wait of waits) {
          const reading = bucket.take(now);
          expect(reading.isAllowed).toBe(true);
          // Period learnt from the headers: Reset-After over what is missing.
          const periodMs = reading.resetAfterMs / (limitCount - reading.remainingCount);
          now += reading.remainingCount === 0 ? Math.max(wait, Math.ceil(periodMs)) : wait;
        }
      }),
    );
  });

  test("allows a refused client exactly after Retry-After", () => {
    fc.assert(
      fc.property(shape, gaps, ({ limitCount, windowMs }, waits) => {
        const bucket = createSlidingBucket(limitCount, windowMs);
        let now = 0;
        for (const wait of waits) {
          now += wait % 7;
          const reading = bucket.take(now);
          if (reading.isAllowed) continue;
          expect(reading.retryAfterMs).toBeGreaterThan(0);
          now += Math.ceil(reading.retryAfterMs);
          expect(bucket.take(now).isAllowed).toBe(true);
        }
      }),
    );
  });

  test("forgives so much and no more", () => {
    const bucket = createSlidingBucket(1, 250, 50);
    expect(bucket.take(0).isAllowed).toBe(true);
    expect(bucket.take(199).isAllowed).toBe(false);
    expect(bucket.take(200).isAllowed).toBe(true);
    expect(bucket.take(449).isAllowed).toBe(false);
  });
});
