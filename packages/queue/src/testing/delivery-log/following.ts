import { describe, expect, test } from "vitest";
import { delivered, LANE, type OpenBench, rejected, subjects } from "./bench.ts";

/** A delivery that takes several calls. */
export function followingContract(open: OpenBench): void {
  describe("calls that follow", () => {
    test("a delivered call leaves what is unfinished open and due at once, and ends the rest", async () => {
      await using bench = await open();
      const { deliveryId } = await bench.owe("a");
      await bench.owe("b");
      const lease = await bench.lease();
      const [first, second] = await bench.sealDue(lease);
      const settlement = await bench.write((tx) =>
        bench.log.settle(tx, lease, first as never, delivered, { unfinished: [{ deliveryId }] }),
      );
      expect(settlement).toEqual({ kind: "settled", openDeliveryIds: [deliveryId] });
      expect(await bench.settle(lease, second, delivered)).toEqual({ kind: "settled", openDeliveryIds: [] });
      expect(await bench.log.due(lease, 10)).toMatchObject([{ subjectId: "a", revision: 1, dueAt: bench.now() }]);
      const [next] = await bench.sealDue(lease);
      expect(await bench.settle(lease, next, delivered)).toEqual({ kind: "settled", openDeliveryIds: [] });
      expect((await bench.log.release(lease)).nextDueAt).toBeNull();
    });

    test("what follows may stand further back, until the debt is raised again", async () => {
      await using bench = await open();
      const { deliveryId } = await bench.owe("a", { priority: 2 });
      await bench.owe("b", { priority: 1 });
      const lease = await bench.lease();
      const [first] = await bench.sealDue(lease, 1);
      await bench.write((tx) =>
        bench.log.settle(tx, lease, first as never, delivered, { unfinished: [{ deliveryId, priority: -1 }] }),
      );
      expect(subjects(await bench.log.due(lease, 10))).toEqual(["b", "a"]);
      await bench.owe("a", { priority: 2, revision: 2 });
      expect(subjects(await bench.log.due(lease, 10))).toEqual(["a", "b"]);
    });

    test("a newer revision that came meanwhile keeps its place", async () => {
      await using bench = await open();
      const { deliveryId } = await bench.owe("a", { priority: 2 });
      await bench.owe("b", { priority: 1 });
      const lease = await bench.lease();
      const [first] = await bench.sealDue(lease, 1);
      await bench.owe("a", { priority: 2, revision: 2 });
      await bench.write((tx) =>
        bench.log.settle(tx, lease, first as never, delivered, { unfinished: [{ deliveryId, priority: -1 }] }),
      );
      expect(subjects(await bench.log.due(lease, 10))).toEqual(["a", "b"]);
    });

    test("a refused call is dead, unfinished or not", async () => {
      await using bench = await open();
      const { deliveryId } = await bench.owe("a");
      const lease = await bench.lease();
      const [first] = await bench.sealDue(lease);
      const settlement = await bench.write((tx) =>
        bench.log.settle(tx, lease, first as never, rejected, { unfinished: [{ deliveryId }] }),
      );
      expect(settlement).toMatchObject({ kind: "dead", deadLetterIds: [expect.any(String)] });
    });

    test("tells which subjects a sealed call covers, and since when it is sealed", async () => {
      await using bench = await open();
      await bench.owe("a");
      const lease = await bench.lease();
      const [send] = await bench.sealDue(lease);
      await bench.owe("b");
      const sealedAt = bench.now();
      expect(send?.sealedAt).toBe(sealedAt);
      expect(await bench.log.sealedOf(LANE, ["a", "b", "c"])).toEqual(new Set(["a"]));
      expect(await bench.log.sealedOf({ ...LANE, laneId: "other" }, ["a"])).toEqual(new Set());
      expect(await bench.log.sealedOf(LANE, [])).toEqual(new Set());
      bench.step(1_000);
      const [resumed] = await bench.log.resume(lease, 10);
      expect(resumed?.sealedAt).toBe(sealedAt);
      await bench.settle(lease, resumed, delivered);
      expect(await bench.log.sealedOf(LANE, ["a"])).toEqual(new Set());
    });
  });
}
