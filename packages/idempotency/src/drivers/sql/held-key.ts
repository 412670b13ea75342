import { sql } from "kysely";
import type { IdempotencyToken } from "../../idempotency-store.ts";
import { later, type SqlNow } from "./clock.ts";
import type { SqlTx } from "./sql-database.ts";
import { withKeys } from "./tables.ts";

/** Changes the key if the token is its newest, has no result yet and the record has not ended. */
async function updateHeld(
  tx: SqlTx,
  token: IdempotencyToken,
  now: SqlNow,
  change: { readonly [column in "lease_ends_at" | "ends_at"]?: ReturnType<SqlNow> } & { readonly value?: string },
): Promise<boolean> {
  const { numUpdatedRows } = await withKeys(tx)
    .updateTable("idempotency_keys")
    .set(change)
    .where("scope", "=", token.scope)
    .where("idempotency_key", "=", token.key)
    .where("token", "=", token.id)
    .where("value", "is", null)
    .where("ends_at", ">", now())
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

export async function extendLease(
  tx: SqlTx,
  token: IdempotencyToken,
  leaseMs: number,
  now: SqlNow,
): Promise<"extended" | "lease-lost"> {
  const endsAt = later(now, leaseMs);
  const isHeld = await updateHeld(tx, token, now, {
    lease_ends_at: endsAt,
    ends_at: sql<number>`case when ends_at > ${endsAt} then ends_at else ${endsAt} end`,
  });
  return isHeld ? "extended" : "lease-lost";
}

export async function keepValue(
  tx: SqlTx,
  token: IdempotencyToken,
  value: string,
  now: SqlNow,
): Promise<"stored" | "lease-lost"> {
  if (await updateHeld(tx, token, now, { value, ends_at: later(now, token.ttlMs) })) return "stored";
  const kept = await withKeys(tx)
    .selectFrom("idempotency_keys")
    .select("token")
    .where("scope", "=", token.scope)
    .where("idempotency_key", "=", token.key)
    .where("token", "=", token.id)
    .where("value", "is not", null)
    .where("ends_at", ">", now())
    .executeTakeFirst();
  return kept === undefined ? "lease-lost" : "stored";
}

export async function freeKey(tx: SqlTx, token: IdempotencyToken): Promise<void> {
  await withKeys(tx)
    .deleteFrom("idempotency_keys")
    .where("scope", "=", token.scope)
    .where("idempotency_key", "=", token.key)
    .where("token", "=", token.id)
    .where("value", "is", null)
    .execute();
}
