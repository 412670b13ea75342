import { describe, expect, test } from "vitest";
import { delivered, HOUR_MS, LANE, type OpenBench, subjects, unknown } from "./bench.ts";

export function deadLettersContract(open: OpenBench): void {
  describe("dead letters", () => {
    test("are listed newest first, in pages, by lane and by reason", async () => {
      await using bench = await open();
      const gone = { kind: "rejected", reason: "target-gone" } as const;
      for (const subject of ["a", "b", "c"]) await bench.kill(subject);
      await bench.kill("d", { laneId: "other", outcome: gone });
      await bench.kill("elsewhere", { organizationId: "another" });
      const list = async (query: Parameters<typeof bench.log.deadLetters>[1]) => {
        const { deadLetters, totalCount } = await bench.log.deadLetters("default", query);
        return [...subjects(deadLetters), totalCount];
      };
      expect(await list({})).toEqual(["d", "c", "b", "a", 4]);
      expect(await list({ page: 2, perPage: 3 })).toEqual(["a", 4]);
      expect(await list({ page: 3, perPage: 3 })).toEqual([4]);
      expect(await list({ laneId: LANE.laneId })).toEqual(["c", "b", "a", 3]);
      expect(await list({ reason: "target-gone" })).toEqual(["d", 1]);
      expect(await list({ laneId: "other", reason: "invalid-form" })).toEqual([0]);
      for (const query of [{ page: 0 }, { page: 1.5 }, { perPage: 0 }, { perPage: 101 }]) {
        await expect(list(query)).rejects.toMatchObject({ code: "QUEUE_INVALID_OPTION" });
      }
    });

    test("can be read one by one, by their own organisation", async () => {
      await using bench = await open();
      const id = await bench.kill("a");
      expect(await bench.log.deadLetter("default", id)).toMatchObject({ deadLetterId: id, subjectId: "a" });
      expect(await bench.log.deadLetter("another", id)).toBeNull();
    });
  });

  describe("redrive", () => {
    test("owes again what was dead, with its revision and priority, as if it had never been tried", async () => {
      await using bench = await open();
      const id = await bench.kill("a", { revision: 3, priority: 2 });
      bench.step(HOUR_MS);
      const { redriven, skipped } = await bench.write((tx) => bench.log.redrive(tx, "default", [id]));
      expect(skipped).toEqual([]);
      expect(redriven).toMatchObject([{ ...LANE, deadLetterId: id, subjectId: "a" }]);
      const [delivery] = await bench.log.due(await bench.lease(), 10);
      expect(delivery).toMatchObject({
        deliveryId: redriven[0]?.deliveryId,
        subjectId: "a",
        revision: 3,
        priority: 2,
        attemptCount: 0,
        dueAt: bench.now(),
        createdAt: bench.now(),
      });
      expect(await bench.log.status()).toMatchObject({ openDeliveryCount: 1, deadLetterCount: 0 });
    });

    test("twice, also at once, yields one delivery", async () => {
      await using bench = await open();
      const id = await bench.kill("a");
      const results = await Promise.all(
        [1, 2, 3].map(() => bench.write((tx) => bench.log.redrive(tx, "default", [id, id]))),
      );
      expect(results.map(({ redriven, skipped }) => [redriven.length, skipped.length]).toSorted()).toEqual([
        [0, 1],
        [0, 1],
        [1, 0],
      ]);
      expect(await bench.log.status()).toMatchObject({ openDeliveryCount: 1, deadLetterCount: 0 });
    });

    test("raises the delivery that is open for the subject, and lowers nothing of it", async () => {
      await using bench = await open();
      const older = await bench.kill("a", { revision: 2, priority: 2 });
      const newer = await bench.owe("a", { revision: 5, priority: 1 });
      await bench.write((tx) => bench.log.redrive(tx, "default", [older]));
      expect(await bench.log.openOf("default", "a")).toMatchObject([
        { deliveryId: newer.deliveryId, revision: 5, priority: 2 },
      ]);
    });

    test("is undone with the caller's transaction", async () => {
      await using bench = await open();
      const id = await bench.kill("a");
      const failing = bench.write(async (tx) => {
        await bench.log.redrive(tx, "default", [id]);
        throw new Error("undone");
      });
      await expect(failing).rejects.toThrow("undone");
      expect(await bench.log.status()).toMatchObject({ openDeliveryCount: 0, deadLetterCount: 1 });
    });

    test("leaves alone what may have arrived, unless it is asked for", async () => {
      await using bench = await open({ maxPoisonCount: 1 });
      const lost = await bench.kill("lost", { outcome: unknown });
      const missing = "01JZZZZZZZZZZZZZZZZZZZZZZZ";
      const asked = await bench.write((tx) => bench.log.redrive(tx, "default", [lost, missing]));
      expect(asked).toEqual({
        redriven: [],
        skipped: [
          { deadLetterId: lost, reason: "may-be-delivered" },
          { deadLetterId: missing, reason: "not-found" },
        ],
      });
      const options = { includeMayBeDelivered: true };
      const insisted = await bench.write((tx) => bench.log.redrive(tx, "default", [lost], options));
      expect(subjects(insisted.redriven)).toEqual(["lost"]);
    });

    test("leaves a sealed call alone: it is repeated as it was, and then the redriven revision follows", async () => {
      await using bench = await open();
      const dead = await bench.kill("a", { revision: 2 });
      await bench.owe("a", { revision: 1 });
      const lease = await bench.lease();
      const [send] = await bench.sealDue(lease);
      await bench.write((tx) => bench.log.redrive(tx, "default", [dead]));
      expect(await bench.log.resume(lease, 1)).toMatchObject([{ sendId: send?.sendId, operation: { text: "a@1" } }]);
      await bench.settle(lease, send, delivered);
      expect(await bench.log.due(lease, 1)).toMatchObject([{ subjectId: "a", revision: 2 }]);
    });
  });

  describe("redrive of many", () => {
    test("makes at most so many due in a second, over several calls, oldest first", async () => {
      await using bench = await open();
      for (let index = 0; index < 25; index++) await bench.kill(`s${index}`, { laneId: `l${index % 2}` });
      const from = bench.now();
      let cursor: string | undefined;
      let redrivenCount = 0;
      let callCount = 0;
      const lanes = new Set<string>();
      do {
        const result = await bench.log.redriveMany("default", { perSecond: 5, maxCount: 10, cursor });
        redrivenCount += result.redrivenCount;
        for (const { laneId } of result.lanes) lanes.add(laneId);
        cursor = result.cursor ?? undefined;
        callCount++;
      } while (cursor !== undefined);
      expect([redrivenCount, callCount, [...lanes].toSorted()]).toEqual([25, 3, ["l0", "l1"]]);
      const dueAt = async (index: number) => (await bench.log.openOf("default", `s${index}`))[0]?.dueAt;
      for (const index of [0, 1, 9, 10, 24]) expect(await dueAt(index)).toBe(from + index * 200);
    });

    test("skips what may have arrived, and takes only the lane and the reason that were asked for", async () => {
      await using bench = await open({ maxPoisonCount: 1 });
      await bench.kill("lost", { outcome: unknown });
      await bench.kill("other lane", { laneId: "other" });
      await bench.kill("a");
      const result = await bench.log.redriveMany("default", { perSecond: 100, laneId: LANE.laneId });
      expect(result).toEqual({ redrivenCount: 1, skippedCount: 1, lanes: [LANE], cursor: null });
      const insisted = await bench.log.redriveMany("default", {
        perSecond: 100,
        reason: unknown.reason,
        includeMayBeDelivered: true,
      });
      expect(insisted).toMatchObject({ redrivenCount: 1, skippedCount: 0 });
      expect(subjects((await bench.log.deadLetters("default")).deadLetters)).toEqual(["other lane"]);
    });

    test("what dies again meanwhile is left alone, so that it ends", async () => {
      await using bench = await open();
      for (const subject of ["a", "b"]) await bench.kill(subject);
      const first = await bench.log.redriveMany("default", { perSecond: 1_000, maxCount: 1 });
      bench.step(10);
      await bench.settleOne({ kind: "rejected", reason: "invalid-form" });
      const cursor = first.cursor ?? undefined;
      const second = await bench.log.redriveMany("default", { perSecond: 1_000, cursor });
      expect([first.redrivenCount, second.redrivenCount, second.cursor]).toEqual([1, 1, null]);
      expect(subjects((await bench.log.deadLetters("default")).deadLetters)).toEqual(["a"]);
    });

    test("refuses a rate of nothing and a cursor of somebody else", async () => {
      await using bench = await open();
      const code = "QUEUE_INVALID_OPTION";
      for (const perSecond of [0, -1, Number.NaN]) {
        await expect(bench.log.redriveMany("default", { perSecond })).rejects.toMatchObject({ code });
      }
      const foreign = bench.log.redriveMany("default", { perSecond: 1, cursor: "eyJhIjoxfQ" });
      await expect(foreign).rejects.toMatchObject({ code });
    });
  });

  describe("purge", () => {
    test("throws away what died before a time, by lane and by reason, and no more than it may", async () => {
      await using bench = await open();
      for (const subject of ["a", "b", "c"]) await bench.kill(subject);
      await bench.kill("other lane", { laneId: "other" });
      const diedBefore = bench.now();
      await bench.kill("young");
      await bench.kill("elsewhere", { organizationId: "another" });
      const mine = { diedBefore, laneId: LANE.laneId };
      expect(await bench.log.purge("default", mine, { maxCount: 2 })).toEqual({ purgedCount: 2, isCutShort: true });
      expect(await bench.log.purge("default", mine)).toEqual({ purgedCount: 1, isCutShort: false });
      expect(subjects((await bench.log.deadLetters("default")).deadLetters)).toEqual(["young", "other lane"]);
      expect(await bench.log.status()).toMatchObject({ deadLetterCount: 3 });
    });

    test("throws away what is named, and counts what was there", async () => {
      await using bench = await open();
      const ids = [await bench.kill("a"), await bench.kill("b"), "01JZZZZZZZZZZZZZZZZZZZZZZZ"];
      await bench.kill("c");
      const selection = { deadLetterIds: ids };
      expect(await bench.log.purge("another", selection)).toEqual({ purgedCount: 0, isCutShort: false });
      expect(await bench.log.purge("default", selection)).toEqual({ purgedCount: 2, isCutShort: false });
      expect(subjects((await bench.log.deadLetters("default")).deadLetters)).toEqual(["c"]);
    });
  });
}
