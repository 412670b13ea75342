import type { Outcome } from "@tocsin/alert/plugin";
import type { DeliveryOutcome } from "./delivery-log.ts";

/** What the database says of deliveries: those that are not in it are settled. */
export type LookUp = (
  organizationId: string,
  deliveryIds: readonly string[],
) => Promise<ReadonlyMap<string, { readonly kind: "pending" } | Exclude<Outcome<never>, { kind: "delivered" }>>>;

export interface SettledWaiters {
  wait(
    delivery: { readonly organizationId: string; readonly deliveryId: string },
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<DeliveryOutcome<unknown>>;
  /** Says that a transaction, which has not ended yet, settles these deliveries with this value. */
  tell(organizationId: string, deliveryIds: readonly string[], value: unknown): void;
}

interface Waiter {
  readonly organizationId: string;
  readonly deliveryId: string;
  readonly resolve: (outcome: DeliveryOutcome<unknown>) => void;
  /** What a settlement in this process was given. */
  value: unknown;
  /** How often the database is still looked at soon: a settlement was told of, and its commit is near. */
  soonCount: number;
}

const POLL_MS = 250;
const SOON_MS = 5;
const SOON_COUNT = 50;
const MAX_LOOK_UP_COUNT = 100;
/** Longer times would end a timer at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Waits for deliveries to leave the database. What is told in this process only makes it look sooner, and lends the value:
 * the transaction that tells may still be undone. One timer serves all who wait, and there is none while nobody does.
 */
export function createSettledWaiters(lookUp: LookUp): SettledWaiters {
  const waiters = new Map<string, Set<Waiter>>();
  let timer: NodeJS.Timeout | null = null;
  let isLooking = false;
  let allAt = 0;

  const keyOf = (organizationId: string, deliveryId: string) => `${organizationId}\n${deliveryId}`;
  const all = () => [...waiters.values()].flatMap((set) => [...set]);

  function end(waiter: Waiter, outcome: DeliveryOutcome<unknown>): void {
    const key = keyOf(waiter.organizationId, waiter.deliveryId);
    const set = waiters.get(key);
    set?.delete(waiter);
    if (set?.size === 0) waiters.delete(key);
    waiter.resolve(outcome);
  }

  async function lookAt(group: readonly Waiter[]): Promise<void> {
    for (const [organizationId, ofOne] of Map.groupBy(group, (waiter) => waiter.organizationId)) {
      for (let start = 0; start < ofOne.length; start += MAX_LOOK_UP_COUNT) {
        const batch = ofOne.slice(start, start + MAX_LOOK_UP_COUNT);
        const found = await lookUp(organizationId, [...new Set(batch.map(({ deliveryId }) => deliveryId))]);
        for (const waiter of batch) {
          const outcome = found.get(waiter.deliveryId);
          if (outcome === undefined) end(waiter, { kind: "delivered", value: waiter.value });
          else if (outcome.kind !== "pending") end(waiter, outcome);
        }
      }
    }
  }

  function schedule(): void {
    clearTimeout(timer ?? undefined);
    timer = null;
    if (isLooking || waiters.size === 0) return;
    const isSoon = all().some(({ soonCount }) => soonCount > 0);
    timer = setTimeout(look, isSoon ? SOON_MS : Math.max(0, allAt - performance.now()));
  }

  async function look(): Promise<void> {
    const isForAll = performance.now() >= allAt;
    if (isForAll) allAt = performance.now() + POLL_MS;
    const group = all().filter((waiter) => waiter.soonCount-- > 0 || isForAll);
    isLooking = true;
    try {
      await lookAt(group);
    } catch {
      // A database that is away for a moment is asked again; whoever waits has a time limit of its own.
    }
    isLooking = false;
    schedule();
  }

  return {
    async wait({ organizationId, deliveryId }, { timeoutMs, signal }) {
      const { promise, resolve } = Promise.withResolvers<DeliveryOutcome<unknown>>();
      const waiter: Waiter = { organizationId, deliveryId, resolve, value: null, soonCount: 0 };
      const key = keyOf(organizationId, deliveryId);
      const set = waiters.get(key) ?? new Set();
      waiters.set(key, set.add(waiter));
      const giveUp = () => end(waiter, { kind: "pending" });
      const deadline = setTimeout(giveUp, Math.min(timeoutMs, MAX_TIMER_MS));
      signal?.addEventListener("abort", giveUp, { once: true });
      try {
        if (signal?.aborted) giveUp();
        else await lookAt([waiter]).catch(() => undefined);
        allAt = Math.max(allAt, performance.now() + POLL_MS);
        schedule();
        return await promise;
      } finally {
        clearTimeout(deadline);
        signal?.removeEventListener("abort", giveUp);
        schedule();
      }
    },
    tell(organizationId, deliveryIds, value) {
      let isWanted = false;
      for (const deliveryId of deliveryIds) {
        for (const waiter of waiters.get(keyOf(organizationId, deliveryId)) ?? []) {
          waiter.value = value;
          waiter.soonCount = SOON_COUNT;
          isWanted = true;
        }
      }
      if (isWanted) schedule();
    },
  };
}
