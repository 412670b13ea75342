import type { Alert } from "@tocsin/alert";
import type { Database, Tx } from "@tocsin/store";
import { type Insertable, type Selectable, sql } from "kysely";
import type { AlertRecord } from "../engine.ts";
import { type EngineTables, withEngine } from "../tables.ts";

function toRecord(row: Selectable<EngineTables["alerts"]>): AlertRecord {
  return {
    id: row.alert_id,
    revision: row.revision,
    alert: JSON.parse(row.alert) as Alert,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    resolvedAt: row.resolved_at,
  };
}

function toRow(organizationId: string, record: AlertRecord): Insertable<EngineTables["alerts"]> {
  return {
    organization_id: organizationId,
    alert_id: record.id,
    revision: record.revision,
    status: record.alert.status,
    severity: record.alert.severity,
    monitor_id: record.alert.monitor_id ?? null,
    dedup_key: record.alert.dedup_key ?? null,
    alert: JSON.stringify(record.alert),
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    resolved_at: record.resolvedAt,
  };
}

export async function findAlert(db: Database, organizationId: string, alertId: string): Promise<AlertRecord | null> {
  const row = await withEngine(db)
    .selectFrom("alerts")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("alert_id", "=", alertId)
    .executeTakeFirst();
  return row === undefined ? null : toRecord(row);
}

export async function findAlerts(
  db: Database,
  organizationId: string,
  alertIds: readonly string[],
): Promise<ReadonlyMap<string, AlertRecord>> {
  if (alertIds.length === 0) return new Map();
  const rows = await withEngine(db)
    .selectFrom("alerts")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("alert_id", "in", alertIds)
    .execute();
  return new Map(rows.map((row) => [row.alert_id, toRecord(row)]));
}

export async function findActiveByDedupKey(
  tx: Tx,
  organizationId: string,
  dedupKey: string,
): Promise<AlertRecord | null> {
  const row = await withEngine(tx)
    .selectFrom("alerts")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("dedup_key", "=", dedupKey)
    .where(sql<boolean>`status = 'active'`)
    .executeTakeFirst();
  return row === undefined ? null : toRecord(row);
}

/** The newest alert with that key, active or not. */
export async function findLatestByDedupKey(
  tx: Tx,
  organizationId: string,
  dedupKey: string,
): Promise<AlertRecord | null> {
  const row = await withEngine(tx)
    .selectFrom("alerts")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("dedup_key", "=", dedupKey)
    .orderBy("alert_id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : toRecord(row);
}

/** In the order of their ids, so that writers that touch several take them in one order. Not `up`s: those are no outage. */
export async function findActiveByMonitor(
  tx: Tx,
  organizationId: string,
  monitorId: string,
): Promise<readonly AlertRecord[]> {
  const rows = await withEngine(tx)
    .selectFrom("alerts")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("monitor_id", "=", monitorId)
    // Written out, so that the index of active alerts is used: a bound value could be any status.
    .where(sql<boolean>`status = 'active'`)
    .orderBy("alert_id")
    .execute();
  return rows.map(toRecord).filter(({ alert }) => alert.type !== "up");
}

export async function insertAlert(tx: Tx, organizationId: string, record: AlertRecord): Promise<void> {
  await withEngine(tx).insertInto("alerts").values(toRow(organizationId, record)).execute();
}

export async function replaceAlert(tx: Tx, organizationId: string, record: AlertRecord): Promise<void> {
  const { organization_id, alert_id, ...values } = toRow(organizationId, record);
  await withEngine(tx)
    .updateTable("alerts")
    .set(values)
    .where("organization_id", "=", organization_id)
    .where("alert_id", "=", alert_id)
    .execute();
}

/** Rows of a page, newest first, and how many there are in all. */
export async function listAlerts(
  db: Database,
  organizationId: string,
  query: {
    readonly page: number;
    readonly perPage: number;
    readonly status?: string;
    readonly severity?: string;
    readonly monitorId?: string;
  },
): Promise<{ readonly records: readonly AlertRecord[]; readonly total: number }> {
  let matching = withEngine(db).selectFrom("alerts").where("organization_id", "=", organizationId);
  if (query.status !== undefined) matching = matching.where("status", "=", query.status);
  if (query.severity !== undefined) matching = matching.where("severity", "=", query.severity);
  if (query.monitorId !== undefined) matching = matching.where("monitor_id", "=", query.monitorId);
  const { total } = await matching.select(({ fn }) => fn.countAll<number>().as("total")).executeTakeFirstOrThrow();
  const rows = await matching
    .selectAll()
    .orderBy("alert_id", "desc")
    .limit(query.perPage)
    .offset((query.page - 1) * query.perPage)
    .execute();
  return { records: rows.map(toRecord), total };
}
