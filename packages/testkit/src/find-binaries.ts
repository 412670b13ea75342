import { accessSync, constants, globSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where Debian keeps Postgres, one folder a version, none of them in the PATH. */
const POSTGRES_FOLDERS = "/usr/lib/postgresql/*/bin";

/** The folder that holds all the programs `names`: the newest packaged Postgres, else one of the PATH. */
export function findBinaries(names: readonly string[]): string | undefined {
  const versionOf = (folder: string): number => Number(/\/(\d+)\/bin$/.exec(folder)?.[1] ?? 0);
  const packaged = globSync(POSTGRES_FOLDERS).toSorted((left, right) => versionOf(right) - versionOf(left));
  const folders = [...packaged, ...(process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "")];
  return folders.find((folder) => names.every((name) => isExecutable(join(folder, name))));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
