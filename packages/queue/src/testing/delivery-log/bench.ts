import type { Json, Outcome } from "@tocsin/alert/plugin";
import type { Store } from "@tocsin/store";
import type { DeliveryLog, Lease, OwedDelivery, Send, Settlement } from "../../delivery-log.ts";
import type { LaneRef } from "../../lane-ref.ts";
import type { RetryPolicy } from "../../retry.ts";

/** What a log under test is to be made with. */
export interface DeliveryLogSetup {
  /** Epoch milliseconds. The log keeps to this clock alone, which is moved forwards and backwards. */
  readonly now: () => number;
  /** In [0, 1]. */
  readonly random: () => number;
  readonly retry: Partial<RetryPolicy>;
}

export interface DeliveryLogUnderTest {
  readonly log: DeliveryLog;
  /** Another log on the same tables that shares no lease with the first, as one in another process would be. */
  createRival(): DeliveryLog;
  /** Runs a work in a transaction of the log's database. */
  readonly write: Store["write"];
  close(): Promise<void>;
}

export interface DeliveryLogHarness {
  /** A log over empty tables. Called once in every test. */
  create(setup: DeliveryLogSetup): Promise<DeliveryLogUnderTest>;
}

export const LANE = { organizationId: "default", laneId: "alerts" };
export const LEASE_MS = 30_000;
export const HOUR_MS = 3_600_000;
export const delivered = { kind: "delivered", value: null } as const;
export const retryable = { kind: "retryable", reason: "server-error" } as const;
export const unknown = { kind: "unknown", reason: "answer-lost" } as const;
export const rejected = { kind: "rejected", reason: "invalid-form" } as const;

export interface OweOptions {
  readonly revision?: number;
  readonly priority?: number;
  readonly dueAt?: number;
  readonly laneId?: string;
  readonly organizationId?: string;
}

/** A log with a clock that the test owns, and the steps that most tests take. */
export interface Bench extends AsyncDisposable {
  readonly log: DeliveryLog;
  readonly write: Store["write"];
  createRival(): DeliveryLog;
  now(): number;
  /** Moves the clock; backwards when it is negative. */
  step(ms: number): void;
  owe(subjectId: string, options?: OweOptions): Promise<OwedDelivery>;
  lease(log?: DeliveryLog, lane?: LaneRef): Promise<Lease>;
  /** Seals one call for each delivery that is due; its operation says which revision of what it shows. */
  sealDue(lease: Lease, maxCount?: number): Promise<readonly Send[]>;
  settle(lease: Lease, send: Send | undefined, outcome: Outcome<unknown>): Promise<Settlement>;
  /** Lease, seal one, settle, release. */
  settleOne(outcome: Outcome<unknown>): Promise<{ readonly settlement: Settlement; readonly nextDueAt: number | null }>;
  /** Makes a dead letter of a subject, and gives its id. */
  kill(subjectId: string, options?: OweOptions & { readonly outcome?: Outcome<unknown> }): Promise<string>;
}

export type OpenBench = (retry?: Partial<RetryPolicy>) => Promise<Bench>;

const START_AT = 1_800_000_000_000;

export const subjects = (rows: readonly { readonly subjectId: string }[]): readonly string[] =>
  rows.map(({ subjectId }) => subjectId);

const shows = ({ subjectId, revision }: { readonly subjectId: string; readonly revision: number }): Json => ({
  text: `${subjectId}@${revision}`,
});

export function createOpenBench(harness: DeliveryLogHarness): OpenBench {
  return async (retry = {}) => {
    let nowMs = START_AT;
    const now = () => nowMs;
    const { log, createRival, write, close } = await harness.create({ now, random: () => 1, retry });

    async function owe(subjectId: string, options: OweOptions = {}): Promise<OwedDelivery> {
      const { revision = 1, priority = 0, dueAt = nowMs, laneId = LANE.laneId } = options;
      const { organizationId = LANE.organizationId } = options;
      const debt = { organizationId, laneId, subjectId, revision, priority, dueAt };
      const [owed] = await write((tx) => log.owe(tx, [debt]));
      return owed as OwedDelivery;
    }

    async function lease(on = log, lane: LaneRef = LANE): Promise<Lease> {
      const taken = await on.lease(lane, { leaseMs: LEASE_MS });
      if (taken === null) throw new Error("the lane is taken");
      return taken;
    }

    async function sealDue(held: Lease, maxCount = 10): Promise<readonly Send[]> {
      const due = await log.due(held, maxCount);
      return log.seal(
        held,
        due.map((delivery) => ({
          operation: shows(delivery),
          covers: [{ deliveryId: delivery.deliveryId, revision: delivery.revision }],
        })),
      );
    }

    const settle = (held: Lease, send: Send | undefined, outcome: Outcome<unknown>) =>
      write((tx) => log.settle(tx, held, send as Send, outcome));

    async function settleOne(outcome: Outcome<unknown>) {
      const held = await lease();
      const [send] = await sealDue(held, 1);
      const settlement = await settle(held, send, outcome);
      return { settlement, nextDueAt: (await log.release(held)).nextDueAt };
    }

    return {
      log,
      write,
      createRival,
      now,
      step(ms) {
        nowMs += ms;
      },
      owe,
      lease,
      sealDue,
      settle,
      settleOne,
      async kill(subjectId, { outcome = rejected, ...options } = {}) {
        const { organizationId, laneId } = await owe(subjectId, options);
        const held = await lease(log, { organizationId, laneId });
        const send = (await sealDue(held)).find(({ covers }) => subjects(covers).includes(subjectId));
        const settlement = await settle(held, send, outcome);
        await log.release(held);
        if (settlement.kind !== "dead") throw new Error(`not dead but ${settlement.kind}`);
        nowMs += 1;
        return settlement.deadLetterIds[0] as string;
      },
      [Symbol.asyncDispose]: close,
    };
  };
}
