import { createHash } from "node:crypto";
import { type Json, jsonText } from "./json.ts";

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

/**
 * Identity of a JSON value: SHA-256 (base64url, 43 characters) of its text with sorted keys. The same fields with the same
 * values give the same fingerprint in any order; the order of a list counts.
 *
 * Throws `IDEMPOTENCY_INVALID` for what JSON cannot carry.
 */
export function fingerprintOf(value: Json): string {
  return createHash("sha256")
    .update(jsonText(value, "IDEMPOTENCY_INVALID", sortKeys))
    .digest("base64url");
}
