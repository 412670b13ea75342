import type { Store } from "@tocsin/store";
import { ulid } from "ulid";
import type { DeliveryLog } from "../delivery-log.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "../retry.ts";
import { countDeadLetters, deadLettersOf } from "./dead-letters.ts";
import { dropLease, takeLease } from "./leases.ts";
import {
  closeDeliveries,
  dueDeliveries,
  holdDeliveries,
  lanesOfSubject,
  openDeliveries,
  openSummary,
} from "./open-deliveries.ts";
import { owe } from "./owe.ts";
import { dueLanes, nextDueAt } from "./probe.ts";
import { resumeSends, sealSends } from "./sends.ts";
import { replanSend, settleSend } from "./settle.ts";

export interface DeliveryLogOptions {
  /** Opened with `queueMigrations`. The caller closes it. */
  readonly store: Store;
  readonly retry?: Partial<RetryPolicy>;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
  /** Uniform in [0, 1), for jitter. @default Math.random */
  readonly random?: () => number;
}

/**
 * A delivery log on a SQL store. On a store that is exclusive all logs are one lease owner, so that they share the lanes;
 * elsewhere each log is an owner of its own.
 */
export function createDeliveryLog(options: DeliveryLogOptions): DeliveryLog {
  const { store, now = Date.now, random = Math.random } = options;
  const retry = { ...DEFAULT_RETRY, ...options.retry };
  const owner = store.exclusiveOwner ?? ulid();
  return {
    owe: (tx, debts) => owe(tx, debts, now()),
    lease: (lane, { leaseMs }) => takeLease(store, { lane, owner, leaseMs, nowMs: now() }),
    resume: (lease, maxCount) => resumeSends(store, lease, maxCount, now()),
    due: (lease, maxCount) => dueDeliveries(store.read, lease, { nowMs: now(), maxCount }),
    seal: (lease, plans) => sealSends(store, lease, plans, now()),
    settle: (tx, lease, send, outcome) => settleSend(tx, lease, send, outcome, { retry, random, nowMs: now() }),
    replan: (tx, lease, send) => replanSend(tx, lease, send, now()),
    close: closeDeliveries,
    hold: holdDeliveries,
    async release(lease) {
      await store.write((tx) => dropLease(tx, lease));
      return { nextDueAt: await nextDueAt(store.read, lease) };
    },
    dueLanes: (maxCount) => dueLanes(store.read, { nowMs: now(), maxCount, soleOwner: store.exclusiveOwner }),
    lanesOf: lanesOfSubject,
    openOf: (organizationId, subjectId) => openDeliveries(store.read, organizationId, subjectId),
    deadOf: (organizationId, subjectId) => deadLettersOf(store.read, organizationId, subjectId),
    async status({ minPriority = Number.MIN_SAFE_INTEGER } = {}) {
      const { openCount, oldestCreatedAt } = await openSummary(store.read, minPriority);
      return { openDeliveryCount: openCount, deadLetterCount: await countDeadLetters(store.read), oldestCreatedAt };
    },
  };
}
