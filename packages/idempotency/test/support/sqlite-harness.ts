import { createSqlStore, idempotencyMigrations, type SqlTx } from "@tocsin/idempotency/drivers/sql";
import type { IdempotencyHarness } from "@tocsin/idempotency/testing";
import { createFakeClock } from "@tocsin/testkit";
import { openSqliteDatabase } from "./sqlite-database.ts";

/** Runs every step of the driver's migrations. */
export async function migrate(db: SqlTx): Promise<void> {
  for (const { up } of Object.values(idempotencyMigrations.migrations)) await up(db);
}

export const sqliteHarness: IdempotencyHarness<SqlTx> = {
  name: "sqlite",
  capabilities: { clock: "caller", shared: false, transactional: true },
  async create() {
    const clock = createFakeClock();
    const database = openSqliteDatabase(":memory:");
    await migrate(database.db);
    return {
      store: createSqlStore({ database, now: clock.now }),
      advance: async (ms) => clock.advance(ms),
      transaction: (work) => database.write(work),
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    };
  },
};
