import { TocsinError } from "@tocsin/errors";
import type { IdempotencyKey } from "./idempotency-key.ts";
import type { BeginOptions } from "./idempotency-store.ts";
import { MAX_LEASE_MS, MAX_NAME_LENGTH, MAX_TTL_MS, MAX_VALUE_BYTES } from "./limits.ts";

function invalid(message: string): TocsinError {
  return new TocsinError(message, { code: "IDEMPOTENCY_INVALID" });
}

function checkName(what: string, text: unknown, minLength: number): void {
  if (typeof text !== "string") throw invalid(`${what} must be a string, got ${typeof text}`);
  if (text.length < minLength || text.length > MAX_NAME_LENGTH) {
    throw invalid(`${what} must have ${minLength} to ${MAX_NAME_LENGTH} characters, got ${text.length}`);
  }
  // A database refuses these, or makes one text of two.
  if (text.includes("\0") || !text.isWellFormed()) {
    throw invalid(`${what} must be text without NUL characters and without half surrogate pairs`);
  }
}

/** Throws `IDEMPOTENCY_INVALID` unless `value` is a whole number from `min` to `max`. */
export function checkInteger(what: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw invalid(`${what} must be a whole number from ${min} to ${max}, got ${value}`);
}

export const checkLease = (leaseMs: number): void => checkInteger("leaseMs", leaseMs, 1, MAX_LEASE_MS);
export const checkMaxValueBytes = (count: number): void => checkInteger("maxValueBytes", count, 1, MAX_VALUE_BYTES);

/** Both parts of a key. Throws `IDEMPOTENCY_INVALID` when the key or an option is out of its range. */
export function checkBegin(key: IdempotencyKey, options: BeginOptions<unknown>): { scope: string; key: string } {
  const parts = typeof key === "string" ? { scope: "", key } : { scope: key.scope, key: key.key };
  checkName("the scope", parts.scope, 0);
  checkName("the key", parts.key, 1);
  checkName("the fingerprint", options.fingerprint, 1);
  checkLease(options.leaseMs);
  checkInteger("ttlMs", options.ttlMs, 1, MAX_TTL_MS);
  return parts;
}

/** For drivers without transactions: whoever hands one in believes that result and effects commit together. */
export function refuseTransaction(tx: unknown): void {
  if (tx !== undefined) throw invalid("this store takes no transaction: use the SQL driver where tx is needed");
}
