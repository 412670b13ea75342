import type { Alert, Severity } from "@tocsin/alert";
import type { DeliveryLog } from "@tocsin/queue";
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
import { chooseDestinations, type OrganizationConfig } from "../routing/routing.ts";
import { currentTraceparent } from "../telemetry.ts";
import { contentFingerprint, findIngestAnswer, keepIngestAnswer } from "./ingest-keys.ts";
import { firstRevision, nextRevision, resolvedAlert } from "./revise.ts";

/** Sorts after every earlier one, also within one millisecond: a list is newest first by its ids. */
const nextId = monotonicFactory();

/** What is sent first when a lane is behind. */
export const PRIORITY: Readonly<Record<Severity, number>> = { critical: 2, warn: 1, info: 0 };

export interface AcceptOptions {
  readonly store: Store;
  readonly log: DeliveryLog;
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

/** Everything that accepting an alert writes, in one transaction. The alert's channels are known by now. */
export function acceptAlert(alert: Alert, options: AcceptOptions): Promise<Accepted> {
  const { store, organizationId, idempotencyKey, nowMs } = options;
  const traceparent = currentTraceparent();
  const idempotency =
    idempotencyKey === undefined ? null : { key: idempotencyKey, fingerprint: contentFingerprint(alert) };
  return store.write(async (tx) => {
    if (idempotency !== null) {
      const answer = await findIngestAnswer(tx, organizationId, idempotency.key, nowMs);
      if (answer !== null) return replay(tx, organizationId, answer, idempotency.fingerprint);
    }
    const change = await reviseAlert(tx, alert, options);
    const resolved = await resolveMonitor(tx, alert, change.record.id, options);
    const laneIds = new Set<string>();
    for (const record of change.isNews ? [change.record, ...resolved] : resolved) {
      for (const laneId of await raise(tx, record, options, traceparent)) laneIds.add(laneId);
    }
    if (idempotency !== null) {
      const { key, fingerprint } = idempotency;
      const answer = { fingerprint, alertId: change.record.id, kind: change.kind };
      await keepIngestAnswer(tx, organizationId, key, answer, nowMs);
    }
    return { result: { kind: change.kind, record: change.record, replayed: false }, laneIds: [...laneIds] };
  });
}

async function replay(
  tx: Tx,
  organizationId: string,
  answer: { readonly fingerprint: string; readonly alertId: string; readonly kind: "created" | "updated" },
  fingerprint: string,
): Promise<Accepted> {
  if (answer.fingerprint !== fingerprint) return { result: { kind: "idempotency-mismatch" }, laneIds: [] };
  const record = await findAlert(tx, organizationId, answer.alertId);
  if (record === null) return { result: { kind: "idempotency-mismatch" }, laneIds: [] };
  return { result: { kind: answer.kind, record, replayed: true }, laneIds: [] };
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
  const before = new Set([
    ...(await lanesThatShow(tx, organizationId, record.id)),
    ...(await log.lanesOf(tx, organizationId, record.id)),
  ]);
  if (record.alert.status === "resolved" && before.size > 0) return [...before];
  return [...new Set([...chosen, ...before])];
}

async function raise(
  tx: Tx,
  record: AlertRecord,
  options: AcceptOptions,
  traceparent: string | undefined,
): Promise<readonly string[]> {
  const { log, organizationId, nowMs } = options;
  const laneIds = await lanesFor(tx, record, options);
  const debts = laneIds.map((laneId) => ({
    organizationId,
    laneId,
    subjectId: record.id,
    revision: record.revision,
    priority: PRIORITY[record.alert.severity],
    dueAt: nowMs,
    ...(traceparent === undefined ? {} : { traceparent }),
  }));
  await log.owe(tx, debts);
  return laneIds;
}
