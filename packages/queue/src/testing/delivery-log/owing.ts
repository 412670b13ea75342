import { describe, expect, test } from "vitest";
import { delivered, LANE, type OpenBench, subjects } from "./bench.ts";

export function owingContract(open: OpenBench): void {
  describe("owe", () => {
    test("keeps one open delivery for each lane and subject, raised and never lowered", async () => {
      await using bench = await open();
      const first = await bench.owe("a", { revision: 3, priority: 1, dueAt: bench.now() + 500 });
      const second = await bench.owe("a", { revision: 2, priority: 2, dueAt: bench.now() + 100 });
      await bench.owe("a", { revision: 1, priority: 0, dueAt: bench.now() + 900 });
      expect(second).toEqual(first);
      expect(await bench.log.openOf("default", "a")).toMatchObject([
        { deliveryId: first.deliveryId, revision: 3, priority: 2, dueAt: bench.now() + 100 },
      ]);
    });

    test("takes the highest of what one call says twice", async () => {
      await using bench = await open();
      const debt = { ...LANE, subjectId: "a", revision: 1, priority: 0, dueAt: bench.now() + 10 };
      await bench.write((tx) =>
        bench.log.owe(tx, [debt, { ...debt, revision: 4, traceparent: "00-one" }, { ...debt, dueAt: bench.now() }]),
      );
      expect(await bench.log.openOf("default", "a")).toMatchObject([
        { revision: 4, dueAt: bench.now(), traceparent: "00-one" },
      ]);
    });

    test("takes thousands in one call", async () => {
      await using bench = await open();
      const debts = Array.from({ length: 2_600 }, (_, index) => ({
        ...LANE,
        laneId: `l${index % 3}`,
        subjectId: `s${index}`,
        revision: 1,
        priority: 0,
        dueAt: bench.now(),
      }));
      expect(await bench.write((tx) => bench.log.owe(tx, debts))).toHaveLength(2_600);
      expect(await bench.log.status()).toMatchObject({ openDeliveryCount: 2_600 });
    });

    test("is part of the caller's transaction", async () => {
      await using bench = await open();
      const failing = bench.write(async (tx) => {
        await bench.log.owe(tx, [{ ...LANE, subjectId: "a", revision: 1, priority: 0, dueAt: 0 }]);
        throw new Error("undone");
      });
      await expect(failing).rejects.toThrow("undone");
      expect(await bench.log.openOf("default", "a")).toEqual([]);
      expect(await bench.log.dueLanes(10)).toEqual([]);
    });

    test("many at once over the same subjects end at the highest revision of each", async () => {
      await using bench = await open();
      const revisions = Array.from({ length: 40 }, (_, index) => index + 1);
      const debtsOf = (revision: number) =>
        ["a", "b", "c", "d"].map((subjectId) => ({ ...LANE, subjectId, revision, priority: 0, dueAt: bench.now() }));
      await Promise.all(
        revisions.map((revision) =>
          bench.write((tx) =>
            bench.log.owe(tx, revision % 2 === 0 ? debtsOf(revision) : debtsOf(revision).toReversed()),
          ),
        ),
      );
      const due = await bench.log.due(await bench.lease(), 10);
      expect(due.map(({ subjectId, revision }) => [subjectId, revision]).toSorted()).toEqual([
        ["a", 40],
        ["b", 40],
        ["c", 40],
        ["d", 40],
      ]);
    });
  });

  describe("due", () => {
    test("gives the highest priority first, then the oldest, and nothing before its time", async () => {
      await using bench = await open();
      await bench.owe("old info");
      bench.step(1);
      await bench.owe("critical", { priority: 2 });
      await bench.owe("later", { priority: 2, dueAt: bench.now() + 1_000 });
      bench.step(1);
      await bench.owe("new info");
      const lease = await bench.lease();
      expect(subjects(await bench.log.due(lease, 10))).toEqual(["critical", "old info", "new info"]);
      bench.step(1_000);
      expect(subjects(await bench.log.due(lease, 2))).toEqual(["critical", "later"]);
    });

    test("finds what is due behind many that are put off and would go first, and gives the highest priority first", async () => {
      await using bench = await open();
      const putOff = (count: number, priority: number) =>
        Array.from({ length: count }, (_, index) => ({
          ...LANE,
          subjectId: `later ${priority}/${index}`,
          revision: 1,
          priority,
          dueAt: bench.now() + 60_000,
        }));
      await bench.write((tx) => bench.log.owe(tx, [...putOff(600, 2), ...putOff(300, 1), ...putOff(100, 0)]));
      bench.step(1);
      for (const [subject, priority] of [
        ["info", 0],
        ["warn", 1],
        ["critical", 2],
      ] as const) {
        await bench.owe(subject, { priority });
      }
      const lease = await bench.lease();
      expect(subjects(await bench.log.due(lease, 10))).toEqual(["critical", "warn", "info"]);
      expect(subjects(await bench.log.due(lease, 1))).toEqual(["critical"]);
      bench.step(60_000);
      expect(subjects(await bench.log.due(lease, 2))).toEqual(["later 2/0", "later 2/1"]);
    });

    test("prefers what is critical also behind a backlog of what is not, with as many put off in front of it", async () => {
      await using bench = await open();
      const many = (name: string, count: number, priority: number, dueAt: number) =>
        Array.from({ length: count }, (_, index) => ({
          ...LANE,
          subjectId: `${name}${index}`,
          revision: 1,
          priority,
          dueAt,
        }));
      const later = many("later", 200, 2, bench.now() + 60_000);
      await bench.write((tx) => bench.log.owe(tx, [...later, ...many("info", 500, 0, bench.now())]));
      bench.step(1);
      await bench.owe("critical", { priority: 2 });
      const due = subjects(await bench.log.due(await bench.lease(), 3));
      expect(due).toEqual(["critical", "info0", "info1"]);
    });

    test("shows one lane only", async () => {
      await using bench = await open();
      await bench.owe("a");
      await bench.owe("b", { laneId: "other" });
      await bench.owe("c", { organizationId: "another" });
      expect(subjects(await bench.log.due(await bench.lease(), 10))).toEqual(["a"]);
    });

    test("hides a delivery that was put off until its time comes", async () => {
      await using bench = await open();
      const { deliveryId } = await bench.owe("a");
      const lease = await bench.lease();
      const dueAt = bench.now() + 5_000;
      await bench.write((tx) => bench.log.hold(tx, lease, [{ deliveryId, revision: 1, dueAt }]));
      expect(await bench.log.due(lease, 1)).toEqual([]);
      expect(await bench.log.release(lease)).toEqual({ nextDueAt: dueAt });
      bench.step(5_000);
      expect(subjects(await bench.log.due(await bench.lease(), 1))).toEqual(["a"]);
    });

    test("does not put off a delivery that wants a newer revision by now", async () => {
      await using bench = await open();
      const { deliveryId } = await bench.owe("a", { revision: 2 });
      const lease = await bench.lease();
      const dueAt = bench.now() + 5_000;
      await bench.write((tx) => bench.log.hold(tx, lease, [{ deliveryId, revision: 1, dueAt }]));
      expect(subjects(await bench.log.due(lease, 1))).toEqual(["a"]);
      await bench.write((tx) => bench.log.hold(tx, lease, [{ deliveryId, revision: 2, dueAt }]));
      expect(await bench.log.due(lease, 1)).toEqual([]);
    });

    test("a delivery whose revision is shown already is closed; one that wants a newer one is not", async () => {
      await using bench = await open();
      const shown = await bench.owe("shown", { revision: 2 });
      const newer = await bench.owe("newer", { revision: 3 });
      const lease = await bench.lease();
      const upTo2 = [shown, newer].map(({ deliveryId }) => ({ deliveryId, revision: 2 }));
      await bench.write((tx) => bench.log.close(tx, lease, upTo2));
      expect(subjects(await bench.log.due(lease, 10))).toEqual(["newer"]);
    });
  });

  describe("the probe", () => {
    test("finds each lane that owes something now, and no other", async () => {
      await using bench = await open();
      await bench.owe("a");
      await bench.owe("b", { laneId: "later", dueAt: bench.now() + 1_000 });
      await bench.owe("c", { laneId: "settled" });
      const settled = await bench.lease(bench.log, { ...LANE, laneId: "settled" });
      const [send] = await bench.sealDue(settled);
      await bench.settle(settled, send, delivered);
      await bench.log.release(settled);
      expect(await bench.log.dueLanes(10)).toEqual([LANE]);
      const lease = await bench.lease();
      expect(await bench.log.dueLanes(10)).toEqual([]);
      await bench.log.release(lease);
      expect(await bench.log.dueLanes(10)).toEqual([LANE]);
    });

    test("goes around: with more lanes than it may find at once, each has its turn", async () => {
      await using bench = await open();
      const laneIds = ["l1", "l2", "l3", "l4", "l5"];
      for (const laneId of laneIds) await bench.owe("a", { laneId });
      const found = new Set<string>();
      for (let probe = 0; probe < 3; probe++) {
        const lanes = await bench.log.dueLanes(2);
        expect(lanes).toHaveLength(2);
        for (const { laneId } of lanes) found.add(laneId);
      }
      expect([...found].toSorted()).toEqual(laneIds);
    });

    test("tells when a lane that is given back has something to do", async () => {
      await using bench = await open();
      const dueAt = bench.now() + 700;
      await bench.owe("a", { dueAt: dueAt + 50 });
      await bench.owe("b", { dueAt });
      expect(await bench.log.release(await bench.lease())).toEqual({ nextDueAt: dueAt });
      const empty = await bench.lease(bench.log, { ...LANE, laneId: "never owed" });
      expect(await bench.log.release(empty)).toEqual({ nextDueAt: null });
    });
  });
}
