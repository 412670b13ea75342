import { setTimeout as sleep } from "node:timers/promises";
import { createSqlStore, type SqlDatabase, type SqlTx } from "@tocsin/idempotency/drivers/sql";
import type { IdempotencyHarness } from "@tocsin/idempotency/testing";
import { randomPrefix, sharedPostgres } from "@tocsin/testkit";
import { Kysely, PostgresDialect, sql } from "kysely";
import { Pool } from "pg";
import { migrate } from "./sqlite-harness.ts";

/** A schema of a test's own in a Postgres server. */
export interface PostgresSchema extends AsyncDisposable {
  readonly name: string;
  readonly db: SqlTx;
  readonly database: SqlDatabase;
}

/** A schema as the driver takes it. */
export function openPostgresDatabase(url: string, schema: string): SqlDatabase & { readonly db: SqlTx } {
  const pool = new Pool({
    connectionString: url,
    application_name: schema,
    options: `-c search_path=${schema}`,
    max: 10,
  });
  // A server that goes away breaks connections on which nothing is asked, and an event without a listener ends the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  const db = new Kysely<Record<never, never>>({ dialect: new PostgresDialect({ pool }) });
  return { dialect: "postgres", db, write: (work) => db.transaction().execute(work) };
}

/** Creates an empty schema with the driver's table; disposing drops it. */
export async function createPostgresSchema(url: string): Promise<PostgresSchema> {
  const name = randomPrefix();
  const database = openPostgresDatabase(url, name);
  await sql`create schema ${sql.id(name)}`.execute(database.db);
  await migrate(database.db);
  return {
    name,
    db: database.db,
    database,
    async [Symbol.asyncDispose]() {
      await sql`drop schema ${sql.id(name)} cascade`.execute(database.db);
      await database.db.destroy();
    },
  };
}

export const postgresHarness: IdempotencyHarness<SqlTx> = {
  name: "postgres",
  capabilities: { clock: "server", shared: true, transactional: true },
  async create() {
    const { url } = await sharedPostgres();
    const schema = await createPostgresSchema(url);
    const other = openPostgresDatabase(url, schema.name);
    return {
      store: createSqlStore({ database: schema.database }),
      other: createSqlStore({ database: other }),
      advance: (ms) => sleep(ms),
      transaction: (work) => schema.database.write(work),
      async [Symbol.asyncDispose]() {
        await other.db.destroy();
        await schema[Symbol.asyncDispose]();
      },
    };
  },
};
