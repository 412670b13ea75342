import { createHash } from "node:crypto";
import type { Alert } from "@tocsin/alert";
import type { Tx } from "@tocsin/store";
import { withEngine } from "../tables.ts";

/** How long the first answer to an idempotency key is kept. */
const INGEST_KEY_TTL_MS = 24 * 60 * 60 * 1000;

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

/** Identity of what was sent: the same fields with the same values, in any order. */
export const contentFingerprint = (alert: Alert): string =>
  createHash("sha256").update(JSON.stringify(alert, sortKeys)).digest("base64url");

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

/** Deletes up to `maxCount` keys that have expired, and tells how many. */
export async function pruneIngestKeys(tx: Tx, nowMs: number, maxCount: number): Promise<number> {
  const db = withEngine(tx);
  const expired = await db
    .selectFrom("ingest_keys")
    .select(["organization_id", "idempotency_key"])
    .where("expires_at", "<=", nowMs)
    .limit(maxCount)
    .execute();
  for (const row of expired) {
    await db
      .deleteFrom("ingest_keys")
      .where("organization_id", "=", row.organization_id)
      .where("idempotency_key", "=", row.idempotency_key)
      .execute();
  }
  return expired.length;
}
