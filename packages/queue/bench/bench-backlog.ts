import { createDeliveryLog, type DeliveryLog } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { isQuickBench, reportRow } from "@tocsin/testkit";
import { sql } from "kysely";
import type { BenchStores } from "./bench-stores.ts";
import { fillBacklog } from "./fill-backlog.ts";
import { OPERATIONS, timeOperations } from "./time-operations.ts";

const LANE = { organizationId: "default", laneId: "alerts" };
/** Its deliveries are held back, and would go first if they were not. */
const HELD_LANE = { organizationId: "default", laneId: "held" };
const SIZES = isQuickBench() ? [1_000, 10_000, 50_000] : [1_000, 100_000, 1_000_000];
const ROUNDS = isQuickBench() ? 3 : 10;
const ROUNDS_AT_ONCE = 5;
/** Few, since a plan that reads everything takes seconds. */
const BURST_ROUNDS = 3;
const HOUR_MS = 3_600_000;
const HELD_DUE_COUNT = 5;
const MIB = 2 ** 20;
const OPERATION_NAMES = [...OPERATIONS, "due behind held"] as const;

interface Backlog {
  readonly size: number;
  readonly store: Store;
  readonly log: DeliveryLog;
}

/** One figure a call, in milliseconds. */
type Timings = Record<(typeof OPERATION_NAMES)[number], number[]>;

/**
 * What each operation of the log costs with few and with many deliveries queued in the same lane.
 *
 * Postgres plans by what it knows of a table. A queue is nearly empty most of the time, and that is what Postgres knows when
 * a burst comes, until it looks again a minute later: so its operations are measured both before and after that.
 */
export async function benchBacklog(name: string, stores: BenchStores): Promise<void> {
  const backlogs: Backlog[] = [];
  for (const size of SIZES) backlogs.push(await prepare(await stores.open(), size));
  if (backlogs.some(({ store }) => store.dialect === "postgres")) {
    await measureAll(`${name}, planned as for an empty queue`, backlogs, { rounds: BURST_ROUNDS, atOnce: 1 });
    for (const { store } of backlogs) await analyze(store);
  }
  for (const backlog of backlogs) reportMemory(name, backlog.size, await memoryOf(backlog));
  await measureAll(name, backlogs, { rounds: ROUNDS, atOnce: ROUNDS_AT_ONCE });
}

/** The databases take turns, so that a slow moment of the machine hits all of them. */
async function measureAll(
  name: string,
  backlogs: readonly Backlog[],
  { rounds, atOnce }: { readonly rounds: number; readonly atOnce: number },
): Promise<void> {
  const measured = backlogs.map((backlog) => ({ ...backlog, timings: noTimings() }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { store, log, timings } of measured) {
      const figures = await timeOperations(store, log, LANE, atOnce);
      for (const operation of OPERATIONS) timings[operation].push(...figures[operation]);
      timings["due behind held"].push(await timeHeld(log));
    }
  }
  for (const operation of OPERATION_NAMES) {
    for (const { size, timings } of measured) reportTime(name, operation, size, timings[operation]);
  }
}

const noTimings = () => Object.fromEntries(OPERATION_NAMES.map((operation) => [operation, []])) as unknown as Timings;

const analyze = (store: Store) => store.write((tx) => sql`analyze deliveries`.execute(tx));

async function prepare(store: Store, size: number): Promise<Backlog> {
  const log = createDeliveryLog({ store });
  const debt = { ...LANE, revision: 1, priority: 0, dueAt: Date.now() - HOUR_MS };
  if (store.dialect === "postgres") {
    await fillBacklog(store, log, debt, 1);
    // From here on Postgres looks at the table when it is told to, and never in the middle of a measurement.
    await store.write((tx) => sql`alter table deliveries set (autovacuum_enabled = false)`.execute(tx));
    await analyze(store);
  }
  await fillBacklog(store, log, debt, size);
  await fillBacklog(store, log, { ...debt, ...HELD_LANE, priority: 2, dueAt: Date.now() + HOUR_MS }, size / 10);
  await fillBacklog(store, log, { ...debt, ...HELD_LANE, priority: 1 }, HELD_DUE_COUNT);
  return { size, store, log };
}

/** How much the process grows while 100 deliveries are drained: what it keeps must not depend on what is queued. */
async function memoryOf({ store, log }: Backlog): Promise<number> {
  const rounds = isQuickBench() ? 10 : 20;
  // Once unmeasured: compiled code and caches of a fixed size grow the first time only.
  await timeOperations(store, log, LANE, rounds);
  gc?.();
  const before = process.memoryUsage.rss();
  await timeOperations(store, log, LANE, rounds);
  gc?.();
  return (process.memoryUsage.rss() - before) / MIB;
}

async function timeHeld(log: DeliveryLog): Promise<number> {
  const lease = await log.lease(HELD_LANE, { leaseMs: HOUR_MS });
  if (lease === null) throw new Error("the lane is taken");
  const startedAt = performance.now();
  const due = await log.due(lease, HELD_DUE_COUNT);
  const tookMs = performance.now() - startedAt;
  await log.release(lease);
  if (due.length !== HELD_DUE_COUNT) throw new Error(`expected ${HELD_DUE_COUNT} deliveries, got ${due.length}`);
  return tookMs;
}

const candidateOf = (size: number): string => `${size.toLocaleString("en-US")} queued`;
const BASELINE = candidateOf(SIZES[0] as number);

function reportTime(name: string, operation: string, size: number, timesMs: readonly number[]): void {
  const sorted = timesMs.map((timeMs) => timeMs * 1_000).sort((left, right) => left - right);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] as number;
  const question = { bench: `queue backlog, ${name}`, case: operation, unit: "µs", baseline: BASELINE };
  reportRow({ ...question, candidate: candidateOf(size), value: at(0.5), range: [at(0.05), at(0.95)] });
}

function reportMemory(name: string, size: number, mebibytes: number): void {
  const question = { bench: `queue backlog, ${name}`, case: "growth of the process", unit: "MiB" };
  reportRow({ ...question, candidate: candidateOf(size), value: mebibytes, note: "resident, while draining" });
}
