import { TocsinError } from "@tocsin/errors";
import { Migrator } from "kysely/migration";
import type { Database, MigrationSet } from "./store.ts";

/**
 * Brings every set to its newest step, each under its own bookkeeping table. The caller sees to it that nobody else does the
 * same meanwhile, and that all of it is one transaction.
 *
 * Throws `STORE_MIGRATION_FAILED` when a step fails (the step is undone) and when the database has steps that this
 * program does not know, which means that a newer version has already opened it.
 */
export async function migrate(db: Database, sets: readonly MigrationSet[]): Promise<void> {
  for (const set of sets) {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve({ ...set.migrations }) },
      migrationTableName: `${set.name}_migrations`,
      migrationLockTableName: `${set.name}_migrations_lock`,
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) {
      throw new TocsinError(
        `cannot bring the tables of "${set.name}" up to date: a step failed, or a newer version of the program has already opened this database`,
        { code: "STORE_MIGRATION_FAILED", cause: error },
      );
    }
  }
}
