import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore, type Store } from "@tocsin/store";
import { engineMigrations } from "../../../src/index.ts";

/** Where there is one, a directory in memory: nobody pulls the plug here, and a commit costs no flush. */
const SHARED_MEMORY = "/dev/shm";

/** A store of its own for all the worlds of a file. */
export async function openMemoryStore(): Promise<{ readonly store: Store; readonly close: () => Promise<void> }> {
  const root = existsSync(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir();
  const directory = await mkdtemp(join(root, "tocsin-converges-"));
  const store = await openSqliteStore({ file: join(directory, "relay.sqlite"), migrations: engineMigrations });
  return {
    store,
    async close() {
      await store.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
