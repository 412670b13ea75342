import { describe, expect, test } from "vitest";
import type { Lease } from "../../delivery-log.ts";
import { delivered, LANE, LEASE_MS, type OpenBench } from "./bench.ts";

export function leasingContract(open: OpenBench): void {
  describe("lease", () => {
    test("is had by one owner at a time, and grows its fence", async () => {
      await using bench = await open();
      await bench.owe("a");
      const rival = bench.createRival();
      const first = await bench.lease();
      expect(first.expiresAt).toBe(bench.now() + LEASE_MS);
      expect(await rival.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
      await bench.log.release(first);
      const second = await rival.lease(LANE, { leaseMs: LEASE_MS });
      expect(second?.fence).toBe(first.fence + 1);
    });

    test("is had by exactly one of many who ask at once", async () => {
      await using bench = await open();
      await bench.owe("a");
      const logs = Array.from({ length: 8 }, () => bench.createRival());
      for (let round = 0; round < 5; round++) {
        const leases = await Promise.all(logs.map((log) => log.lease(LANE, { leaseMs: LEASE_MS })));
        const taken = leases.filter((lease): lease is Lease => lease !== null);
        expect(taken.length).toBe(1);
        await bench.log.release(taken[0] as Lease);
      }
    });

    test("that has run out is taken by another, and the first can change nothing any more", async () => {
      await using bench = await open();
      const { log } = bench;
      const rival = bench.createRival();
      await bench.owe("a");
      const stale = await bench.lease();
      const [send] = await bench.sealDue(stale);
      bench.step(LEASE_MS);
      const fresh = (await rival.lease(LANE, { leaseMs: LEASE_MS })) as Lease;
      expect(await bench.settle(stale, send, delivered)).toEqual({ kind: "fenced" });
      const { deliveryId } = await bench.owe("b");
      expect(await bench.sealDue(stale)).toEqual([]);
      expect(await log.resume(stale, 10)).toEqual([]);
      await bench.write((tx) => log.close(tx, stale, [{ deliveryId, revision: 1 }]));
      await bench.write((tx) => log.hold(tx, stale, [{ deliveryId, revision: 1, dueAt: bench.now() + 1_000 }]));
      expect(await log.due(fresh, 10)).toMatchObject([{ deliveryId, revision: 1, dueAt: bench.now() }]);
      await log.release(stale);
      expect(await log.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
      expect(await rival.resume(fresh, 10)).toMatchObject([{ sendId: send?.sendId, attemptCount: 2 }]);
    });

    test("says how often the destination failed", async () => {
      await using bench = await open({ baseMs: 1 });
      await bench.owe("a");
      for (const failureCount of [0, 1, 2]) {
        const lease = await bench.lease();
        expect(lease.failureCount).toBe(failureCount);
        const [send] = await bench.sealDue(lease);
        await bench.settle(lease, send, { kind: "retryable", reason: "unreachable" });
        await bench.log.release(lease);
        bench.step(10);
      }
    });
  });
}
