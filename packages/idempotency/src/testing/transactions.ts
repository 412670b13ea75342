import { describe, expect, test } from "vitest";
import { createIdempotency } from "../create-idempotency.ts";
import { begin, LONG_MS, PAST_SHORT_MS, SHORT_MS, start } from "./calls.ts";
import type { IdempotencyHarness, IdempotencySubject } from "./harness.ts";

type Transaction<Tx> = NonNullable<IdempotencySubject<Tx>["transaction"]>;

const OPTIONS = { fingerprint: "payload", leaseMs: LONG_MS, ttlMs: LONG_MS };

/** How calls behave inside the caller's transaction. */
export function transactions<Tx>(harness: IdempotencyHarness<Tx>): void {
  async function open(): Promise<IdempotencySubject<Tx> & { readonly transaction: Transaction<Tx> }> {
    const subject = await harness.create();
    if (subject.transaction === undefined)
      expect.unreachable("a transactional store's harness has to give transactions");
    return subject as IdempotencySubject<Tx> & { readonly transaction: Transaction<Tx> };
  }
  async function undone(subject: { readonly transaction: Transaction<Tx> }, work: (tx: Tx) => Promise<unknown>) {
    const changedMyMind = new Error("changed my mind");
    const transaction = subject.transaction(async (tx) => {
      await work(tx);
      throw changedMyMind;
    });
    await expect(transaction).rejects.toBe(changedMyMind);
  }

  describe("in the caller's transaction", () => {
    test("start and result count when it is committed", async () => {
      await using subject = await open();
      const { store } = subject;
      await subject.transaction(async (tx) => {
        const token = await start(store, "key", { tx });
        expect((await begin(store, "key", { tx })).kind).toBe("in-flight");
        expect(await store.complete(token, "result", tx)).toBe("stored");
        expect(await begin(store, "key", { tx })).toEqual({ kind: "replayed", value: "result" });
      });
      expect(await begin(store, "key")).toEqual({ kind: "replayed", value: "result" });
    });

    test("a start that is undone leaves the key free for any payload", async () => {
      await using subject = await open();
      const { store } = subject;
      await undone(subject, async (tx) => store.complete(await start(store, "key", { tx }), "result", tx));
      expect((await begin(store, "key", { fingerprint: "other" })).kind).toBe("started");
    });

    test("a result that is undone leaves the key held, and its token may complete", async () => {
      await using subject = await open();
      const { store } = subject;
      const token = await start(store, "key");
      await undone(subject, (tx) => store.complete(token, "undone", tx));
      expect((await begin(store, "key")).kind).toBe("in-flight");
      expect(await subject.transaction((tx) => store.complete(token, "kept", tx))).toBe("stored");
      expect(await begin(store, "key")).toEqual({ kind: "replayed", value: "kept" });
    });

    test("a key can be given back", async () => {
      await using subject = await open();
      const { store } = subject;
      await subject.transaction(async (tx) => store.abandon(await start(store, "key", { tx }), tx));
      expect((await begin(store, "key", { fingerprint: "other" })).kind).toBe("started");
    });

    test("runOnce runs once among many transactions at once", async () => {
      await using subject = await open();
      const { store, other = store } = subject;
      let runCount = 0;
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          subject.transaction((tx) =>
            createIdempotency({ store: index % 2 === 0 ? store : other }).runOnce("key", { ...OPTIONS, tx }, () => {
              runCount += 1;
              return index;
            }),
          ),
        ),
      );
      expect(runCount).toBe(1);
      const [ran, ...more] = results.filter(({ kind }) => kind === "ran");
      if (ran?.kind !== "ran") expect.unreachable("nobody ran it");
      expect(more).toEqual([]);
      expect(results.filter(({ kind }) => kind === "replayed")).toHaveLength(7);
      expect(await begin(store, "key")).toEqual({ kind: "replayed", value: ran.value });
    });

    test("runOnce whose transaction is undone was never run", async () => {
      await using subject = await open();
      const { store } = subject;
      const { runOnce } = createIdempotency({ store });
      await undone(subject, (tx) => runOnce("key", { ...OPTIONS, tx }, () => "undone"));
      const result = await subject.transaction((tx) => runOnce("key", { ...OPTIONS, tx }, () => "kept"));
      expect(result).toEqual({ kind: "ran", value: "kept" });
    });

    test("a work completes in its own transaction, long after it has begun outside of it", async () => {
      await using subject = await open();
      const { store } = subject;
      const result = await createIdempotency({ store }).runOnce("key", OPTIONS, async ({ complete }) => {
        expect((await begin(store, "key")).kind).toBe("in-flight");
        await subject.transaction((tx) => complete("in transaction", tx));
        return "returned";
      });
      expect(result).toEqual({ kind: "ran", value: "returned" });
      expect(await begin(store, "key")).toEqual({ kind: "replayed", value: "in transaction" });
    });

    test("a lost token stores nothing", async () => {
      await using subject = await open();
      const { store } = subject;
      const lost = await start(store, "key", { leaseMs: SHORT_MS });
      await subject.advance(PAST_SHORT_MS);
      await start(store, "key");
      expect(await subject.transaction((tx) => store.complete(lost, "lost", tx))).toBe("lease-lost");
      await subject.transaction((tx) => store.abandon(lost, tx));
      expect((await begin(store, "key")).kind).toBe("in-flight");
    });
  });
}
