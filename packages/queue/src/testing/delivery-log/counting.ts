import { describe, expect, test } from "vitest";
import { LANE, type OpenBench, retryable } from "./bench.ts";

export function countingContract(open: OpenBench): void {
  describe("status and depth", () => {
    test("tell since when the oldest delivery of a priority waits", async () => {
      await using bench = await open();
      await bench.owe("info");
      bench.step(1_000);
      await bench.owe("critical", { priority: 2 });
      expect(await bench.log.status({ minPriority: 2 })).toEqual({
        openDeliveryCount: 2,
        deadLetterCount: 0,
        oldestCreatedAt: bench.now(),
      });
      expect(await bench.log.status()).toMatchObject({ oldestCreatedAt: bench.now() - 1_000 });
      expect(await bench.log.status({ minPriority: 3 })).toMatchObject({ oldestCreatedAt: null });
    });

    test("count what is open by priority, sealed or not, what is dead, and the lanes that are paused", async () => {
      await using bench = await open({ baseMs: 100 });
      expect(await bench.log.depth()).toEqual({ open: [], deadLetterCount: 0, pausedLaneCount: 0 });
      await bench.kill("dead");
      const from = bench.now();
      await bench.owe("a", { priority: -1 });
      bench.step(5);
      await bench.owe("b");
      await bench.owe("c", { priority: 7, organizationId: "another" });
      await bench.owe("d", { priority: 7, laneId: "other" });
      await bench.sealDue(await bench.lease(bench.log, { ...LANE, laneId: "other" }));
      await bench.settleOne(retryable);
      expect(await bench.log.depth()).toEqual({
        open: [
          { priority: -1, count: 1, oldestCreatedAt: from },
          { priority: 0, count: 1, oldestCreatedAt: from + 5 },
          { priority: 7, count: 2, oldestCreatedAt: from + 5 },
        ],
        deadLetterCount: 1,
        pausedLaneCount: 1,
      });
      bench.step(100);
      expect(await bench.log.depth()).toMatchObject({ pausedLaneCount: 0 });
    });

    test("know the lanes that owe something for a subject", async () => {
      await using bench = await open();
      await bench.owe("a", { laneId: "one" });
      await bench.owe("a", { laneId: "two" });
      await bench.owe("b", { laneId: "three" });
      const laneIds = await bench.write((tx) => bench.log.lanesOf(tx, "default", "a"));
      expect([...laneIds].toSorted()).toEqual(["one", "two"]);
    });
  });
}
