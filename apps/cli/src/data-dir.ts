import { mkdir } from "node:fs/promises";
import { cliError } from "./errors.ts";

/** Makes the data directory for this user alone. Resolves to whether it is new. Throws `CLI_DATA_DIR_UNUSABLE`. */
export async function makeDataDir(dataDir: string): Promise<boolean> {
  try {
    return (await mkdir(dataDir, { recursive: true, mode: 0o700 })) !== undefined;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const why = code === "EEXIST" || code === "ENOTDIR" ? "it is no directory, or lies in none" : `no access (${code})`;
    throw cliError("CLI_DATA_DIR_UNUSABLE", `cannot use --data-dir ${dataDir}: ${why}`, error);
  }
}
