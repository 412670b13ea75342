import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";

/** A database handle that knows no tables: a package widens it by `tx.withTables<ItsTables>()`. */
export type Database = Kysely<Record<never, never>>;

/** The handle inside a write. Valid until the work's promise settles. */
export type Tx = Database;

/**
 * The tables of one package, as steps that only go forward. Step names sort in the order in which they run
 * (`0001-deliveries`); a published step is never edited.
 */
export interface MigrationSet {
  /** Prefix of the set's own bookkeeping table; letters and underscores. */
  readonly name: string;
  readonly migrations: Readonly<Record<string, Pick<Migration, "up">>>;
}

/**
 * One database that several packages share, each with its own tables. A plain object of functions that need no `this`: it
 * may be spread to change a part of it.
 */
export interface Store {
  /** Which SQL the database speaks, for the few statements that are not the same in both. */
  readonly dialect: "sqlite" | "postgres";
  /**
   * Names this opening when no other process can have the database at the same time: what is marked with another name was
   * surely abandoned. `null` for a database that several processes share.
   */
  readonly exclusiveOwner: string | null;
  /**
   * Resolves once the database was reached and migrated: at once for SQLite, which is both when it is handed over. While
   * Postgres cannot be reached it stays pending, and the store goes on trying.
   *
   * Rejects with `STORE_MIGRATION_FAILED`, after which the store is of no use, or with `STORE_CLOSED`, and with nothing else.
   */
  ready(): Promise<void>;
  /**
   * Whether writes go through as far as is known, for a readiness check.
   *
   * - SQLite: `false` while writes wait for another process for more than a second, and after a failed commit until one
   *   succeeds. Asking then makes the store try an empty one.
   * - Postgres: `false` until `ready`, and from the loss of a connection until the database answers again. The store asks by
   *   itself, so it turns `true` also when nobody writes.
   */
  isWritable(): boolean;
  /**
   * Runs `work` in a transaction and resolves with its value after the commit is on disk.
   *
   * Works that are waiting share one transaction and one commit; each stands under a savepoint of its own, so that one
   * that throws is undone alone and rejects alone.
   *
   * - SQLite: works run one after the other in the order of the calls, and each sees all that were before it.
   * - Postgres: up to `writerCount` such groups run at the same time, in this process and in others, as READ COMMITTED.
   *   A work sees what was committed before each of its statements, and the works before it in its own group. Two works
   *   over the same rows can overtake each other between two statements: one that decides by what it has read calls `lock`
   *   first, or decides in one statement. A work that meets a lock for long, a deadlock or a serialisation failure is undone
   *   and run again, at last in a transaction of its own.
   *
   * So `work` may run more than once, must have no effect outside `tx`, and is started anew with nothing of its last run.
   * It may await `tx` only: whatever else it awaited would hold everybody's commit. It may not call `write`. After an error
   * of a statement it must throw: Postgres takes nothing more in that transaction, and the write is then refused as
   * `STORE_WRITE_FAILED`.
   *
   * Rejects with what `work` threw (a failed constraint is the database's own error), or with one of these; but for
   * `STORE_COMMIT_UNKNOWN` nothing of the work is stored then:
   *
   * - `STORE_BUSY` (retryable): another transaction was in the way for longer than the limit
   * - `STORE_WRITE_FAILED`: the commit failed (disk full, I/O error)
   * - `STORE_UNAVAILABLE` (retryable): Postgres cannot be reached, or went away before the commit
   * - `STORE_COMMIT_UNKNOWN` (retryable): Postgres went away between commit and answer. The work may be stored: repeat it
   *   under a key that tells whether it was
   * - `STORE_MIGRATION_FAILED`: `ready` rejected with it
   * - `STORE_CLOSED`
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Within a write: waits until no other transaction has one of `keys`, and keeps them until this one ends. Works over the
   * same key run one after the other from here on, in all processes, and what is read after it is not overtaken.
   *
   * Keys are any strings; they are taken in one fixed order, so that two works with the same keys in any order do not wait
   * for each other for ever. Call it once, as the first thing of a work, with everything it needs; a key taken twice is taken
   * once. With SQLite there is nothing to wait for: works run one at a time anyway.
   *
   * `tx` is the very handle that `work` was given; anything else rejects with `STORE_LOCK_OUTSIDE_WRITE`. Let whatever it
   * rejects with leave the work: the store may then run the work again.
   */
  lock(tx: Tx, keys: readonly string[]): Promise<void>;
  /**
   * Sees committed data only and never waits for a writer. Read-only: a write through it is refused.
   *
   * Queries reject with `STORE_UNAVAILABLE` while Postgres cannot be reached, `STORE_BUSY` when they took too long or every
   * connection was taken, and `STORE_CLOSED`.
   */
  readonly read: Database;
  /** Finishes the writes that were accepted, then closes. Idempotent. */
  close(): Promise<void>;
}
