import type { Outcome } from "@tocsin/alert/plugin";
import type { DeliveryLog, Lease, Send, Settlement } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { expect } from "vitest";
import type { World } from "./world.ts";

export const LANE = { organizationId: "default", laneId: "alerts" };
const LEASE_MS = 30_000;

/** Works on the lane as an engine would, but stops wherever it is told to. */
export interface Worker {
  call(outcomes: readonly Outcome<null>["kind"][], isPacked: boolean): Promise<void>;
  answer(): Promise<void>;
  release(): Promise<void>;
  isIdle(): boolean;
}

export interface WorkerOptions {
  readonly log: DeliveryLog;
  readonly store: Store;
  readonly world: World;
  /** The newest fence that anybody was given. */
  readonly newest: { fence: number };
  /** All that is in the database. */
  readonly snapshot: () => Promise<unknown>;
}

const outcomeOf = (kind: Outcome<null>["kind"]): Outcome<null> =>
  kind === "delivered"
    ? { kind, value: null }
    : { kind, reason: kind === "rejected" ? "invalid-form" : "server-error" };

export function createWorker({ log, store, world, newest, snapshot }: WorkerOptions): Worker {
  let lease: Lease | null = null;
  let unanswered: { readonly send: Send; readonly outcome: Outcome<null> }[] = [];

  async function nextSends(held: Lease, isPacked: boolean): Promise<readonly Send[]> {
    const resumed = await log.resume(held, 2);
    const due = await log.due(held, 3);
    const covers = due.map(({ deliveryId, subjectId }) => ({
      deliveryId,
      revision: world.wanted(subjectId),
      subjectId,
    }));
    const groups = isPacked && covers.length > 0 ? [covers] : covers.map((cover) => [cover]);
    const plans = groups.map((group) => ({
      operation: group.map(({ subjectId, revision }) => `${subjectId}@${revision}`),
      covers: group,
    }));
    return [...resumed, ...(await log.seal(held, plans))];
  }

  return {
    isIdle: () => unanswered.length === 0,
    async call(outcomes, isPacked) {
      if (unanswered.length > 0) return;
      if (lease === null) {
        lease = await log.lease(LANE, { leaseMs: LEASE_MS });
        if (lease === null) return;
        expect(lease.fence).toBeGreaterThan(newest.fence);
        newest.fence = lease.fence;
      }
      const sends = await nextSends(lease, isPacked);
      if (lease.fence !== newest.fence) {
        expect(sends).toEqual([]);
        lease = null;
      }
      for (const [index, send] of sends.entries()) {
        const kind = outcomes[index] ?? "delivered";
        world.call(send, kind);
        unanswered.push({ send, outcome: outcomeOf(kind) });
      }
    },
    async answer() {
      const [first, ...rest] = unanswered;
      if (first === undefined || lease === null) return;
      const held = lease;
      const isNewest = held.fence === newest.fence;
      const before = isNewest ? null : await snapshot();
      const settlement = await store.write((tx) => log.settle(tx, held, first.send, first.outcome));
      unanswered = rest;
      if (!isNewest) {
        expect(settlement).toEqual({ kind: "fenced" });
        expect(await snapshot()).toEqual(before);
        return;
      }
      admit(world, first.send, first.outcome, settlement);
    },
    async release() {
      if (lease === null || unanswered.length > 0) return;
      await log.release(lease);
      lease = null;
    },
  };
}

function admit(world: World, send: Send, outcome: Outcome<null>, settlement: Settlement): void {
  expect(settlement.kind).not.toBe("fenced");
  if (settlement.kind !== "settled" && settlement.kind !== "dead") return;
  const isMaybeDone = outcome.kind === "delivered" || outcome.kind === "unknown";
  world.admit(send, send.lostAnswerCount + (isMaybeDone ? 1 : 0));
}
