import type { Delivery, DeliveryLog, Lease } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { findAlerts } from "../alerts/alert-rows.ts";
import type { AlertRecord } from "../engine.ts";
import { entriesOfLane, entriesOfMessages } from "../ledger/ledger.ts";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import type { Condition } from "../plan/condition.ts";
import { isShared } from "../plan/next-step.ts";
import type { PlanInput } from "../plan/plan-lane.ts";
import type { LaneView } from "../routing/lane-view.ts";
import type { LaneMemory } from "./lane-memory.ts";

/** Tells which of some alerts are to be kept quiet about, and until when. */
export type ConditionsOf = (
  organizationId: string,
  records: readonly AlertRecord[],
) => Promise<ReadonlyMap<string, Condition>>;

export interface ReadLaneOptions {
  readonly store: Store;
  readonly log: DeliveryLog;
  readonly memory: LaneMemory;
  readonly conditionsOf: ConditionsOf;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** Reads all that a plan for some due deliveries depends on. */
export async function readLane(
  lease: Lease,
  deliveries: readonly Delivery[],
  { destination, deliveryOf }: LaneView,
  options: ReadLaneOptions,
): Promise<PlanInput> {
  const { store, memory, now } = options;
  const { organizationId } = lease;
  const subjectIds = deliveries.map(({ subjectId }) => subjectId);
  const [records, ledger] = await Promise.all([
    findAlerts(store.read, organizationId, subjectIds),
    entriesOfLane(store.read, lease, subjectIds),
  ]);
  const shared = await readShared(lease, ledger, options);
  const subjects = new Map([...shared.subjects, ...records]);
  return {
    nowMs: now(),
    destination,
    capabilities: destination.transport.capabilities,
    deliveries,
    subjects,
    ledger: new Map([...shared.ledger, ...ledger]),
    deliveryOf,
    conditions: await conditions(organizationId, [...records.values()], options),
    oldEditsRefusedUntil: memory.oldEditsRefusedUntil(lease),
    sealed: shared.sealed,
    strict: new Set(subjectIds.filter((id) => memory.isStrict(lease, id, subjects.get(id)?.revision ?? 0))),
  };
}

interface SharedState {
  readonly subjects: ReadonlyMap<string, AlertRecord>;
  readonly ledger: ReadonlyMap<string, LedgerEntry>;
  readonly sealed: ReadonlySet<string>;
}

const NOTHING_SHARED: SharedState = { subjects: new Map(), ledger: new Map(), sealed: new Set() };

/** The others that are shown by the same messages: those are edited as a whole. */
async function readShared(
  lease: Lease,
  ledger: ReadonlyMap<string, LedgerEntry>,
  { store, log }: ReadLaneOptions,
): Promise<SharedState> {
  const messageIds = new Set([...ledger.values()].filter(isShared).map(({ messageId }) => messageId));
  if (messageIds.size === 0) return NOTHING_SHARED;
  const entries = await entriesOfMessages(store.read, lease, [...messageIds]);
  const memberIds = entries.map(({ subjectId }) => subjectId);
  const [subjects, sealed] = await Promise.all([
    findAlerts(store.read, lease.organizationId, memberIds),
    log.sealedOf(lease, memberIds),
  ]);
  return { subjects, sealed, ledger: new Map(entries.map((entry) => [entry.subjectId, entry])) };
}

/** Conditions are looked at again at least so often: no database stores a time without an end. */
const MAX_CONDITION_MS = 86_400_000;

/** Where nobody can say whether to keep quiet, or what was said is over, an alert is shown. */
async function conditions(
  organizationId: string,
  records: readonly AlertRecord[],
  { conditionsOf, now, onError }: ReadLaneOptions,
): Promise<ReadonlyMap<string, Condition>> {
  try {
    const found = await conditionsOf(organizationId, records);
    const nowMs = now();
    return new Map(
      [...found].flatMap(([id, { kind, untilAt }]): [string, Condition][] =>
        untilAt > nowMs ? [[id, { kind, untilAt: Math.min(untilAt, nowMs + MAX_CONDITION_MS) }]] : [],
      ),
    );
  } catch (error) {
    onError(error);
    return new Map();
  }
}
