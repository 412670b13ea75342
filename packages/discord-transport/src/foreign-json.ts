import type { Json } from "@tocsin/alert/plugin";
import { redact } from "@tocsin/errors";
import { maskSecrets } from "./mask-secrets.ts";

const MAX_TEXT_LENGTH = 500;
/** The redactor's time grows faster than the text, and an answer may be a megabyte of one word. */
const MAX_LOOKED_AT_LENGTH = 2_000;
const MAX_ENTRY_COUNT = 50;
const MAX_DEPTH = 12;

/** Turns what another server wrote into something that may be stored and shown: `secrets` masked, sizes bounded. */
export function cleanJson(value: unknown, secrets: readonly string[], depth = 0): Json {
  if (typeof value === "string") return cleanText(value, secrets);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "object" || value === null || depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRY_COUNT).map((item) => cleanJson(item, secrets, depth + 1));
  const entries = Object.entries(value).slice(0, MAX_ENTRY_COUNT);
  return Object.fromEntries(
    entries.map(([key, item]) => [cleanText(key, secrets), cleanJson(item, secrets, depth + 1)]),
  );
}

/** Parses a body that should be JSON; null for anything else. */
export function parseJson(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Parses a body that should be a JSON object; null for anything else. */
export function parseObject(text: string | null): Readonly<Record<string, unknown>> | null {
  const value = parseJson(text);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

function cleanText(text: string, secrets: readonly string[]): string {
  // Looked at well beyond what is kept, so that no half of a secret, which nothing would recognise, is kept.
  return redact(maskSecrets(text.slice(0, MAX_LOOKED_AT_LENGTH), secrets)).slice(0, MAX_TEXT_LENGTH);
}
