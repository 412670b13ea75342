import type { MigrationSet, Store } from "../store.ts";
import { counterMigrations, notesMigrations } from "./contract-tables.ts";
import type { StoreHarness } from "./store-harness.ts";

/** One test's database. Disposing of it closes every store on it. */
export interface Bench extends AsyncDisposable {
  /** Opens a store and waits until it is ready. */
  open(migrations?: readonly MigrationSet[]): Promise<Store>;
}

export type Opener = () => Promise<Bench>;

const SETS = [notesMigrations, counterMigrations];

export function createOpener(harness: StoreHarness): Opener {
  return async () => {
    const database = await harness.create();
    const opened: Store[] = [];
    return {
      async open(migrations = SETS) {
        const store = await database.open(migrations);
        opened.push(store);
        await store.ready();
        return store;
      },
      async [Symbol.asyncDispose]() {
        for (const store of opened) await store.close();
        await database.close();
      },
    };
  };
}
