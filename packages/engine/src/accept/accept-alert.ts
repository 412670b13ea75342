import type { Alert, Severity } from "@tocsin/alert";
import type { DeliveryLog } from "@tocsin/queue";
import type { Store, Tx } from "@tocsin/store";
import { monotonicFactory } from "ulid";
import {
  findActiveByDedupKey,
  findActiveByMonitor,
  findAlert,
  insertAlert,
  replaceAlert,
} from "../alerts/alert-rows.ts";
import type { AcceptResult, AlertRecord } from "../engine.ts";
import { chooseDestinations, type OrganizationConfig } from "../routing/routing.ts";
import { currentTraceparent } from "../telemetry.ts";
import { contentFingerprint, findIngestAnswer, keepIngestAnswer } from "./ingest-keys.ts";
import { firstRevision, nextRevision } from "./revise.ts";

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
  const fingerprint = contentFingerprint(alert);
  return store.write(async (tx) => {
    if (idempotencyKey !== undefined) {
      const answer = await findIngestAnswer(tx, organizationId, idempotencyKey, nowMs);
      if (answer !== null) return replay(tx, organizationId, answer, fingerprint);
    }
    const change = await reviseAlert(tx, alert, options);
    const resolved = await resolveMonitor(tx, alert, change.record.id, options);
    const laneIds = new Set<string>();
    for (const record of [change.record, ...resolved]) {
      for (const laneId of await raise(tx, record, options, traceparent)) laneIds.add(laneId);
    }
    if (idempotencyKey !== undefined) {
      const answer = { fingerprint, alertId: change.record.id, kind: change.kind };
      await keepIngestAnswer(tx, organizationId, idempotencyKey, answer, nowMs);
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

/** Makes the next revision of the active alert with the same key, or a new alert. */
async function reviseAlert(
  tx: Tx,
  alert: Alert,
  { organizationId, nowMs }: AcceptOptions,
): Promise<{ readonly kind: "created" | "updated"; readonly record: AlertRecord }> {
  const current =
    alert.dedup_key === undefined ? null : await findActiveByDedupKey(tx, organizationId, alert.dedup_key);
  if (current !== null) {
    const record = nextRevision(current, alert, nowMs);
    await replaceAlert(tx, organizationId, record);
    return { kind: "updated", record };
  }
  const record = firstRevision(`alt_${nextId(nowMs).toLowerCase()}`, alert, nowMs);
  await insertAlert(tx, organizationId, record);
  return { kind: "created", record };
}

/** An `up` ends every active alert of its monitor. */
async function resolveMonitor(
  tx: Tx,
  alert: Alert,
  exceptId: string,
  { organizationId, nowMs }: AcceptOptions,
): Promise<readonly AlertRecord[]> {
  if (alert.type !== "up" || alert.monitor_id === undefined) return [];
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

async function raise(
  tx: Tx,
  record: AlertRecord,
  { log, organizationId, config, nowMs }: AcceptOptions,
  traceparent: string | undefined,
): Promise<readonly string[]> {
  const laneIds = chooseDestinations(record.alert, config);
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
