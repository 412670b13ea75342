import { DatabaseSync } from "node:sqlite";
import { TocsinError } from "@tocsin/errors";
import { isBusy } from "./sqlite-errors.ts";

/** Held until `release`, or until the process ends, however it ends. */
export interface ProcessLock {
  release(): void;
}

/**
 * Takes the lock file for this process. Throws `STORE_LOCKED` when another live process has it.
 *
 * An exclusive SQLite transaction on a file of its own is a lock of the operating system: kill -9 frees it, and nobody
 * has to guess whether a written process id is still the same process.
 */
export function takeProcessLock(file: string): ProcessLock {
  const database = new DatabaseSync(file);
  try {
    database.exec("PRAGMA journal_mode=DELETE; PRAGMA busy_timeout=0; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new TocsinError(
      `another process has the database open (lock file ${file}): a SQLite database serves one process. Stop the other one, or use another data directory`,
      { code: "STORE_LOCKED", cause: error },
    );
  }
  return {
    release() {
      if (database.isOpen) database.close();
    },
  };
}
