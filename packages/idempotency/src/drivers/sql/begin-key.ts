import { sql } from "kysely";
import type { BeginResult, IdempotencyToken } from "../../idempotency-store.ts";
import type { Json } from "../../json.ts";
import { later, type SqlNow } from "./clock.ts";
import { extendLease } from "./held-key.ts";
import type { SqlTx } from "./sql-database.ts";
import { withKeys } from "./tables.ts";

interface Begin {
  readonly token: IdempotencyToken;
  readonly fingerprint: string;
  readonly leaseMs: number;
  readonly now: SqlNow;
}

/**
 * One statement where the key is free. It waits for another transaction that has the same key under way, and locks the row
 * also where it changes nothing, so that what is read next stays true until this transaction ends
 * (https://www.postgresql.org/docs/current/sql-insert.html, "all rows will be locked", read 2026-11).
 */
export async function beginKey(tx: SqlTx, begin: Begin): Promise<BeginResult> {
  const { token, fingerprint, leaseMs, now } = begin;
  const start = {
    fingerprint,
    token: token.id,
    lease_ends_at: later(now, leaseMs),
    ends_at: later(now, Math.max(leaseMs, token.ttlMs)),
    value: null,
  };
  const started = await withKeys(tx)
    .insertInto("idempotency_keys")
    .values({ scope: token.scope, idempotency_key: token.key, ...start })
    .onConflict((conflict) =>
      conflict
        .columns(["scope", "idempotency_key"])
        .doUpdateSet(start)
        .where((where) =>
          where.or([
            where("idempotency_keys.ends_at", "<=", now()),
            where.and([
              where("idempotency_keys.value", "is", null),
              where("idempotency_keys.lease_ends_at", "<=", now()),
              where("idempotency_keys.fingerprint", "=", fingerprint),
            ]),
          ]),
        ),
    )
    .returning(sql<number>`lease_ends_at - ${now()}`.as("left_ms"))
    .executeTakeFirst();
  if (started === undefined) return await readKey(tx, begin);
  // The insert had computed its lease before it waited for another transaction.
  if (Number(started.left_ms) < leaseMs / 2) await extendLease(tx, token, leaseMs, now);
  return { kind: "started", token };
}

/** What is known of a key that may not be started. */
async function readKey(tx: SqlTx, { token, fingerprint, now }: Begin): Promise<BeginResult> {
  const row = await withKeys(tx)
    .selectFrom("idempotency_keys")
    .select(["fingerprint", "value", sql<number>`lease_ends_at - ${now()}`.as("left_ms")])
    .where("scope", "=", token.scope)
    .where("idempotency_key", "=", token.key)
    .executeTakeFirstOrThrow();
  if (row.fingerprint !== fingerprint) return { kind: "conflict" };
  if (row.value !== null) return { kind: "replayed", value: JSON.parse(row.value) as Json };
  return { kind: "in-flight", retryAfterMs: Math.max(1, Number(row.left_ms)) };
}
