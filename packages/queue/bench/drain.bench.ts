/** Deliveries drained in a second: leased, planned, sealed, answered at once and settled. */
import { createDeliveryLog, type DeliveryLog, type Lease } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { compare, isQuickBench, ratePerSecond, reportMissing } from "@tocsin/testkit";
import { postgresStores, sqliteStores } from "./bench-stores.ts";

const BENCH = "queue";
const COUNT = isQuickBench() ? 200 : 1_000;
/** As many as an engine has on the wire for one lane. */
const BATCH_COUNT = 5;
const LEASE_MS = 60_000;

interface Candidate {
  readonly name: string;
  readonly store: Store;
  readonly log: DeliveryLog;
}

let laneCount = 0;

/** Owes `COUNT` deliveries to new lanes, unmeasured, and gives how fast the lanes are drained side by side. */
async function drainRate({ store, log }: Candidate, lanes: number): Promise<number> {
  const names = Array.from({ length: lanes }, () => {
    laneCount += 1;
    return { organizationId: "default", laneId: `lane-${laneCount}` };
  });
  for (let index = 0; index < COUNT; index += 100) {
    const debts = Array.from({ length: 100 }, (_, offset) => ({
      ...(names[(index + offset) % lanes] as (typeof names)[number]),
      subjectId: `subject-${index + offset}`,
      revision: 1,
      priority: 0,
      dueAt: Date.now(),
    }));
    await store.write((tx) => log.owe(tx, debts));
  }
  return ratePerSecond(COUNT, () =>
    Promise.all(
      names.map(async (lane) => {
        const lease = await log.lease(lane, { leaseMs: LEASE_MS });
        if (lease === null) throw new Error("the lane is taken");
        while (await drainBatch(store, log, lease));
        await log.release(lease);
      }),
    ),
  );
}

/** One round as an engine makes it. Tells whether there was anything. */
async function drainBatch(store: Store, log: DeliveryLog, lease: Lease): Promise<boolean> {
  await log.resume(lease, BATCH_COUNT);
  const due = await log.due(lease, BATCH_COUNT);
  if (due.length === 0) return false;
  const plans = due.map(({ deliveryId, revision }) => ({
    operation: { kind: "send" },
    covers: [{ deliveryId, revision }],
  }));
  const sends = await log.seal(lease, plans);
  await Promise.all(
    sends.map((send) => store.write((tx) => log.settle(tx, lease, send, { kind: "delivered", value: null }))),
  );
  return true;
}

await using sqlite = await sqliteStores();
await using postgres = await postgresStores();
const candidates: Candidate[] = [];
for (const [name, stores] of [
  ["SQLite", sqlite],
  ["Postgres", postgres],
] as const) {
  if (stores === null) {
    reportMissing({ bench: BENCH, case: "drain", candidate: name }, name);
    continue;
  }
  const store = await stores.open();
  candidates.push({ name, store, log: createDeliveryLog({ store }) });
}
for (const lanes of [1, 20]) {
  await compare({
    bench: BENCH,
    case: `drain, ${lanes === 1 ? "one lane" : `${lanes} lanes`}`,
    unit: "deliveries/s",
    candidates: Object.fromEntries(candidates.map((candidate) => [candidate.name, () => drainRate(candidate, lanes)])),
  });
}
