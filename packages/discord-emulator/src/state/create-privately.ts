import { chmodSync, closeSync, openSync, statSync } from "node:fs";

/**
 * Makes `file` readable by its owner only, empty when it is new. SQLite gives its companions the mode of the database.
 * An existing file is never opened here: closing any descriptor of a file drops all locks that this process has on it.
 */
export function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, "ax", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    makePrivate(file);
  }
}

/** Takes the rights of group and others from `file`, when it exists. */
export function makePrivate(file: string): void {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o077) !== 0) chmodSync(file, 0o600);
}
