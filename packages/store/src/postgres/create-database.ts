import { type DatabaseIntrospector, Kysely, PostgresAdapter, PostgresDialect, type PostgresPool, sql } from "kysely";
import type { Database } from "../store.ts";

/**
 * Kysely over a pool, with two things made fit for migrations in a database that others use too.
 *
 * Its migrator takes no lock of its own: that one belongs to the session and outlives a transaction that failed, and letting
 * go of it fails there and hides why the step failed. And it looks for its tables in its own schema only: it would take a
 * table of the same name in any other for its own, and would fail when somebody drops a schema meanwhile.
 */
export function createDatabase(pool: PostgresPool): Database {
  const dialect = new PostgresDialect({ pool });
  const adapter = new PostgresAdapter();
  adapter.acquireMigrationLock = async () => {};
  adapter.releaseMigrationLock = async () => {};
  return new Kysely({
    dialect: {
      createAdapter: () => adapter,
      createDriver: () => dialect.createDriver(),
      createIntrospector: createOwnIntrospector,
      createQueryCompiler: () => dialect.createQueryCompiler(),
    },
  });
}

/** Knows the names of the tables in the schema that new tables are made in, and nothing more about them. */
function createOwnIntrospector(db: Kysely<never>): DatabaseIntrospector {
  return {
    async getSchemas() {
      const { rows } = await sql<{ name: string }>`select current_schema() as name`.execute(db);
      return rows;
    },
    async getTables() {
      const { rows } = await sql<{ name: string; schema: string }>`
        select relname as name, nspname as schema
        from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where relkind in ('r', 'p') and nspname = current_schema()`.execute(db);
      return rows.map((table) => ({ ...table, isView: false, isForeign: false, columns: [] }));
    },
  };
}
