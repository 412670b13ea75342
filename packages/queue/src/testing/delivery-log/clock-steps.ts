import { describe, expect, test } from "vitest";
import { HOUR_MS, LANE, LEASE_MS, type OpenBench, retryable, subjects, unknown } from "./bench.ts";

/** A clock that goes back by itself: corrected by hand or by a time server, or that of another machine after a move. */
export function clockStepsContract(open: OpenBench): void {
  describe("a clock that is set back an hour", () => {
    test("a pause of 10 s is over after 10 s, and nothing is sent before", async () => {
      await using bench = await open();
      await bench.owe("a");
      await bench.settleOne({ ...retryable, reason: "rate-limited", retryAfterMs: 10_000 });
      bench.step(-HOUR_MS);
      // Whoever asks finds out; the probe offers the lane for that.
      expect(await bench.log.dueLanes(10)).toEqual([LANE]);
      expect(await bench.log.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
      expect(await bench.log.dueLanes(10)).toEqual([]);
      bench.step(9_999);
      expect(await bench.log.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
      bench.step(1);
      expect(await bench.log.dueLanes(10)).toEqual([LANE]);
      expect(subjects(await bench.log.due(await bench.lease(), 10))).toEqual(["a"]);
    });

    test("a lease of 30 s that nobody gave back ends after 30 s, and its holder keeps it until then", async () => {
      await using bench = await open();
      await bench.owe("a");
      const rival = bench.createRival();
      const lease = await bench.lease();
      const [send] = await bench.sealDue(lease);
      bench.step(-HOUR_MS);
      expect(await rival.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
      bench.step(LEASE_MS - 1);
      expect(await rival.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
      bench.step(1);
      expect(await rival.dueLanes(10)).toEqual([LANE]);
      const fresh = await bench.lease(rival);
      expect(await rival.resume(fresh, 10)).toMatchObject([{ sendId: send?.sendId, attemptCount: 2 }]);
    });

    test("the holder goes on under its lease: what it sealed is settled once", async () => {
      await using bench = await open();
      await bench.owe("a");
      const lease = await bench.lease();
      const [send] = await bench.sealDue(lease);
      bench.step(-HOUR_MS);
      expect(await bench.settle(lease, send, { kind: "delivered", value: null })).toMatchObject({ kind: "settled" });
      expect(await bench.log.release(lease)).toEqual({ nextDueAt: null });
      expect(await bench.log.dueLanes(10)).toEqual([]);
    });

    test("what was due is due at once", async () => {
      await using bench = await open();
      await bench.owe("a");
      bench.step(-HOUR_MS);
      expect(await bench.log.dueLanes(10)).toEqual([LANE]);
      const lease = await bench.lease();
      expect(subjects(await bench.log.due(lease, 10))).toEqual(["a"]);
      expect((await bench.log.release(lease)).nextDueAt).toBeLessThanOrEqual(bench.now());
    });

    test("what was put off comes early, not an hour late", async () => {
      await using bench = await open();
      const { deliveryId } = await bench.owe("a");
      const lease = await bench.lease();
      await bench.write((tx) => bench.log.hold(tx, lease, [{ deliveryId, revision: 1, dueAt: bench.now() + 5_000 }]));
      bench.step(-HOUR_MS);
      expect(subjects(await bench.log.due(lease, 10))).toEqual(["a"]);
      await bench.write((tx) => bench.log.hold(tx, lease, [{ deliveryId, revision: 1, dueAt: bench.now() + 5_000 }]));
      expect(await bench.log.due(lease, 10)).toEqual([]);
      bench.step(5_000);
      expect(subjects(await bench.log.due(lease, 10))).toEqual(["a"]);
    });

    test("a sealed call that may have been done is repeated after its pause, once", async () => {
      await using bench = await open({ baseMs: 10_000 });
      await bench.owe("a");
      await bench.settleOne(unknown);
      bench.step(-HOUR_MS);
      expect(await bench.log.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
      bench.step(10_000);
      const lease = await bench.lease();
      expect(await bench.log.due(lease, 10)).toEqual([]);
      const resumed = await bench.log.resume(lease, 10);
      expect(resumed).toMatchObject([{ operation: { text: "a@1" }, attemptCount: 2 }]);
      await bench.settle(lease, resumed[0], { kind: "delivered", value: null });
      expect(await bench.log.status()).toMatchObject({ openDeliveryCount: 0 });
    });

    test("a failure after the step pauses for its own time from then on", async () => {
      await using bench = await open({ baseMs: 10_000 });
      for (const subject of ["a", "b"]) await bench.owe(subject);
      const lease = await bench.lease();
      const [first, second] = await bench.sealDue(lease);
      await bench.settle(lease, first, retryable);
      bench.step(-HOUR_MS);
      expect(await bench.settle(lease, second, retryable)).toMatchObject({ kind: "reopened" });
      const { nextDueAt } = await bench.log.release(lease);
      expect(nextDueAt).toBeLessThanOrEqual(bench.now() + 20_000);
      bench.step((nextDueAt as number) - bench.now());
      expect(await bench.log.lease(LANE, { leaseMs: LEASE_MS })).not.toBeNull();
    });
  });

  describe("a clock that is corrected by less than a second", () => {
    test("makes nothing come early", async () => {
      await using bench = await open();
      const { deliveryId } = await bench.owe("a");
      const lease = await bench.lease();
      await bench.write((tx) => bench.log.hold(tx, lease, [{ deliveryId, revision: 1, dueAt: bench.now() + 5_000 }]));
      bench.step(-900);
      expect(await bench.log.due(lease, 10)).toEqual([]);
      bench.step(5_899);
      expect(await bench.log.due(lease, 10)).toEqual([]);
      bench.step(1);
      expect(subjects(await bench.log.due(lease, 10))).toEqual(["a"]);
    });
  });

  describe("a clock that is set forward", () => {
    test("frees the lane of a live holder, whose late answer changes nothing", async () => {
      await using bench = await open();
      await bench.owe("a");
      const rival = bench.createRival();
      const stale = await bench.lease();
      const [send] = await bench.sealDue(stale);
      bench.step(HOUR_MS);
      const fresh = await bench.lease(rival);
      const resumed = await rival.resume(fresh, 10);
      expect(resumed).toMatchObject([{ sendId: send?.sendId, operation: { text: "a@1" }, lostAnswerCount: 1 }]);
      expect(await bench.settle(stale, send, { kind: "delivered", value: null })).toEqual({ kind: "fenced" });
    });
  });
}
