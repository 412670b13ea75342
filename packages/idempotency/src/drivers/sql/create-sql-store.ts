import { randomUUID } from "node:crypto";
import { checkBegin, checkInteger, checkLease, checkMaxValueBytes } from "../../check.ts";
import type { IdempotencyStore } from "../../idempotency-store.ts";
import { encodeValue } from "../../json.ts";
import { DEFAULT_MAX_VALUE_BYTES } from "../../limits.ts";
import { beginKey } from "./begin-key.ts";
import { callerNow, postgresNow } from "./clock.ts";
import { translateFailures } from "./failures.ts";
import { extendLease, freeKey, keepValue } from "./held-key.ts";
import { pruneKeys } from "./prune-keys.ts";
import type { SqlDatabase, SqlTx } from "./sql-database.ts";

export interface SqlStoreOptions {
  /** Migrated with `idempotencyMigrations`. The caller closes it. */
  readonly database: SqlDatabase;
  /** Epoch milliseconds, for SQLite. On Postgres the server's clock rules. @default Date.now */
  readonly now?: () => number;
  /** Longest result, in bytes of JSON, 1 to 16 MiB. @default 65_536 */
  readonly maxValueBytes?: number;
}

/** An {@link IdempotencyStore} in a SQL database. */
export interface SqlStore extends IdempotencyStore<SqlTx> {
  /**
   * Deletes up to `maxCount` (1 to 100,000) records that have ended, and tells how many: fewer than `maxCount` means that no
   * more were to be had. Call it regularly; nothing else depends on it.
   */
  prune(options: { readonly maxCount: number }): Promise<number>;
}

/**
 * Keeps keys in SQLite or Postgres. With `tx` a call is part of the caller's transaction: one statement for a start, one for
 * its result.
 *
 * On Postgres `begin` waits for a transaction that has the same key under way, and answers by how that ends. Who begins
 * several keys in one transaction does so in a fixed order, or two of them may wait for each other (Postgres ends one).
 *
 * Calls without `tx` reject with `IDEMPOTENCY_UNAVAILABLE` for what the database throws; calls with it let that through.
 */
export function createSqlStore(options: SqlStoreOptions): SqlStore {
  const { database, maxValueBytes = DEFAULT_MAX_VALUE_BYTES } = options;
  checkMaxValueBytes(maxValueBytes);
  const isPostgres = database.dialect === "postgres";
  const now = isPostgres ? postgresNow : callerNow(options.now ?? Date.now);

  const run = <T>(tx: SqlTx | undefined, work: (tx: SqlTx) => Promise<T>): Promise<T> =>
    tx === undefined ? translateFailures(() => database.write(work)) : work(tx);

  return {
    specVersion: 1,
    capabilities: { clock: isPostgres ? "server" : "caller", shared: isPostgres, transactional: true },
    async begin(key, beginOptions) {
      const { fingerprint, leaseMs, ttlMs, tx } = beginOptions;
      const token = { ...checkBegin(key, beginOptions), id: randomUUID(), ttlMs };
      return await run(tx, (inside) => beginKey(inside, { token, fingerprint, leaseMs, now }));
    },
    async extend(token, leaseMs) {
      checkLease(leaseMs);
      return await run(undefined, (inside) => extendLease(inside, token, leaseMs, now));
    },
    async complete(token, value, tx) {
      const text = encodeValue(value, maxValueBytes);
      return await run(tx, (inside) => keepValue(inside, token, text, now));
    },
    abandon: (token, tx) => run(tx, (inside) => freeKey(inside, token)),
    async prune({ maxCount }) {
      checkInteger("maxCount", maxCount, 1, 100_000);
      return await run(undefined, (inside) => pruneKeys(inside, database.dialect, maxCount, now));
    },
  };
}
