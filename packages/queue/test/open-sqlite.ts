import { join } from "node:path";
import { queueMigrations } from "@tocsin/queue";
import { openSqliteStore, type Store } from "@tocsin/store";
import { temporaryDirectory } from "@tocsin/testkit";

/** A store on a file of its own; its directory goes with it. */
export async function openSqlite(): Promise<Store> {
  const directory = await temporaryDirectory();
  const store = await openSqliteStore({ file: join(directory.path, "queue.sqlite"), migrations: [queueMigrations] });
  return {
    ...store,
    async close() {
      await store.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}
