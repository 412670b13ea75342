import { join } from "node:path";
import { engineMigrations } from "@tocsin/engine";
import { openPostgresStore, openSqliteStore, type Store } from "@tocsin/store";
import { randomPrefix, reportMissing, sharedPostgres, temporaryDirectory } from "@tocsin/testkit";
import { sql } from "kysely";

/** The databases that an engine can run on, as far as they are there. They are removed afterwards. */
export interface BenchStores extends AsyncDisposable {
  readonly directory: string;
  readonly stores: readonly { readonly name: string; readonly store: Store }[];
}

export async function openBenchStores(): Promise<BenchStores> {
  const resources = new AsyncDisposableStack();
  const directory = resources.use(await temporaryDirectory());
  const sqlite = await openSqliteStore({ file: join(directory.path, "engine.sqlite"), migrations: engineMigrations });
  resources.defer(() => sqlite.close());
  const stores = [{ name: "SQLite", store: sqlite }];

  const { url, isReachable } = await sharedPostgres();
  if (isReachable) {
    const schema = randomPrefix();
    const postgres = openPostgresStore({ url, schema, migrations: engineMigrations });
    resources.defer(async () => {
      await postgres.write((tx) => sql`drop schema ${sql.id(schema)} cascade`.execute(tx));
      await postgres.close();
    });
    await postgres.ready();
    stores.push({ name: "Postgres", store: postgres });
  } else reportMissing({ bench: "engine", case: "all", candidate: "Postgres" }, "Postgres");
  return { directory: directory.path, stores, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
