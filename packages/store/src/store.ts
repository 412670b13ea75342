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

/** One database that several packages share, each with its own tables. */
export interface Store {
  /**
   * Names this opening when no other process can have the database at the same time: what is marked with another name was
   * surely abandoned. `null` for a database that several processes share.
   */
  readonly exclusiveOwner: string | null;
  /** `false` while writes wait for another process for more than a second, and after a failed commit until one succeeds. */
  isWritable(): boolean;
  /**
   * Runs `work` in a transaction and resolves with its value after the commit is on disk.
   *
   * Works that are waiting share one transaction and one commit; each stands under a savepoint of its own, so that one
   * that throws is undone alone and rejects alone. Works run one after the other in the order of the calls.
   *
   * `work` may await `tx` only: whatever else it awaited would hold everybody's commit. It may not call `write`.
   *
   * Rejects with what `work` threw, or with `STORE_BUSY` (another process holds the database longer than the busy
   * limit), `STORE_WRITE_FAILED` (the commit failed: disk full, I/O error) or `STORE_CLOSED`; then nothing of it is stored.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Sees committed data only and never waits for a writer. Read-only: a write through it is refused. */
  readonly read: Database;
  /** Finishes the writes that were accepted, then closes. Idempotent. */
  close(): Promise<void>;
}
