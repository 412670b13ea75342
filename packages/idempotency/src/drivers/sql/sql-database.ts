import type { Kysely } from "kysely";

/** A Kysely handle or transaction, whatever its tables. */
// biome-ignore lint/suspicious/noExplicitAny: Kysely is invariant in its tables, so that only `any` takes everybody's handle.
export type SqlTx = Kysely<any>;

/** What the driver needs of a database. `@tocsin/store`'s `Store` is one; on plain Kysely it is two lines. */
export interface SqlDatabase {
  readonly dialect: "sqlite" | "postgres";
  /**
   * Runs `work` in a transaction and resolves with its value after the commit. On Postgres: READ COMMITTED. May run several
   * works in one transaction when each has a savepoint.
   */
  write<T>(work: (tx: SqlTx) => Promise<T>): Promise<T>;
}
