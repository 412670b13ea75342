import { createDeliveryLog, type DeliveryLog, type Lease, type Send } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { skipUnless } from "@tocsin/testkit";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPostgres, postgres } from "./open-postgres.ts";
import { openSqlite } from "./open-sqlite.ts";
import { type Plan, type QueryRecorder, recordQueries } from "./record-queries.ts";

const BACKLOG_COUNT = 20_000;
const BATCH_COUNT = 500;
const LANE = { organizationId: "default", laneId: "lane-3" };
const subjectOf = (index: number) => `alt_${String(index).padStart(8, "0")}`;

/** Whether a step reads all deliveries. In SQLite's words a search is by index and a scan is not. */
const readsAll = (line: string) => /Seq Scan on deliveries|SCAN deliveries/.test(line);
/** Lanes may be sorted: they are few. */
const sortsAll = (line: string) => /Sort Key: (?!lanes)|TEMP B-TREE/.test(line);

async function fill(store: Store, log: DeliveryLog): Promise<void> {
  for (let start = 0; start < BACKLOG_COUNT; start += BATCH_COUNT) {
    const debts = Array.from({ length: BATCH_COUNT }, (_, offset) => ({
      ...LANE,
      laneId: `lane-${(start + offset) % 5}`,
      subjectId: subjectOf(start + offset),
      revision: 1,
      priority: (start + offset) % 3,
      dueAt: 0,
    }));
    await store.write((tx) => log.owe(tx, debts));
  }
}

/** Each thing that happens while a backlog is worked off. */
async function workOff(recorder: QueryRecorder, log: DeliveryLog): Promise<Record<string, readonly Plan[]>> {
  const { store, plansOf } = recorder;
  let lease = {} as Lease;
  let sends: readonly Send[] = [];
  const settle = (index: number, outcome: Parameters<DeliveryLog["settle"]>[3]) =>
    store.write((tx) => log.settle(tx, lease, sends[index] as Send, outcome));
  const debt = { ...LANE, subjectId: subjectOf(3), revision: 2, priority: 0, dueAt: 0 };
  return {
    owe: await plansOf(() => store.write((tx) => log.owe(tx, [debt, { ...debt, subjectId: "new" }]))),
    dueLanes: await plansOf(() => log.dueLanes(100)),
    lease: await plansOf(async () => {
      lease = (await log.lease(LANE, { leaseMs: 60_000 })) as Lease;
    }),
    due: await plansOf(() => log.due(lease, 5)),
    seal: await plansOf(async () => {
      const due = await log.due(lease, 6);
      sends = await log.seal(
        lease,
        due.map((delivery) => ({ operation: null, covers: [delivery] })),
      );
    }),
    resume: await plansOf(() => log.resume(lease, 5)),
    delivered: await plansOf(() => settle(0, { kind: "delivered", value: null })),
    reopened: await plansOf(() => settle(1, { kind: "retryable", reason: "aborted" })),
    unknown: await plansOf(() => settle(2, { kind: "unknown", reason: "timeout" })),
    rejected: await plansOf(() => settle(3, { kind: "rejected", reason: "other" })),
    replan: await plansOf(() => store.write((tx) => log.replan(tx, lease, sends[4] as Send))),
    hold: await plansOf(async () => {
      const due = await log.due(lease, 2);
      await store.write((tx) => log.hold(tx, lease, due));
      await store.write((tx) => log.close(tx, lease, due));
    }),
    release: await plansOf(() => log.release(lease)),
    ofSubject: await plansOf(async () => {
      await log.openOf(LANE.organizationId, subjectOf(8));
      await store.write((tx) => log.lanesOf(tx, LANE.organizationId, subjectOf(8)));
    }),
    settled: await plansOf(() =>
      log.settled({ organizationId: LANE.organizationId, deliveryId: "none" }, { timeoutMs: 1_000 }),
    ),
    depth: await plansOf(() => log.depth()),
  };
}

function expectNoScan(plans: Record<string, readonly Plan[]>): void {
  for (const [name, ofStep] of Object.entries(plans)) {
    expect(ofStep.length, name).toBeGreaterThan(0);
    for (const { statement, lines } of ofStep) {
      expect(lines.filter(readsAll), `${name}: ${statement}`).toEqual([]);
    }
  }
  // The order in which a lane is worked off, and the earliest of a lane, come from an index as they are.
  for (const name of ["due", "dueLanes", "release"]) {
    expect(
      plans[name]?.flatMap(({ lines }) => lines.filter(sortsAll)),
      name,
    ).toEqual([]);
  }
}

describe("no step reads or sorts the backlog", () => {
  test("on SQLite", async () => {
    const store = await openSqlite();
    const recorder = recordQueries(store);
    const log = createDeliveryLog({ store: recorder.store });
    await fill(recorder.store, log);
    expectNoScan(await workOff(recorder, log));
    await store.close();
  });

  describe.skipIf(skipUnless(postgres.isReachable, "Postgres"))("on Postgres", () => {
    let store: Store;
    beforeAll(async () => {
      store = await openPostgres();
      const log = createDeliveryLog({ store });
      const first = { ...LANE, subjectId: "first", revision: 1, priority: 0, dueAt: 0 };
      await store.write((tx) => log.owe(tx, [first]));
      await analyze();
      await fill(store, log);
    });
    afterAll(() => store.close());
    const analyze = () => store.write((tx) => sql`analyze deliveries, sends, lanes, dead_letters`.execute(tx));

    test("planned as for the nearly empty queue that it was, and as for what it is", async () => {
      const recorder = recordQueries(store);
      const log = createDeliveryLog({ store: recorder.store, random: () => 0 });
      expectNoScan(await workOff(recorder, log));
      await analyze();
      expectNoScan(await workOff(recorder, log));
    });
  });
});
