import { describe, expect, test } from "vitest";
import { createIdempotency } from "../create-idempotency.ts";
import type { IdempotencyHarness } from "./harness.ts";

const OPTIONS = { fingerprint: "payload", leaseMs: 60_000, ttlMs: 60_000 };

/** That `runOnce` keeps its promise on this store. */
export function runsOnce<Tx>(harness: IdempotencyHarness<Tx>): void {
  describe("runOnce", () => {
    test("runs the work once, and replays its result", async () => {
      await using subject = await harness.create();
      const { runOnce } = createIdempotency({ store: subject.store });
      let runCount = 0;
      const work = () => {
        runCount += 1;
        return { count: runCount };
      };
      expect(await runOnce("key", OPTIONS, work)).toEqual({ kind: "ran", value: { count: 1 } });
      expect(await runOnce("key", OPTIONS, work)).toEqual({ kind: "replayed", value: { count: 1 } });
      expect(await runOnce("key", { ...OPTIONS, fingerprint: "other" }, work)).toEqual({ kind: "conflict" });
      expect(runCount).toBe(1);
    });

    test("never runs two works of one key at once, from any client", async () => {
      await using subject = await harness.create();
      const { store, other = store } = subject;
      let runCount = 0;
      const { promise: over, resolve: end } = Promise.withResolvers<void>();
      const runs = Array.from({ length: 10 }, (_, index) =>
        createIdempotency({ store: index % 2 === 0 ? store : other }).runOnce("key", OPTIONS, async () => {
          runCount += 1;
          await over;
          return "result";
        }),
      );
      const waiting = Promise.all(runs);
      const first = await Promise.any(runs.map(async (run) => ((await run).kind === "in-flight" ? true : undefined)));
      end();
      expect(first).toBe(true);
      const kinds = (await waiting).map(({ kind }) => kind);
      expect(runCount).toBe(1);
      expect(kinds.filter((kind) => kind === "ran")).toHaveLength(1);
      expect(kinds.filter((kind) => kind === "in-flight" || kind === "replayed")).toHaveLength(9);
    });

    test("gives the key back when the work throws, and lets the error through", async () => {
      await using subject = await harness.create();
      const { runOnce } = createIdempotency({ store: subject.store });
      const failure = new Error("no luck");
      await expect(
        runOnce("key", OPTIONS, () => {
          throw failure;
        }),
      ).rejects.toBe(failure);
      expect(await runOnce("key", { ...OPTIONS, fingerprint: "other" }, () => "ran")).toEqual({
        kind: "ran",
        value: "ran",
      });
    });
  });
}
