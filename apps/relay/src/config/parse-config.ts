import { describeValue, findMismatches, type Mismatch } from "../find-mismatches.ts";
import type { ConfigIssue, LoadedConfig } from "./config.ts";
import { type ConfigDocument, readConfigDocument } from "./config-document.ts";
import { type ConfigFile, ConfigSchema } from "./config-schema.ts";
import { nearestOf } from "./nearest-of.ts";
import { resolveConfig } from "./resolve-config.ts";

/**
 * Checks the text of a `tocsin.yaml` whole. `readSecretFile` gets a path as it stands in the file and answers the file's
 * text, or `null` when it cannot be read. Never throws for what the text holds.
 */
export function parseConfig(
  text: string,
  sources: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly readSecretFile: (path: string) => string | null;
  },
): LoadedConfig {
  const read = readConfigDocument(text, sources.env);
  if (read.kind === "invalid") return read;
  const { document } = read;

  const issues = [
    ...read.issues,
    ...findMismatches(ConfigSchema, document.value).map((found) => toIssue(document, found)),
  ];
  if (issues.length > 0) return { kind: "invalid", issues: inFileOrder(issues) };

  const resolved = resolveConfig(document, document.value as ConfigFile, sources.readSecretFile);
  return resolved.kind === "invalid" ? { kind: "invalid", issues: inFileOrder(resolved.issues) } : resolved;
}

function toIssue(document: ConfigDocument, mismatch: Mismatch): ConfigIssue {
  const { path, value, expected, knownKeys } = mismatch;
  const key = path.at(-1) ?? "";
  if (mismatch.kind === "unknown-key") {
    const nearest = nearestOf(key, knownKeys);
    const wanted = knownKeys.length > 0 ? `one of ${knownKeys.join(", ")}` : "a name of letters, digits, _ . -";
    return document.issueAt(path, { found: "an unknown key", expected: wanted, ...(nearest ? { nearest } : {}) });
  }
  const options = mismatch.options.filter((option): option is string => typeof option === "string");
  const nearest = typeof value === "string" ? nearestOf(value, options) : undefined;
  return document.issueAt(path, { found: found(document, path, value), expected, ...(nearest ? { nearest } : {}) });
}

const isSecretPlace = ([section, ...path]: readonly string[]): boolean =>
  path.some((part) => part.startsWith("webhook_url")) ||
  // The URL of a service may stand one place too high, or under the wrong name.
  ((section === "database" || section === "redis") && !["schema", "prefix"].includes(path.at(-1) ?? ""));

/** What stands there, unless it may be a secret: then only its kind. */
function found(document: ConfigDocument, path: readonly string[], value: unknown): string {
  const isSecret = isSecretPlace(path) || document.isSubstituted(path);
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "an object";
  return isSecret ? `a ${typeof value}` : describeValue(value);
}

function inFileOrder(issues: readonly ConfigIssue[]): readonly ConfigIssue[] {
  return issues.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
}
