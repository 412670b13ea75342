import type { Alert } from "@tocsin/alert";
import type { SqlStore } from "@tocsin/idempotency/drivers/sql";
import type { Debt, DeliveryLog } from "@tocsin/queue";
import type { Store, Tx } from "@tocsin/store";
import { monotonicFactory } from "ulid";
import {
  findActiveByDedupKey,
  findActiveByMonitor,
  findAlert,
  findLatestByDedupKey,
  insertAlert,
  replaceAlert,
} from "../alerts/alert-rows.ts";
import type { AcceptResult, AlertRecord } from "../engine.ts";
import { lanesThatShow } from "../ledger/ledger.ts";
import { PRIORITY } from "../priority.ts";
import { chooseDestinations, type OrganizationConfig } from "../routing/routing.ts";
import { currentTraceparent } from "../telemetry.ts";
import { acceptOnce, ingestKeyOf } from "./ingest-keys.ts";
import { firstRevision, nextRevision, resolvedAlert } from "./revise.ts";

/** Sorts after every earlier one, also within one millisecond: a list is newest first by its ids. */
const nextId = monotonicFactory();

export interface AcceptOptions {
  readonly store: Store;
  readonly log: DeliveryLog;
  readonly keys: SqlStore;
  readonly organizationId: string;
  readonly config: OrganizationConfig;
  readonly idempotencyKey?: string | undefined;
  readonly nowMs: number;
}

/** The answer, and the lanes that have something to do now. */
export interface Accepted {
  readonly result: AcceptResult;
  readonly laneIds: readonly string[];
}

/** What an alert that was not seen before became. */
interface NewlyAccepted extends Accepted {
  readonly result: Extract<AcceptResult, { readonly kind: "created" | "updated" }>;
}

/** Everything that accepting an alert writes, in one transaction. The alert's channels are known by now. */
export function acceptAlert(alert: Alert, options: AcceptOptions): Promise<Accepted> {
  const { store, keys, organizationId, idempotencyKey } = options;
  const traceparent = currentTraceparent();
  const ingestKey = idempotencyKey === undefined ? null : ingestKeyOf(organizationId, idempotencyKey, alert);
  return store.write(async (tx) => {
    await store.lock(tx, rivalKeys(alert, organizationId));
    if (ingestKey === null) return accept(tx, alert, options, traceparent);
    const once = await acceptOnce(keys, tx, ingestKey, async () => {
      const value = await accept(tx, alert, options, traceparent);
      return { answer: { alertId: value.result.record.id, kind: value.result.kind }, value };
    });
    if (once.kind === "accepted") return once.value;
    const record = once.kind === "replayed" ? await findAlert(tx, organizationId, once.answer.alertId) : null;
    if (once.kind === "mismatch" || record === null) return { result: { kind: "idempotency-mismatch" }, laneIds: [] };
    return { result: { kind: once.answer.kind, record, replayed: true }, laneIds: [] };
  });
}

/** Alerts that are about the same thing are accepted one after the other: each decides by what the last one left. */
const rivalKeys = (alert: Alert, organizationId: string): readonly string[] => [
  ...(alert.dedup_key === undefined ? [] : [`${organizationId} dedup_key ${alert.dedup_key}`]),
  ...(alert.monitor_id === undefined ? [] : [`${organizationId} monitor_id ${alert.monitor_id}`]),
];

async function accept(
  tx: Tx,
  alert: Alert,
  options: AcceptOptions,
  traceparent: string | undefined,
): Promise<NewlyAccepted> {
  const change = await reviseAlert(tx, alert, options);
  const resolved = await resolveMonitor(tx, alert, change.record.id, options);
  const debts: Debt[] = [];
  for (const record of change.isNews ? [change.record, ...resolved] : resolved) {
    debts.push(...(await debtsFor(tx, record, options, traceparent)));
  }
  // In one call: the log takes rows in one order, so that two of these never wait for each other.
  await options.log.owe(tx, debts);
  return {
    result: { kind: change.kind, record: change.record, replayed: false },
    laneIds: [...new Set(debts.map(({ laneId }) => laneId))],
  };
}

interface Change {
  readonly kind: "created" | "updated";
  readonly record: AlertRecord;
  /** Whether anything is different now. */
  readonly isNews: boolean;
}

/** Makes the next revision of the active alert with the same key, or a new alert. */
async function reviseAlert(tx: Tx, alert: Alert, { organizationId, nowMs }: AcceptOptions): Promise<Change> {
  const content: Alert = endsOutage(alert) ? { ...alert, status: "resolved" } : alert;
  const key = content.dedup_key;
  const current = key === undefined ? null : await findActiveByDedupKey(tx, organizationId, key);
  if (current === null && key !== undefined && content.status === "resolved") {
    // Tools repeat their resolves: what is over already is not news, and not another alert.
    const latest = await findLatestByDedupKey(tx, organizationId, key);
    if (latest !== null) return { kind: "updated", record: latest, isNews: false };
  }
  if (current !== null) {
    const next = content.status === "resolved" ? resolvedAlert(current.alert, content) : content;
    const record = nextRevision(current, next, nowMs);
    await replaceAlert(tx, organizationId, record);
    return { kind: "updated", record, isNews: true };
  }
  const record = firstRevision(`alt_${nextId(nowMs).toLowerCase()}`, content, nowMs);
  await insertAlert(tx, organizationId, record);
  return { kind: "created", record, isNews: true };
}

/** Whether an alert says that its monitor is well again, and so is nothing that is still going on. */
const endsOutage = (alert: Alert): boolean => alert.type === "up" && alert.monitor_id !== undefined;

/** An `up` ends every active alert of its monitor. */
async function resolveMonitor(
  tx: Tx,
  alert: Alert,
  exceptId: string,
  { organizationId, nowMs }: AcceptOptions,
): Promise<readonly AlertRecord[]> {
  if (!endsOutage(alert) || alert.monitor_id === undefined) return [];
  const active = await findActiveByMonitor(tx, organizationId, alert.monitor_id);
  const resolved: AlertRecord[] = [];
  for (const current of active) {
    if (current.id === exceptId) continue;
    const record = nextRevision(current, { ...current.alert, status: "resolved" }, nowMs);
    await replaceAlert(tx, organizationId, record);
    resolved.push(record);
  }
  return resolved;
}

/**
 * Where a revision is owed: where routes send it, and wherever an earlier one is shown or owed, or else that message would
 * stay as it was. A resolve goes only to the latter, if there is any: it is news to nobody else.
 */
async function lanesFor(tx: Tx, record: AlertRecord, options: AcceptOptions): Promise<readonly string[]> {
  const { log, organizationId, config } = options;
  const chosen = chooseDestinations(record.alert, config);
  if (record.revision === 1) return chosen;
  // Debts first: a settlement that is committed in between moves a lane from these to those, and not back.
  const owing = await log.lanesOf(tx, organizationId, record.id);
  const before = new Set([...owing, ...(await lanesThatShow(tx, organizationId, record.id))]);
  if (record.alert.status === "resolved" && before.size > 0) return [...before];
  return [...new Set([...chosen, ...before])];
}

async function debtsFor(
  tx: Tx,
  record: AlertRecord,
  options: AcceptOptions,
  traceparent: string | undefined,
): Promise<readonly Debt[]> {
  const { organizationId, nowMs } = options;
  const laneIds = await lanesFor(tx, record, options);
  return laneIds.map((laneId) => ({
    organizationId,
    laneId,
    subjectId: record.id,
    revision: record.revision,
    priority: PRIORITY[record.alert.severity],
    dueAt: nowMs,
    ...(traceparent === undefined ? {} : { traceparent }),
  }));
}
