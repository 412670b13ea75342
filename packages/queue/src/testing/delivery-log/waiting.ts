import { describe, expect, test } from "vitest";
import { type OpenBench, rejected, unknown } from "./bench.ts";

const SHORT = { timeoutMs: 20 };
const LONG = { timeoutMs: 10_000 };

export function waitingContract(open: OpenBench): void {
  describe("waiting for a delivery", () => {
    test("ends with the value that this log settled it with", async () => {
      await using bench = await open();
      const owed = await bench.owe("a");
      const waiting = bench.log.settled(owed, LONG);
      await bench.settleOne({ kind: "delivered", value: { messageId: "m1" } });
      expect(await waiting).toEqual({ kind: "delivered", value: { messageId: "m1" } });
    });

    test("ends without the value when another process settled it, and when it was settled before", async () => {
      await using bench = await open();
      const owed = await bench.owe("a");
      const waiting = bench.createRival().settled(owed, LONG);
      await bench.settleOne({ kind: "delivered", value: { messageId: "m1" } });
      expect(await waiting).toEqual({ kind: "delivered", value: null });
      expect(await bench.log.settled(owed, LONG)).toEqual({ kind: "delivered", value: null });
    });

    test("ends with why it is dead, and whether it may have arrived", async () => {
      await using bench = await open({ maxPoisonCount: 1 });
      const [refused, lost] = [await bench.owe("refused"), await bench.owe("lost")];
      const waiting = [refused, lost].map((owed) => bench.log.settled(owed, LONG));
      await bench.settleOne({ ...rejected, details: { code: 50035 } });
      await bench.settleOne(unknown);
      expect(await Promise.all(waiting)).toEqual([
        { kind: "rejected", reason: "invalid-form", details: { code: 50035 } },
        { kind: "unknown", reason: "answer-lost", details: expect.anything() },
      ]);
    });

    test("is pending after its time, and as soon as the caller gives up", async () => {
      await using bench = await open();
      const owed = await bench.owe("a");
      expect(await bench.log.settled(owed, SHORT)).toEqual({ kind: "pending" });
      const controller = new AbortController();
      const waiting = bench.log.settled(owed, { ...LONG, signal: controller.signal });
      controller.abort();
      expect(await waiting).toEqual({ kind: "pending" });
      expect(await bench.log.settled(owed, { ...LONG, signal: AbortSignal.abort() })).toEqual({ kind: "pending" });
    });

    test("goes on while a newer revision is wanted, and ends with that one", async () => {
      await using bench = await open();
      const owed = await bench.owe("a");
      const lease = await bench.lease();
      const [send] = await bench.sealDue(lease);
      await bench.owe("a", { revision: 2 });
      const waiting = bench.log.settled(owed, LONG);
      await bench.settle(lease, send, { kind: "delivered", value: "first" });
      expect(await bench.log.settled(owed, SHORT)).toEqual({ kind: "pending" });
      const [next] = await bench.sealDue(lease);
      await bench.settle(lease, next, { kind: "delivered", value: "second" });
      expect(await waiting).toEqual({ kind: "delivered", value: "second" });
    });

    test("does not believe a settlement whose transaction is undone", async () => {
      await using bench = await open();
      const owed = await bench.owe("a");
      const waiting = bench.log.settled(owed, { timeoutMs: 100 });
      const lease = await bench.lease();
      const [send] = await bench.sealDue(lease);
      const failing = bench.write(async (tx) => {
        await bench.log.settle(tx, lease, send as NonNullable<typeof send>, { kind: "delivered", value: "m1" });
        throw new Error("undone");
      });
      await expect(failing).rejects.toThrow("undone");
      expect(await waiting).toEqual({ kind: "pending" });
    });

    test("of one that needed no call ends without a value", async () => {
      await using bench = await open();
      const owed = await bench.owe("a");
      const waiting = bench.log.settled(owed, LONG);
      const lease = await bench.lease();
      await bench.write((tx) => bench.log.close(tx, lease, [{ deliveryId: owed.deliveryId, revision: 1 }]));
      expect(await waiting).toEqual({ kind: "delivered", value: null });
    });
  });
}
