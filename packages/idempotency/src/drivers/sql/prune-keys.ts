import { sql } from "kysely";
import type { SqlNow } from "./clock.ts";
import type { SqlDatabase, SqlTx } from "./sql-database.ts";

/** Deletes up to `maxCount` records that have ended, and tells how many. */
export async function pruneKeys(
  tx: SqlTx,
  dialect: SqlDatabase["dialect"],
  maxCount: number,
  now: SqlNow,
): Promise<number> {
  const ended = sql`from idempotency_keys where ends_at <= ${now()} order by ends_at limit ${maxCount}`;
  // Postgres: what somebody starts anew just now is skipped, so that nobody waits; an array, since a plan may run a bare
  // subquery more than once, each time with other rows.
  const statement =
    dialect === "postgres"
      ? sql`delete from idempotency_keys where ctid = any(array(select ctid ${ended} for update skip locked))`
      : sql`delete from idempotency_keys where rowid in (select rowid ${ended})`;
  const { numAffectedRows } = await statement.execute(tx);
  return Number(numAffectedRows ?? 0n);
}
