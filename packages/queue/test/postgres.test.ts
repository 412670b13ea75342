import { setTimeout as delay } from "node:timers/promises";
import { createDeliveryLog, type DeliveryLog, type Lease, type Send } from "@tocsin/queue";
import { openPostgresStore, type Store } from "@tocsin/store";
import { skipUnless } from "@tocsin/testkit";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openPostgres, postgres } from "./open-postgres.ts";

const LANE = { organizationId: "default", laneId: "alerts" };
const HOUR_MS = 3_600_000;

describe.skipIf(skipUnless(postgres.isReachable, "Postgres"))("processes that share a Postgres", () => {
  let store: Awaited<ReturnType<typeof openPostgres>>;
  /** What another process would have: connections and a log of its own. */
  let other: Store;
  beforeAll(async () => {
    store = await openPostgres();
    other = openPostgresStore({ url: postgres.url, schema: store.schema, migrations: [] });
    await other.ready();
  });
  afterAll(async () => {
    await other.close();
    await store.close();
  });
  beforeEach(() => store.write((tx) => sql`truncate deliveries, sends, lanes, dead_letters`.execute(tx)));

  const owe = (log: DeliveryLog, on: Store, subjectId: string, revision = 1, dueAt = 0) =>
    on.write((tx) => log.owe(tx, [{ ...LANE, subjectId, revision, priority: 0, dueAt }]));

  async function sealOne(log: DeliveryLog, lease: Lease): Promise<Send> {
    const [delivery] = await log.due(lease, 1);
    if (delivery === undefined) throw new Error("nothing is due");
    const [send] = await log.seal(lease, [{ operation: null, covers: [delivery] }]);
    return send as Send;
  }

  /** Settles as delivered, and holds the transaction open after that. */
  function settleSlowly(log: DeliveryLog, lease: Lease, send: Send) {
    const { promise: gate, resolve: commit } = Promise.withResolvers<void>();
    const { promise: isDecided, resolve: decided } = Promise.withResolvers<void>();
    const committed = store.write(async (tx) => {
      const settlement = await log.settle(tx, lease, send, { kind: "delivered", value: null });
      decided();
      await gate;
      return settlement;
    });
    return { isDecided, commit, committed };
  }

  test("a lane cannot be taken between the fence's check and the commit, and whoever asks does not wait for that", async () => {
    const log = createDeliveryLog({ store });
    const rival = createDeliveryLog({ store: other });
    await owe(log, store, "a");
    const lease = (await log.lease(LANE, { leaseMs: 1 })) as Lease;
    const send = await sealOne(log, lease);
    await delay(5);
    const settling = settleSlowly(log, lease, send);
    await settling.isDecided;
    // Run out, and yet not to be had: its holder has passed the check. The answer comes while the holder's transaction is open.
    expect(await rival.lease(LANE, { leaseMs: 1_000 })).toBeNull();
    settling.commit();
    expect(await settling.committed).toMatchObject({ kind: "settled" });
    expect(await rival.lease(LANE, { leaseMs: 1_000 })).toMatchObject({ fence: lease.fence + 1 });
  });

  test("a debt waits for no lane", async () => {
    const log = createDeliveryLog({ store });
    await owe(log, store, "a");
    const lease = (await log.lease(LANE, { leaseMs: 10_000 })) as Lease;
    const settling = settleSlowly(log, lease, await sealOne(log, lease));
    await settling.isDecided;
    await owe(createDeliveryLog({ store: other }), other, "b");
    settling.commit();
    await settling.committed;
    expect(await log.due(lease, 10)).toMatchObject([{ subjectId: "b" }]);
  });

  test("a revision that comes while its delivery is settled is not lost", async () => {
    const log = createDeliveryLog({ store });
    await owe(log, store, "a");
    const lease = (await log.lease(LANE, { leaseMs: 10_000 })) as Lease;
    const settling = settleSlowly(log, lease, await sealOne(log, lease));
    await settling.isDecided;
    const owing = owe(createDeliveryLog({ store: other }), other, "a", 2);
    await delay(20);
    settling.commit();
    await Promise.all([settling.committed, owing]);
    expect(await log.due(lease, 10)).toMatchObject([{ subjectId: "a", revision: 2 }]);
  });

  test("accepting, sealing and settling the same subjects at once loses no revision", async () => {
    const log = createDeliveryLog({ store });
    const rival = createDeliveryLog({ store: other });
    const lease = (await log.lease(LANE, { leaseMs: 60_000 })) as Lease;
    const shown = new Map<string, number>();
    async function accept(on: Store, by: DeliveryLog, offset: number): Promise<void> {
      for (let round = 0; round < 15; round++) {
        const debts = ["a", "b", "c", "d", "e"].map((subjectId) => ({
          ...LANE,
          subjectId,
          revision: round * 2 + offset,
          priority: 0,
          dueAt: 0,
        }));
        await on.write((tx) => by.owe(tx, round % 2 === 0 ? debts : debts.toReversed()));
      }
    }
    async function drain(): Promise<void> {
      const covers = (await log.due(lease, 12)).toReversed();
      if (covers.length === 0) return;
      const [send] = await log.seal(lease, [{ operation: null, covers }]);
      for (const { subjectId, revision } of (send as Send).covers) {
        // What is owed after it was shown is older than what is shown: the other one was late.
        shown.set(subjectId, Math.max(revision, shown.get(subjectId) ?? 0));
      }
      await store.write((tx) => log.settle(tx, lease, send as Send, { kind: "delivered", value: null }));
    }
    let isAccepting = true;
    const accepting = Promise.all([accept(store, log, 1), accept(other, rival, 2)]).finally(() => {
      isAccepting = false;
    });
    while (isAccepting) await drain();
    await accepting;
    await drain();
    expect(await log.status()).toMatchObject({ openDeliveryCount: 0 });
    expect([...shown.values()]).toEqual([30, 30, 30, 30, 30]);
  });

  test.each(["owe", "seal", "hold"])(
    "%s locks in one order, whatever the caller's: no two wait in a circle",
    async (what) => {
      const log = createDeliveryLog({ store });
      const rival = createDeliveryLog({ store: other });
      for (const subjectId of ["a", "b", "c"]) await owe(log, store, subjectId);
      const lease = (await rival.lease(LANE, { leaseMs: 60_000 })) as Lease;
      const due = (await rival.due(lease, 10)).toReversed();
      const lock = (subjectId: string) =>
        sql`select 1 from deliveries where subject_id = ${subjectId} for update skip locked`;
      const starts: Record<string, () => Promise<unknown>> = {
        owe: () =>
          other.write((tx) =>
            rival.owe(
              tx,
              due.map((each) => ({ ...each, traceparent: "" })),
            ),
          ),
        seal: () => rival.seal(lease, [{ operation: null, covers: due }]),
        hold: () => other.write((tx) => rival.hold(tx, lease, due)),
      };
      let started: Promise<unknown> | undefined;
      const lockedCount = await store.write(async (tx) => {
        await lock("a").execute(tx);
        started = starts[what]?.();
        await delay(50);
        return (await lock("c").execute(tx)).rows.length;
      });
      // It waited for the first, and so had none of the others yet.
      expect(lockedCount).toBe(1);
      await started;
    },
  );

  describe("whose clocks are two hours apart", () => {
    const behind = () => createDeliveryLog({ store, now: () => Date.now() - HOUR_MS, random: () => 1 });
    const ahead = () => createDeliveryLog({ store: other, now: () => Date.now() + HOUR_MS, random: () => 1 });

    test("agree on who has the lane, and when a lease is over", async () => {
      const [early, late] = [behind(), ahead()];
      await owe(early, store, "a", 1, Date.now() - HOUR_MS);
      const lease = (await early.lease(LANE, { leaseMs: 150 })) as Lease;
      expect(lease.expiresAt).toBeLessThan(Date.now());
      expect(await late.dueLanes(10)).toEqual([]);
      expect(await late.lease(LANE, { leaseMs: 150 })).toBeNull();
      await delay(170);
      expect(await late.dueLanes(10)).toEqual([LANE]);
      expect(await late.lease(LANE, { leaseMs: 60_000 })).toMatchObject({ fence: lease.fence + 1 });
      expect(await early.lease(LANE, { leaseMs: 60_000 })).toBeNull();
    });

    test("agree on when something is due, and on a pause", async () => {
      const [early, late] = [behind(), ahead()];
      await owe(early, store, "later", 1, Date.now() - HOUR_MS + 60_000);
      await owe(late, other, "now", 1, Date.now() + HOUR_MS);
      const [delivery] = await late.openOf("default", "later");
      const inMs = (delivery?.dueAt ?? 0) - (Date.now() + HOUR_MS);
      expect(Math.abs(inMs - 60_000)).toBeLessThan(5_000);
      const lease = (await late.lease(LANE, { leaseMs: 60_000 })) as Lease;
      expect((await late.due(lease, 10)).map(({ subjectId }) => subjectId)).toEqual(["now"]);
      const send = await sealOne(late, lease);
      const limited = { kind: "retryable", reason: "rate-limited", retryAfterMs: 60_000 } as const;
      await other.write((tx) => late.settle(tx, lease, send, limited));
      await late.release(lease);
      expect(await early.dueLanes(10)).toEqual([]);
      expect(await early.lease(LANE, { leaseMs: 1_000 })).toBeNull();
    });
  });

  test("do not all try the same lanes first", async () => {
    const log = createDeliveryLog({ store });
    const rival = createDeliveryLog({ store: other });
    const debts = Array.from({ length: 60 }, (_, index) => ({ ...LANE, laneId: `l${index}`, subjectId: "a" }));
    await store.write((tx) =>
      log.owe(
        tx,
        debts.map((debt) => ({ ...debt, revision: 1, priority: 0, dueAt: 0 })),
      ),
    );
    const [one, two] = await Promise.all([log.dueLanes(100), rival.dueLanes(100)]);
    const order = (lanes: typeof one) => lanes.map(({ laneId }) => laneId);
    expect(order(one)).not.toEqual(order(two));
    expect(order(one).toSorted()).toEqual(order(two).toSorted());
  });
});
