import type { DeliveryLog, LaneRef } from "@tocsin/queue";
import type { Store } from "@tocsin/store";

/** How long each operation took, one figure a call, in milliseconds. */
export type Timings = Readonly<Record<Operation, readonly number[]>>;
type Operation = (typeof OPERATIONS)[number];
export const OPERATIONS = [
  "probe",
  "owe",
  "lease",
  "resume",
  "due",
  "seal",
  "settle",
  "release",
  "status",
  "depth",
] as const;

const BATCH_COUNT = 5;
const LEASE_MS = 30_000;
let subjectCount = 0;

/**
 * Does what an engine does: asks for lanes, owes as many deliveries as one round takes, drains that many, gives the lane
 * back. So the backlog stays as long as it is.
 */
export async function timeOperations(store: Store, log: DeliveryLog, lane: LaneRef, rounds: number): Promise<Timings> {
  const timings = Object.fromEntries(OPERATIONS.map((name) => [name, [] as number[]])) as Record<Operation, number[]>;
  const timed = async <T>(name: Operation, work: () => Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const value = await work();
    timings[name].push(performance.now() - startedAt);
    return value;
  };
  for (let round = 0; round < rounds; round += 1) {
    for (let index = 0; index < BATCH_COUNT; index += 1) {
      subjectCount += 1;
      const debt = { ...lane, subjectId: `new-${subjectCount}`, revision: 1, priority: 0, dueAt: Date.now() };
      await timed("owe", () => store.write((tx) => log.owe(tx, [debt])));
    }
    await timed("probe", () => log.dueLanes(100));
    const lease = await timed("lease", () => log.lease(lane, { leaseMs: LEASE_MS }));
    if (lease === null) throw new Error("the lane is taken");
    await timed("resume", () => log.resume(lease, BATCH_COUNT));
    const due = await timed("due", () => log.due(lease, BATCH_COUNT));
    if (due.length !== BATCH_COUNT) throw new Error(`expected ${BATCH_COUNT} deliveries, got ${due.length}`);
    const plans = due.map(({ deliveryId, revision }) => ({
      operation: { kind: "send" },
      covers: [{ deliveryId, revision }],
    }));
    const sends = await timed("seal", () => log.seal(lease, plans));
    for (const send of sends) {
      await timed("settle", () => store.write((tx) => log.settle(tx, lease, send, { kind: "delivered", value: null })));
    }
    await timed("release", () => log.release(lease));
    await timed("status", () => log.status({ minPriority: 2 }));
    await timed("depth", () => log.depth());
  }
  return timings;
}
