import { createHash } from "node:crypto";
import type { Alert } from "@tocsin/alert";
import type { Tx } from "@tocsin/store";
import { withEngine } from "../tables.ts";

/** How long the first answer to an idempotency key is kept. */
const INGEST_KEY_TTL_MS = 24 * 60 * 60 * 1000;

/** Identity of what was sent: the same bytes of the same fields. */
export const contentFingerprint = (alert: Alert): string =>
  createHash("sha256").update(JSON.stringify(alert)).digest("base64url");

export interface IngestAnswer {
  readonly fingerprint: string;
  readonly alertId: string;
  readonly kind: "created" | "updated";
}

/** The first answer to a key, unless it has expired. */
export async function findIngestAnswer(
  tx: Tx,
  organizationId: string,
  idempotencyKey: string,
  nowMs: number,
): Promise<IngestAnswer | null> {
  const row = await withEngine(tx)
    .selectFrom("ingest_keys")
    .select(["fingerprint", "alert_id", "kind"])
    .where("organization_id", "=", organizationId)
    .where("idempotency_key", "=", idempotencyKey)
    .where("expires_at", ">", nowMs)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { fingerprint: row.fingerprint, alertId: row.alert_id, kind: row.kind === "updated" ? "updated" : "created" };
}

/** Keeps the first answer to a key; one that has expired is replaced. */
export async function keepIngestAnswer(
  tx: Tx,
  organizationId: string,
  idempotencyKey: string,
  answer: IngestAnswer,
  nowMs: number,
): Promise<void> {
  const values = {
    fingerprint: answer.fingerprint,
    alert_id: answer.alertId,
    kind: answer.kind,
    expires_at: nowMs + INGEST_KEY_TTL_MS,
  };
  await withEngine(tx)
    .insertInto("ingest_keys")
    .values({ organization_id: organizationId, idempotency_key: idempotencyKey, ...values })
    .onConflict((conflict) => conflict.columns(["organization_id", "idempotency_key"]).doUpdateSet(values))
    .execute();
}

/** Deletes what has expired. */
export async function pruneIngestKeys(tx: Tx, nowMs: number): Promise<void> {
  await withEngine(tx).deleteFrom("ingest_keys").where("expires_at", "<=", nowMs).execute();
}
