import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isTocsinError } from "@tocsin/errors";
import { openSqliteStore, type Store } from "@tocsin/store";
import { makeDataDir } from "../data-dir.ts";
import { cliError } from "../errors.ts";

/** A data directory that is this process's alone until it is disposed. */
export interface DataDir extends AsyncDisposable {
  readonly path: string;
  /** Path of `dev.json`, which is not there. */
  readonly devFile: string;
}

/**
 * Takes the data directory and removes a `dev.json` that a killed process left behind. Loads no more than it needs for
 * that, so that nobody is led to the old address while the rest is still being loaded.
 *
 * Throws `CLI_DATA_DIR_UNUSABLE`, `CLI_DEV_RUNNING`, or what the store throws.
 */
export async function openDataDir(path: string): Promise<DataDir> {
  const isNew = await makeDataDir(path);
  // It lies in somebody's checkout, and holds keys.
  if (isNew) await writeFile(join(path, ".gitignore"), "*\n");
  const devFile = join(path, "dev.json");
  const lock = await lockDataDir(path, devFile);
  // Not before the lock is ours: until then this file may be that of another one, which runs.
  await rm(devFile, { force: true });
  return { path, devFile, [Symbol.asyncDispose]: () => lock.close() };
}

/** An empty database of this process alone: what is kept may lie in a Postgres, which serves many. */
async function lockDataDir(path: string, devFile: string): Promise<Store> {
  try {
    return await openSqliteStore({ file: join(path, "dev-lock.sqlite"), migrations: [] });
  } catch (error) {
    if (!isTocsinError(error) || error.code !== "STORE_LOCKED") throw error;
    const where = await readAddresses(devFile);
    throw cliError("CLI_DEV_RUNNING", `tocsin dev already runs with this data directory${where}`, error);
  }
}

async function readAddresses(devFile: string): Promise<string> {
  try {
    const { relay, discord } = JSON.parse(await readFile(devFile, "utf8"));
    return `: relay ${new URL(relay.url).origin}, page ${new URL(discord.page_url).href}`;
  } catch {
    return ""; // It is starting or ending: then it has no addresses to show.
  }
}
