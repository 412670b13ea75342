import { describeValue, findMismatches, type Mismatch } from "../find-mismatches.ts";
import type { ConfigIssue, LoadedConfig } from "./config.ts";
import { type ConfigDocument, readConfigDocument } from "./config-document.ts";
import { type ConfigFile, ConfigSchema } from "./config-schema.ts";
import { ID_EXPECTED } from "./delivery-schema.ts";
import { nearestOf } from "./nearest-of.ts";
import { resolveConfig } from "./resolve-config.ts";

/**
 * Checks the text of a `tocsin.yaml` whole. `readSecretFile` gets a path as it stands in the file and answers the file's
 * text, or `null` when it cannot be read; certificates are read by it too. Never throws for what the text holds.
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
  return document.issueAt(path, { found: found(document, mismatch), expected, ...(nearest ? { nearest } : {}) });
}

const SECRET_FIELD = /^(?:webhook_url|bot_token|ssl_)/;

/** What people write for an id: the id itself, a channel's name in the app's own form (`<#…>`), or a part of it. */
const LIKE_AN_ID = /^[\d\s#@&<>!]{0,40}$/;

const isSecretPlace = ([section, ...path]: readonly string[]): boolean =>
  path.some((part) => SECRET_FIELD.test(part)) ||
  // The URL of a service may stand one place too high, or under the wrong name.
  ((section === "database" || section === "redis") && !["schema", "prefix"].includes(path.at(-1) ?? ""));

/** What stands there, unless it may be a secret: then only its kind. */
function found(document: ConfigDocument, { path, value, expected }: Mismatch): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  if (isSecretPlace(path) || document.isSubstituted(path)) return `a ${typeof value}`;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return `the number ${document.sourceOf(path) ?? ""}, whose last digits are lost: numbers of YAML are not that exact`;
  }
  // A token that stands in the wrong place is still a secret.
  if (expected === ID_EXPECTED && typeof value === "string" && !LIKE_AN_ID.test(value)) return "text that is no id";
  return describeValue(value);
}

function inFileOrder(issues: readonly ConfigIssue[]): readonly ConfigIssue[] {
  return issues.toSorted((one, other) => (one.line ?? 0) - (other.line ?? 0));
}
