import { describe, expect, test } from "vitest";
import type { Send } from "../../delivery-log.ts";
import { delivered, LANE, type OpenBench } from "./bench.ts";

export function sealingContract(open: OpenBench): void {
  describe("a sealed call", () => {
    test("keeps its id and its body over every attempt, and counts them before they are made", async () => {
      await using bench = await open();
      await bench.owe("a");
      const lease = await bench.lease();
      const [send] = await bench.sealDue(lease);
      await bench.owe("a", { revision: 2 });
      for (const attemptCount of [2, 3]) {
        expect(await bench.log.resume(lease, 10)).toMatchObject([
          {
            sendId: send?.sendId,
            operation: { text: "a@1" },
            attemptCount,
            lostAnswerCount: attemptCount - 1,
            covers: [{ subjectId: "a", revision: 1 }],
          },
        ]);
      }
      expect(send?.sendId).toMatch(/^[0-9A-Z]{25}$/);
    });

    test("takes its deliveries off the list: nothing is sealed twice", async () => {
      await using bench = await open();
      await bench.owe("a");
      const lease = await bench.lease();
      expect(await bench.sealDue(lease)).toHaveLength(1);
      expect(await bench.log.due(lease, 10)).toEqual([]);
    });

    test("is refused for a delivery that is sealed already, and changes nothing", async () => {
      await using bench = await open();
      await bench.owe("a");
      await bench.owe("b");
      const lease = await bench.lease();
      const [first, second] = await bench.log.due(lease, 10);
      const covers = [first, second] as Send["covers"];
      const [send] = await bench.log.seal(lease, [{ operation: "one", covers: covers.slice(0, 1) }]);
      const again = bench.log.seal(lease, [{ operation: "two", covers }]);
      await expect(again).rejects.toMatchObject({ code: "QUEUE_NOT_OPEN" });
      expect(await bench.log.due(lease, 10)).toMatchObject([{ subjectId: "b" }]);
      expect(await bench.log.resume(lease, 10)).toMatchObject([{ sendId: send?.sendId, operation: "one" }]);
    });

    test("has the highest priority of what it covers, also one that was raised since", async () => {
      await using bench = await open();
      await bench.owe("a", { priority: 0 });
      await bench.owe("b", { priority: 1 });
      const lease = await bench.lease();
      const covers = await bench.log.due(lease, 10);
      const [send] = await bench.log.seal(lease, [{ operation: null, covers }]);
      expect(send).toMatchObject({ priority: 1, covers: [{ subjectId: "b" }, { subjectId: "a" }] });
      await bench.owe("a", { priority: 2 });
      expect(await bench.log.resume(lease, 10)).toMatchObject([{ sendId: send?.sendId, priority: 2 }]);
    });

    test("that has become pointless is thrown away, also after a lost answer, and planned anew at once", async () => {
      await using bench = await open();
      await bench.owe("a");
      const lease = await bench.lease();
      await bench.sealDue(lease);
      const [again] = await bench.log.resume(lease, 1);
      expect(again).toMatchObject({ lostAnswerCount: 1 });
      expect(await bench.write((tx) => bench.log.replan(tx, lease, again as Send))).toBe(true);
      expect(await bench.log.resume(lease, 1)).toEqual([]);
      expect(await bench.log.due(lease, 1)).toMatchObject([{ subjectId: "a", dueAt: bench.now() }]);
      const stale = { ...lease, fence: lease.fence - 1 };
      expect(await bench.write((tx) => bench.log.replan(tx, stale, again as Send))).toBe(false);
    });

    test("that is delivered ends its deliveries, but not those that want more by now", async () => {
      await using bench = await open();
      await bench.owe("a");
      await bench.owe("b");
      const lease = await bench.lease();
      const sends = await bench.sealDue(lease);
      const { deliveryId } = await bench.owe("b", { revision: 2 });
      const settlements = await Promise.all(sends.map((send) => bench.settle(lease, send, delivered)));
      expect(settlements).toEqual([
        { kind: "settled", openDeliveryIds: [] },
        { kind: "settled", openDeliveryIds: [deliveryId] },
      ]);
      expect(await bench.log.openOf("default", "a")).toEqual([]);
      expect(await bench.log.due(lease, 10)).toMatchObject([{ subjectId: "b", revision: 2 }]);
      expect(await bench.log.status()).toMatchObject({ openDeliveryCount: 1, deadLetterCount: 0 });
    });

    test("whose answer is recorded twice is recorded once", async () => {
      await using bench = await open();
      await bench.owe("a");
      const lease = await bench.lease();
      const [send] = await bench.sealDue(lease);
      await bench.settle(lease, send, delivered);
      await bench.owe("a", { revision: 2 });
      await bench.settle(lease, send, delivered);
      expect(await bench.log.due(lease, 10)).toMatchObject([{ subjectId: "a", revision: 2, attemptCount: 0 }]);
    });

    test("carries the trace of whoever asked", async () => {
      await using bench = await open();
      const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
      const debt = { ...LANE, subjectId: "a", revision: 1, priority: 0, dueAt: bench.now(), traceparent };
      await bench.write((tx) => bench.log.owe(tx, [debt]));
      const lease = await bench.lease();
      expect(await bench.sealDue(lease)).toMatchObject([{ traceparent }]);
      expect(await bench.log.resume(lease, 1)).toMatchObject([{ traceparent }]);
    });
  });
}
