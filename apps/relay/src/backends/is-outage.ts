import { isTocsinError } from "@tocsin/errors";

/** What is thrown because Postgres or Redis is away, and for no other reason. */
const OUTAGE_CODES: ReadonlySet<string> = new Set([
  "STORE_UNAVAILABLE",
  "STORE_COMMIT_UNKNOWN",
  "QUEUE_REDIS_UNAVAILABLE",
]);

/**
 * Whether `error` says no more than that Postgres or Redis is away. `openBackends` tells that once, in plain words; told again
 * for every request and every probe it would bury everything else.
 */
export function isOutage(error: unknown): boolean {
  // Packages above the store wrap what it throws.
  return isTocsinError(error) && (OUTAGE_CODES.has(error.code) || isOutage(error.cause));
}
