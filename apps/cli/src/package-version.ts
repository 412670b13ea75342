import { readFileSync } from "node:fs";

/** The version of this package, from its manifest: it lies beside `src` as beside `dist`. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}
