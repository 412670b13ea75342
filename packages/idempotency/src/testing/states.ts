import { describe, expect, test } from "vitest";
import type { IdempotencyKey } from "../idempotency-key.ts";
import type { Json } from "../json.ts";
import { begin, LONG_MS, PAST_SHORT_MS, SHORT_MS, start } from "./calls.ts";
import type { IdempotencyHarness } from "./harness.ts";

const VALUES: readonly Json[] = [
  null,
  false,
  0,
  -1.5e300,
  "",
  "zwölf 🔔 \u0000 \ud800 \u2028",
  [],
  {},
  { list: [1, { deep: [null] }], "": "empty name", __proto__x: 1 },
];

const DISTINCT_KEYS: readonly IdempotencyKey[] = [
  "key",
  "KEY",
  "key ",
  { scope: "key", key: "key" },
  { scope: "", key: "keykey" },
  { scope: "a:b", key: "c" },
  { scope: "a", key: "b:c" },
  { scope: "1:a", key: "b" },
  { scope: "1", key: "a:b" },
  "%' \" {} * \\ \n é",
  "%' \" {} * \\ \n e\u0301",
  "x".repeat(512),
];

/** What `begin` answers in each state of a key. */
export function statesOfAKey<Tx>(harness: IdempotencyHarness<Tx>): void {
  describe("a key", () => {
    test("says of itself what the harness says of it", async () => {
      await using subject = await harness.create();
      expect(subject.store.specVersion).toBe(1);
      expect(subject.store.capabilities).toEqual(harness.capabilities);
    });

    test("that is free starts the work", async () => {
      await using subject = await harness.create();
      expect(await begin(subject.store, "key")).toMatchObject({ kind: "started", token: { key: "key", scope: "" } });
    });

    test("that is held is in flight, with the time that its lease has left", async () => {
      await using subject = await harness.create();
      await start(subject.store, "key");
      const second = await begin(subject.store, "key");
      if (second.kind !== "in-flight") expect.unreachable(second.kind);
      expect(second.retryAfterMs).toBeGreaterThan(0);
      expect(second.retryAfterMs).toBeLessThanOrEqual(LONG_MS);
    });

    test.each(VALUES)("that is done replays its result: %j", async (value) => {
      await using subject = await harness.create();
      const token = await start(subject.store, "key");
      expect(await subject.store.complete(token, value)).toBe("stored");
      expect(await begin(subject.store, "key")).toEqual({ kind: "replayed", value });
      expect(await begin(subject.store, "key")).toEqual({ kind: "replayed", value });
    });

    test("that was abandoned is free for any payload", async () => {
      await using subject = await harness.create();
      await subject.store.abandon(await start(subject.store, "key"));
      expect((await begin(subject.store, "key", { fingerprint: "other" })).kind).toBe("started");
    });

    test("whose lease lapsed starts the work again", async () => {
      await using subject = await harness.create();
      await start(subject.store, "key", { leaseMs: SHORT_MS });
      await subject.advance(PAST_SHORT_MS);
      expect((await begin(subject.store, "key")).kind).toBe("started");
    });

    test("with another fingerprint is a conflict: while it is held, lapsed and done", async () => {
      await using subject = await harness.create();
      await start(subject.store, "held");
      await start(subject.store, "lapsed", { leaseMs: SHORT_MS });
      await subject.store.complete(await start(subject.store, "done"), "result");
      await subject.advance(PAST_SHORT_MS);
      for (const key of ["held", "lapsed", "done"]) {
        expect(await begin(subject.store, key, { fingerprint: "other" })).toEqual({ kind: "conflict" });
      }
      // Asking has changed nothing.
      expect((await begin(subject.store, "held")).kind).toBe("in-flight");
      expect((await begin(subject.store, "lapsed")).kind).toBe("started");
      expect((await begin(subject.store, "done")).kind).toBe("replayed");
    });

    test("is apart from every other key and every other scope", async () => {
      await using subject = await harness.create();
      for (const [index, key] of DISTINCT_KEYS.entries()) {
        const token = await start(subject.store, key);
        await subject.store.complete(token, index);
      }
      for (const [index, key] of DISTINCT_KEYS.entries()) {
        expect(await begin(subject.store, key)).toEqual({ kind: "replayed", value: index });
      }
    });

    test("given as a string is the key of that name in the empty scope", async () => {
      await using subject = await harness.create();
      await start(subject.store, "key");
      expect((await begin(subject.store, { scope: "", key: "key" })).kind).toBe("in-flight");
    });
  });

  describe("a record", () => {
    test("ends ttlMs after its result: then the work may run again, also for another payload", async () => {
      await using subject = await harness.create();
      await subject.store.complete(await start(subject.store, "key", { ttlMs: SHORT_MS }), "result");
      await subject.advance(PAST_SHORT_MS);
      expect((await begin(subject.store, "key", { fingerprint: "other" })).kind).toBe("started");
    });

    test("without a result ends too, and its token is lost with it", async () => {
      await using subject = await harness.create();
      const token = await start(subject.store, "key", { leaseMs: SHORT_MS, ttlMs: SHORT_MS });
      await subject.advance(PAST_SHORT_MS);
      expect(await subject.store.extend(token, LONG_MS)).toBe("lease-lost");
      expect(await subject.store.complete(token, "late")).toBe("lease-lost");
      expect((await begin(subject.store, "key", { fingerprint: "other" })).kind).toBe("started");
    });

    test("never ends before its lease, however short ttlMs is", async () => {
      await using subject = await harness.create();
      await start(subject.store, "long lease", { ttlMs: 1 });
      const token = await start(subject.store, "extended", { ttlMs: SHORT_MS, leaseMs: SHORT_MS });
      // On a slow machine a server may have ended it by now, which is no fault.
      const extended = await subject.store.extend(token, LONG_MS);
      await subject.advance(PAST_SHORT_MS);
      expect((await begin(subject.store, "long lease")).kind).toBe("in-flight");
      expect((await begin(subject.store, "extended")).kind).toBe(extended === "extended" ? "in-flight" : "started");
    });
  });
}
