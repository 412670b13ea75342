import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { LoadedConfig } from "./config.ts";
import { parseConfig } from "./parse-config.ts";

/**
 * Reads and checks a `tocsin.yaml` whole, with `${env:NAME}` taken from `env` and secret files found relative to it.
 * Every mistake is listed, a file that cannot be read as well; never throws for what is in the file system.
 */
export function loadConfig(file: string, env: Readonly<Record<string, string | undefined>>): LoadedConfig {
  const text = readText(file);
  if (text === null) {
    const found = "no file that can be read";
    const expected = "a configuration file";
    return {
      kind: "invalid",
      issues: [{ path: "", found, expected, message: `${file}: expected ${expected}, found ${found}` }],
    };
  }
  return parseConfig(text, { env, readSecretFile: (path) => readText(resolve(dirname(file), path)) });
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
