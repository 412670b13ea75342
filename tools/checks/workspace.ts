import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The checkout's root folder. */
export const ROOT: string = join(import.meta.dirname, "..", "..");

/** The fields of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** One package of the workspace; `folder` is relative to the root and uses `/`. */
export interface WorkspacePackage {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Every package under `packages/` and `apps/`, sorted by folder. */
export function readWorkspace(root: string = ROOT): readonly WorkspacePackage[] {
  return globSync("{packages,apps}/*/package.json", { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .sort()
    .map((file) => ({
      folder: file.slice(0, -"/package.json".length),
      manifest: JSON.parse(readFileSync(join(root, file), "utf8")) as Manifest,
    }));
}

const NOT_OURS = new Set(["node_modules", "dist", ".git", ".turbo", ".tocsin"]);

/**
 * Paths of the repository's own files that match `pattern`, relative to `folder` and sorted; what is installed, built or
 * left by a run is left out. An absent folder has no files.
 */
export function listFiles(pattern: string, folder: string = ROOT): readonly string[] {
  if (!existsSync(folder)) return [];
  return globSync(pattern, { cwd: folder, exclude: (entry) => NOT_OURS.has(entry.name), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .sort();
}

/** Whether a source file is a test or lives beside the published code. */
export function isTestFile(file: string): boolean {
  return /\.test(-d)?\.ts$/.test(file) || /(^|\/)(test|bench)\//.test(file);
}
