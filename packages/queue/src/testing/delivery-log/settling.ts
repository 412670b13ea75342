import { describe, expect, test } from "vitest";
import { delivered, LANE, LEASE_MS, type OpenBench, rejected, retryable, unknown } from "./bench.ts";

const GIVEN_UP_BEFORE = ["aborted", "deferred", "expired"] as const;

export function settlingContract(open: OpenBench): void {
  describe("settle", () => {
    test("surely not done: pauses the lane with a growing back-off, then plans anew", async () => {
      await using bench = await open({ baseMs: 100, maxMs: 350 });
      await bench.owe("a");
      for (const delayMs of [100, 200, 350, 350]) {
        const dueAt = bench.now() + delayMs;
        expect(await bench.settleOne(retryable)).toEqual({ settlement: { kind: "reopened", dueAt }, nextDueAt: dueAt });
        expect(await bench.log.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
        expect(await bench.log.dueLanes(10)).toEqual([]);
        bench.step(delayMs);
        expect(await bench.log.dueLanes(10)).toEqual([LANE]);
      }
      expect(await bench.log.openOf("default", "a")).toMatchObject([{ attemptCount: 4 }]);
    });

    test("a wait that the server asked for is kept to exactly", async () => {
      await using bench = await open();
      await bench.owe("a");
      const { settlement } = await bench.settleOne({ ...retryable, reason: "rate-limited", retryAfterMs: 376.2 });
      expect(settlement).toEqual({ kind: "reopened", dueAt: bench.now() + 377 });
      bench.step(376);
      expect(await bench.log.dueLanes(10)).toEqual([]);
      bench.step(1);
      expect(await bench.log.dueLanes(10)).toEqual([LANE]);
    });

    test("a success ends the row of failures", async () => {
      await using bench = await open({ baseMs: 100, maxMs: 10_000 });
      await bench.owe("a");
      await bench.settleOne(retryable);
      bench.step(100);
      await bench.settleOne(delivered);
      await bench.owe("b");
      const { settlement } = await bench.settleOne(retryable);
      expect(settlement).toEqual({ kind: "reopened", dueAt: bench.now() + 100 });
    });

    test.each(GIVEN_UP_BEFORE)(
      "given up before it began (%s): open again at once, without blame, and the lane goes on",
      async (reason) => {
        await using bench = await open({ baseMs: 100 });
        await bench.owe("a");
        const lease = await bench.lease();
        const [send] = await bench.sealDue(lease);
        const outcome = { kind: "retryable", reason, retryAfterMs: 60_000 } as const;
        expect(await bench.settle(lease, send, outcome)).toEqual({ kind: "reopened", dueAt: bench.now() });
        expect(await bench.log.resume(lease, 10)).toEqual([]);
        expect(await bench.log.due(lease, 10)).toMatchObject([{ attemptCount: 0, dueAt: bench.now() }]);
        await bench.log.release(lease);
        expect(await bench.log.dueLanes(10)).toEqual([LANE]);
        expect((await bench.lease()).failureCount).toBe(0);
      },
    );

    test.each(GIVEN_UP_BEFORE)(
      "given up before it began (%s), but done perhaps by an earlier attempt: the same call again",
      async (reason) => {
        await using bench = await open({ baseMs: 100 });
        await bench.owe("a");
        const lease = await bench.lease();
        const [first] = await bench.sealDue(lease);
        const [second] = await bench.log.resume(lease, 1);
        const outcome = { kind: "retryable", reason, retryAfterMs: 60_000 } as const;
        expect(await bench.settle(lease, second, outcome)).toEqual({ kind: "unknown", dueAt: bench.now() });
        expect(await bench.log.due(lease, 10)).toEqual([]);
        expect(await bench.log.resume(lease, 10)).toMatchObject([
          { sendId: first?.sendId, attemptCount: 2, lostAnswerCount: 1 },
        ]);
      },
    );

    test("maybe done: stays sealed and comes back as the same call", async () => {
      await using bench = await open({ baseMs: 100 });
      await bench.owe("a");
      const { settlement } = await bench.settleOne(unknown);
      expect(settlement).toEqual({ kind: "unknown", dueAt: bench.now() + 100 });
      bench.step(100);
      const lease = await bench.lease();
      expect(await bench.log.due(lease, 10)).toEqual([]);
      expect(await bench.log.resume(lease, 10)).toMatchObject([{ operation: { text: "a@1" }, attemptCount: 2 }]);
    });

    test("refused: a dead letter keeps the call and the target's words, and the lane is not paused", async () => {
      await using bench = await open();
      const { deliveryId } = await bench.owe("a", { priority: 2 });
      const details = { code: 50035, errors: { embeds: { 0: { _errors: [{ code: "BASE_TYPE_REQUIRED" }] } } } };
      await bench.settleOne({ ...rejected, details });
      expect(await bench.log.deadOf("default", "a")).toMatchObject([
        {
          laneId: "alerts",
          deliveryId,
          revision: 1,
          priority: 2,
          reason: "invalid-form",
          details,
          operation: { text: "a@1" },
          attemptCount: 1,
        },
      ]);
      expect(await bench.log.status()).toMatchObject({ openDeliveryCount: 0, deadLetterCount: 1 });
      await bench.owe("b");
      expect(await bench.log.dueLanes(10)).toEqual([LANE]);
    });

    test("refused while a newer revision is wanted: that one is tried, nothing is dead", async () => {
      await using bench = await open();
      await bench.owe("a");
      const lease = await bench.lease();
      const [send] = await bench.sealDue(lease);
      await bench.owe("a", { revision: 2 });
      expect(await bench.settle(lease, send, rejected)).toEqual({ kind: "dead", deadLetterIds: [] });
      expect(await bench.log.due(lease, 10)).toMatchObject([{ subjectId: "a", revision: 2 }]);
    });

    test.each([retryable, unknown])("$kind for longer than the limit: dead, with the last reason", async (outcome) => {
      await using bench = await open({ giveUpAfterMs: 1_000, baseMs: 100 });
      await bench.owe("a");
      const fail = async () => {
        const lease = await bench.lease();
        const [resumed] = await bench.log.resume(lease, 1);
        const [send] = resumed === undefined ? await bench.sealDue(lease, 1) : [resumed];
        const settlement = await bench.settle(lease, send, outcome);
        await bench.log.release(lease);
        return settlement;
      };
      // Age alone is no failure: it waited long before its first call.
      bench.step(100_000);
      expect((await fail()).kind).toBe(outcome.kind === "unknown" ? "unknown" : "reopened");
      bench.step(1_000);
      expect(await fail()).toMatchObject({ kind: "dead" });
      expect(await bench.log.deadOf("default", "a")).toMatchObject([
        { reason: "expired", details: { last_reason: outcome.reason }, mayBeDelivered: outcome.kind === "unknown" },
      ]);
    });

    test("surely not done after an answer was lost: the same call again, and only the lost one is counted", async () => {
      await using bench = await open({ baseMs: 100 });
      await bench.owe("a");
      const lease = await bench.lease();
      const [first] = await bench.sealDue(lease);
      await bench.settle(lease, first, unknown);
      bench.step(100);
      const [second] = await bench.log.resume(lease, 1);
      expect(second).toMatchObject({ sendId: first?.sendId, attemptCount: 2, lostAnswerCount: 1 });
      const limited = { ...retryable, reason: "rate-limited", retryAfterMs: 500 } as const;
      expect(await bench.settle(lease, second, limited)).toEqual({ kind: "unknown", dueAt: bench.now() + 500 });
      bench.step(500);
      const [third] = await bench.log.resume(lease, 1);
      expect(third).toMatchObject({ sendId: first?.sendId, attemptCount: 3, lostAnswerCount: 1 });
      await bench.settle(lease, third, rejected);
      expect(await bench.log.deadOf("default", "a")).toMatchObject([{ reason: "invalid-form", mayBeDelivered: true }]);
    });

    test.each(GIVEN_UP_BEFORE)(
      "%s before it began, time and again after a lost answer: no attempt, and so no poison",
      async (reason) => {
        await using bench = await open({ baseMs: 100, maxPoisonCount: 3 });
        await bench.owe("a");
        const lease = await bench.lease();
        const [first] = await bench.sealDue(lease);
        await bench.settle(lease, first, unknown);
        bench.step(100);
        for (let count = 0; count < 5; count += 1) {
          const [again] = await bench.log.resume(lease, 1);
          await bench.settle(lease, again, { kind: "retryable", reason, retryAfterMs: 60_000 });
        }
        await bench.owe("b");
        await bench.settle(lease, (await bench.sealDue(lease))[0], delivered);
        const [second] = await bench.log.resume(lease, 1);
        expect(second).toMatchObject({ sendId: first?.sendId, attemptCount: 2, lostAnswerCount: 1 });
        expect((await bench.settle(lease, second, unknown)).kind).toBe("unknown");
      },
    );

    test("answers of calls that were on the wire together never shorten a pause, and count as one failure", async () => {
      await using bench = await open({ baseMs: 100 });
      for (const subject of ["a", "b", "c", "d"]) await bench.owe(subject);
      const lease = await bench.lease();
      const [first, second, third, fourth] = await bench.sealDue(lease);
      await bench.settle(lease, first, { ...retryable, reason: "rate-limited", retryAfterMs: 600 });
      await bench.settle(lease, fourth, retryable);
      await bench.settle(lease, second, delivered);
      await bench.settle(lease, third, retryable);
      await bench.log.release(lease);
      bench.step(599);
      expect(await bench.log.dueLanes(10)).toEqual([]);
      bench.step(1);
      expect(await bench.log.dueLanes(10)).toEqual([LANE]);
      expect((await bench.lease()).failureCount).toBeLessThanOrEqual(1);
    });
  });
}
