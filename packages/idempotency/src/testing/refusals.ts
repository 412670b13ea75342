import { describe, expect, test } from "vitest";
import type { BeginOptions } from "../idempotency-store.ts";
import type { Json } from "../json.ts";
import { begin, start } from "./calls.ts";
import type { IdempotencyHarness } from "./harness.ts";

const BAD_KEYS: readonly unknown[] = [
  "",
  "x".repeat(513),
  "a\u0000b",
  "half \ud83d pair",
  { scope: "\u0000", key: "key" },
  { scope: "tenant" },
  { key: "key" },
  7,
];

const BAD_OPTIONS: readonly Partial<BeginOptions>[] = [
  { fingerprint: "" },
  { fingerprint: "x".repeat(513) },
  { leaseMs: 0 },
  { leaseMs: 0.5 },
  { leaseMs: Number.NaN },
  { leaseMs: 24 * 60 * 60 * 1000 + 1 },
  { ttlMs: -1 },
  { ttlMs: Number.POSITIVE_INFINITY },
];

const invalid = { code: "IDEMPOTENCY_INVALID", retryable: false };
const refused = { code: "IDEMPOTENCY_VALUE_REFUSED", retryable: false };

/** What a store refuses. */
export function refusals<Tx>(harness: IdempotencyHarness<Tx>): void {
  const { maxValueBytes = 65_536, capabilities } = harness;

  describe("a store refuses", () => {
    test.each(BAD_KEYS)("the key %j", async (key) => {
      await using subject = await harness.create();
      await expect(begin(subject.store, key as string)).rejects.toMatchObject(invalid);
    });

    test.each(BAD_OPTIONS)("the options %j", async (options) => {
      await using subject = await harness.create();
      await expect(begin(subject.store, "key", options as Partial<BeginOptions<Tx>>)).rejects.toMatchObject(invalid);
    });

    test("a lease that is no whole number of milliseconds", async () => {
      await using subject = await harness.create();
      const token = await start(subject.store, "key");
      await expect(subject.store.extend(token, 1.5)).rejects.toMatchObject(invalid);
    });

    test("a result that is not JSON or too long, and the key is as it was", async () => {
      await using subject = await harness.create();
      const token = await start(subject.store, "key");
      const circular: Json[] = [];
      circular.push(circular);
      for (const value of [undefined as unknown as Json, 7n as unknown as Json, circular]) {
        await expect(subject.store.complete(token, value)).rejects.toMatchObject(refused);
      }
      await expect(subject.store.complete(token, "x".repeat(maxValueBytes - 1))).rejects.toMatchObject(refused);
      // Bytes count, not characters: two quotes, and two bytes for each letter.
      await expect(subject.store.complete(token, "é".repeat(maxValueBytes / 2))).rejects.toMatchObject(refused);
      expect((await begin(subject.store, "key")).kind).toBe("in-flight");
      const longest = "x".repeat(maxValueBytes - 2);
      expect(await subject.store.complete(token, longest)).toBe("stored");
      expect(await begin(subject.store, "key")).toEqual({ kind: "replayed", value: longest });
    });

    if (!capabilities.transactional) {
      test("a transaction, which it could not take part in", async () => {
        await using subject = await harness.create();
        const tx = {} as Tx;
        await expect(begin(subject.store, "key", { tx })).rejects.toMatchObject(invalid);
        const token = await start(subject.store, "key");
        await expect(subject.store.complete(token, "result", tx)).rejects.toMatchObject(invalid);
        await expect(subject.store.abandon(token, tx)).rejects.toMatchObject(invalid);
      });
    }
  });
}
