import { queueMigrations } from "@tocsin/queue";
import { openPostgresStore, type Store } from "@tocsin/store";
import { randomPrefix, sharedPostgres } from "@tocsin/testkit";
import { sql } from "kysely";

export const postgres = await sharedPostgres();

/** A store in a schema of its own in the shared server; the schema goes with it. */
export async function openPostgres(): Promise<Store & { readonly schema: string }> {
  const schema = randomPrefix();
  const store = openPostgresStore({ url: postgres.url, schema, migrations: [queueMigrations] });
  await store.ready();
  return {
    ...store,
    schema,
    async close() {
      await store.write((tx) => sql`drop schema ${sql.id(schema)} cascade`.execute(tx));
      await store.close();
    },
  };
}
