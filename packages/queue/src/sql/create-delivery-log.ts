import type { Meter } from "@opentelemetry/api";
import { TocsinError } from "@tocsin/errors";
import type { Store } from "@tocsin/store";
import { ulid } from "ulid";
import type { DeliveryLog, DeliveryOutcome, Lease } from "../delivery-log.ts";
import { createQueueCounters } from "../queue-counters.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "../retry.ts";
import { createSettledWaiters } from "../settled-waiters.ts";
import type { CallContext } from "./context.ts";
import { deadLettersOf, findDeadLetter, listDeadLetters } from "./dead-letters.ts";
import { queueDepth } from "./depth.ts";
import { dueDeliveries } from "./due-deliveries.ts";
import { dropLease, takeLease } from "./leases.ts";
import { lookUpDeliveries } from "./look-up.ts";
import { createMoment, type StoredClock } from "./moment.ts";
import { closeDeliveries, holdDeliveries, lanesOfSubject, openDeliveries, sealedSubjects } from "./open-deliveries.ts";
import { owe } from "./owe.ts";
import { dueLanes, nextDueAt, type ProbeCursor } from "./probe.ts";
import { purge } from "./purge.ts";
import { redrive } from "./redrive.ts";
import { redriveMany } from "./redrive-many.ts";
import { resumeSends, sealSends } from "./sends.ts";
import { replanSend, settleSend } from "./settle.ts";

export interface DeliveryLogOptions {
  /** Opened with `queueMigrations`. The caller closes it. */
  readonly store: Store;
  readonly retry?: Partial<RetryPolicy>;
  /** Epoch milliseconds. Times that go in and out of the log are this clock's. @default Date.now */
  readonly now?: () => number;
  /**
   * The clock that leases, pauses and due times are kept in. `database` (Postgres only): several processes need not agree on
   * the time. `caller`: that of `now`; for tests with a clock of their own. @default database on Postgres, caller on SQLite
   */
  readonly clock?: StoredClock;
  /** Uniform in [0, 1), for jitter. @default Math.random */
  readonly random?: () => number;
  /** Where settlements, retries and fenced writes are counted. @default the global provider's, as it is at this moment */
  readonly meter?: Meter;
}

/** In another order each time, so that processes that ask at once do not all try the same lanes first. */
function shuffle<T>(items: readonly T[], random: () => number): readonly T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.min(last, Math.floor(random() * (last + 1)));
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
  }
  return shuffled;
}

/**
 * A delivery log on a SQL store, SQLite or Postgres. On a store that is exclusive all logs are one lease owner, so that
 * they share the lanes; elsewhere each log is an owner of its own.
 *
 * Throws `QUEUE_INVALID_OPTION` for the clock of a database that has none.
 */
export function createDeliveryLog(options: DeliveryLogOptions): DeliveryLog {
  const { store, now = Date.now, random = Math.random } = options;
  const retry = { ...DEFAULT_RETRY, ...options.retry };
  const owner = store.exclusiveOwner ?? ulid();
  const counters = createQueueCounters(options.meter);
  const waiters = createSettledWaiters((organizationId, ids) => lookUpDeliveries(store.read, organizationId, ids));
  const locksRows = store.dialect === "postgres";
  const clock = options.clock ?? (locksRows ? "database" : "caller");
  if (clock === "database" && !locksRows) {
    throw new TocsinError("SQLite has no clock of its own: leave the clock to the caller", {
      code: "QUEUE_INVALID_OPTION",
    });
  }
  const context = (): CallContext => ({ store, locksRows, moment: createMoment(clock, now()) });
  let probeCursor: ProbeCursor = null;

  const tellSettled = (lease: Lease, ended: readonly { readonly deliveryId: string }[], value: unknown) =>
    waiters.tell(
      lease.organizationId,
      ended.map(({ deliveryId }) => deliveryId),
      value,
    );

  return {
    owe: (tx, debts) => owe(tx, debts, context()),
    lease: (lane, { leaseMs }) => takeLease(context(), { lane, owner, leaseMs }),
    resume: (lease, maxCount) => resumeSends(context(), lease, maxCount),
    due: (lease, maxCount) => dueDeliveries(context(), lease, maxCount),
    async seal(lease, plans) {
      const sends = await sealSends(context(), lease, plans);
      if (sends.length < plans.length) counters.fenced();
      return sends;
    },
    async settle(tx, lease, send, outcome, { unfinished = [] } = {}) {
      const settlement = await settleSend(tx, lease, send, outcome, { ...context(), retry, random, unfinished });
      counters.settled(outcome, settlement);
      if (settlement.kind === "settled" || settlement.kind === "dead") {
        tellSettled(lease, send.covers, outcome.kind === "delivered" ? outcome.value : null);
      }
      return settlement;
    },
    async replan(tx, lease, send) {
      const isDone = await replanSend(tx, lease, send, context());
      if (!isDone) counters.fenced();
      return isDone;
    },
    async close(tx, lease, shown) {
      await closeDeliveries(tx, lease, shown, context());
      tellSettled(lease, shown, null);
    },
    hold: (tx, lease, holds) => holdDeliveries(tx, lease, holds, context()),
    async release(lease) {
      await store.write((tx) => dropLease(tx, lease));
      return { nextDueAt: await nextDueAt(context(), lease) };
    },
    async dueLanes(maxCount) {
      const { lanes, cursor } = await dueLanes(context(), maxCount, probeCursor);
      probeCursor = cursor;
      return store.exclusiveOwner === null ? shuffle(lanes, random) : lanes;
    },
    lanesOf: lanesOfSubject,
    sealedOf: (lane, subjectIds) => sealedSubjects(store.read, lane, subjectIds),
    openOf: (organizationId, subjectId) => openDeliveries(context(), organizationId, subjectId),
    deadOf: (organizationId, subjectId) => deadLettersOf(store.read, organizationId, subjectId),
    deadLetters: (organizationId, query = {}) => listDeadLetters(store.read, organizationId, query),
    deadLetter: (organizationId, deadLetterId) => findDeadLetter(store.read, organizationId, deadLetterId),
    redrive(tx, organizationId, deadLetterIds, redriveOptions = {}) {
      const dueAtOf = () => now();
      return redrive(tx, { ...redriveOptions, organizationId, deadLetterIds, dueAtOf }, context());
    },
    redriveMany: (organizationId, manyOptions) => redriveMany(organizationId, manyOptions, context),
    purge: (organizationId, selection, purgeOptions = {}) =>
      purge({ store, locksRows }, organizationId, selection, purgeOptions),
    settled: <T>(...given: Parameters<typeof waiters.wait>) => waiters.wait(...given) as Promise<DeliveryOutcome<T>>,
    async status({ minPriority = Number.MIN_SAFE_INTEGER } = {}) {
      const { open, deadLetterCount } = await queueDepth(context());
      const asked = open.filter(({ priority }) => priority >= minPriority);
      return {
        openDeliveryCount: open.reduce((sum, { count }) => sum + count, 0),
        deadLetterCount,
        oldestCreatedAt: asked.length === 0 ? null : Math.min(...asked.map(({ oldestCreatedAt }) => oldestCreatedAt)),
      };
    },
    depth: () => queueDepth(context()),
  };
}
