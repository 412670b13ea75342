import { describe, expect, test } from "vitest";
import { begin, LONG_MS, PAST_SHORT_MS, SHORT_MS, start } from "./calls.ts";
import type { IdempotencyHarness } from "./harness.ts";

/** What a token may still do. */
export function rightsOfAToken<Tx>(harness: IdempotencyHarness<Tx>): void {
  describe("a token", () => {
    test("is lost when its lease lapsed and somebody else has started", async () => {
      await using subject = await harness.create();
      const first = await start(subject.store, "key", { leaseMs: SHORT_MS });
      await subject.advance(PAST_SHORT_MS);
      const second = await start(subject.store, "key");
      expect(await subject.store.extend(first, LONG_MS)).toBe("lease-lost");
      expect(await subject.store.complete(first, "first")).toBe("lease-lost");
      await subject.store.abandon(first);
      expect((await begin(subject.store, "key")).kind).toBe("in-flight");
      expect(await subject.store.complete(second, "second")).toBe("stored");
      expect(await subject.store.complete(first, "first")).toBe("lease-lost");
      expect(await begin(subject.store, "key")).toEqual({ kind: "replayed", value: "second" });
    });

    test("whose lease lapsed may complete as long as nobody else has started", async () => {
      await using subject = await harness.create();
      const token = await start(subject.store, "key", { leaseMs: SHORT_MS });
      await subject.advance(PAST_SHORT_MS);
      expect(await subject.store.complete(token, "late")).toBe("stored");
      expect(await begin(subject.store, "key")).toEqual({ kind: "replayed", value: "late" });
    });

    test("whose lease lapsed may extend as long as nobody else has started", async () => {
      await using subject = await harness.create();
      const token = await start(subject.store, "key", { leaseMs: SHORT_MS });
      await subject.advance(PAST_SHORT_MS);
      expect(await subject.store.extend(token, LONG_MS)).toBe("extended");
      expect((await begin(subject.store, "key")).kind).toBe("in-flight");
    });

    test("that is extended holds the key past the lease that it began with", async () => {
      await using subject = await harness.create();
      const token = await start(subject.store, "key", { leaseMs: SHORT_MS });
      expect(await subject.store.extend(token, LONG_MS)).toBe("extended");
      await subject.advance(PAST_SHORT_MS);
      expect((await begin(subject.store, "key")).kind).toBe("in-flight");
    });

    test("that is extended by a shorter span gives the key back earlier", async () => {
      await using subject = await harness.create();
      const token = await start(subject.store, "key");
      expect(await subject.store.extend(token, SHORT_MS)).toBe("extended");
      await subject.advance(PAST_SHORT_MS);
      expect((await begin(subject.store, "key")).kind).toBe("started");
    });

    test("completes once: repeated, it is stored and the first result stays", async () => {
      await using subject = await harness.create();
      const token = await start(subject.store, "key");
      expect(await subject.store.complete(token, "first")).toBe("stored");
      expect(await subject.store.complete(token, "second")).toBe("stored");
      expect(await begin(subject.store, "key")).toEqual({ kind: "replayed", value: "first" });
    });

    test("that has completed can neither extend nor abandon", async () => {
      await using subject = await harness.create();
      const token = await start(subject.store, "key");
      await subject.store.complete(token, "result");
      expect(await subject.store.extend(token, LONG_MS)).toBe("lease-lost");
      await subject.store.abandon(token);
      expect((await begin(subject.store, "key")).kind).toBe("replayed");
    });

    test("that was abandoned is lost, and abandoning it again does nothing", async () => {
      await using subject = await harness.create();
      const token = await start(subject.store, "key");
      await subject.store.abandon(token);
      expect(await subject.store.complete(token, "result")).toBe("lease-lost");
      expect(await subject.store.extend(token, LONG_MS)).toBe("lease-lost");
      await start(subject.store, "key");
      await subject.store.abandon(token);
      expect((await begin(subject.store, "key")).kind).toBe("in-flight");
    });

    test("is plain data: a copy is as good", async () => {
      await using subject = await harness.create();
      const token = JSON.parse(JSON.stringify(await start(subject.store, { scope: "tenant", key: "key" })));
      expect(await subject.store.extend(token, LONG_MS)).toBe("extended");
      expect(await subject.store.complete(token, "result")).toBe("stored");
    });
  });
}
