import { join } from "node:path";
import { queueMigrations } from "@tocsin/queue";
import { openPostgresStore, openSqliteStore, type Store } from "@tocsin/store";
import { randomPrefix, sharedPostgres, temporaryDirectory } from "@tocsin/testkit";
import { sql } from "kysely";

/** Opens as many empty databases as are wanted, and removes them all. */
export interface BenchStores extends AsyncDisposable {
  open(): Promise<Store>;
}

export async function sqliteStores(): Promise<BenchStores> {
  const resources = new AsyncDisposableStack();
  const directory = resources.use(await temporaryDirectory());
  return {
    async open() {
      const store = await openSqliteStore({
        file: join(directory.path, `${randomPrefix()}.sqlite`),
        migrations: [queueMigrations],
      });
      resources.defer(() => store.close());
      return store;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** `null` where no Postgres answers. Each database is a schema of its own in the shared server. */
export async function postgresStores(): Promise<BenchStores | null> {
  const { url, isReachable } = await sharedPostgres();
  if (!isReachable) return null;
  const resources = new AsyncDisposableStack();
  return {
    async open() {
      const schema = randomPrefix();
      const store = openPostgresStore({ url, schema, migrations: [queueMigrations] });
      resources.defer(async () => {
        await store.write((tx) => sql`drop schema ${sql.id(schema)} cascade`.execute(tx));
        await store.close();
      });
      await store.ready();
      return store;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
