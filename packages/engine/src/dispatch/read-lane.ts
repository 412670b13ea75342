import type { Delivery, DeliveryLog, Lease } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { findAlerts } from "../alerts/alert-rows.ts";
import type { AlertRecord } from "../engine.ts";
import { entriesOfLane, entriesOfMessages } from "../ledger/ledger.ts";
import type { LedgerEntry } from "../ledger/ledger-entry.ts";
import { isShared } from "../plan/next-step.ts";
import type { PlanInput } from "../plan/plan-lane.ts";
import type { LaneView } from "../routing/lane-view.ts";
import { type ConditionSource, conditionsNow } from "./conditions-now.ts";
import type { LaneMemory } from "./lane-memory.ts";

export interface ReadLaneOptions extends ConditionSource {
  readonly store: Store;
  readonly log: DeliveryLog;
  readonly memory: LaneMemory;
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
    conditions: await conditionsNow(organizationId, [...records.values()], options),
    oldEditsRefusedUntil: memory.oldEditsRefusedUntil(lease),
    sealed: shared.sealed,
    strict: new Set(subjectIds.filter((id) => memory.strict.has(lease, id, subjects.get(id)?.revision ?? 0))),
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
