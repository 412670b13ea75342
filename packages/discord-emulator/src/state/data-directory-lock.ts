import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { TocsinError } from "@tocsin/errors";
import { createPrivately } from "./create-privately.ts";

/**
 * Makes this process the only one on `directory` (created when missing) and returns the function that gives it up.
 *
 * The lock is an exclusive transaction on a small SQLite file, so the operating system frees it when the process ends,
 * however it ends. Throws `EMULATOR_DATA_DIR_LOCKED` when somebody else holds it.
 */
export function lockDataDirectory(directory: string): () => void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, "emulator.lock");
  createPrivately(file);
  const lock = new DatabaseSync(file);
  try {
    lock.exec("PRAGMA busy_timeout = 0");
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    throw new TocsinError(`another emulator is using the data directory ${directory}; stop it or choose another one`, {
      code: "EMULATOR_DATA_DIR_LOCKED",
      retryable: true,
      cause,
    });
  }
  return () => lock.close();
}
