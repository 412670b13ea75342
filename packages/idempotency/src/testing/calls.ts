import { expect } from "vitest";
import type { IdempotencyKey } from "../idempotency-key.ts";
import type { BeginOptions, IdempotencyStore, IdempotencyToken } from "../idempotency-store.ts";

/** Long enough not to end in any test, also on a slow machine. */
export const LONG_MS = 60_000;
/** Ends within {@link PAST_SHORT_MS}. Nothing may be expected to happen before it ends: a server's clock does not wait. */
export const SHORT_MS = 100;
export const PAST_SHORT_MS = 130;

export const begin = <Tx>(store: IdempotencyStore<Tx>, key: IdempotencyKey, options: Partial<BeginOptions<Tx>> = {}) =>
  store.begin(key, { fingerprint: "payload", leaseMs: LONG_MS, ttlMs: LONG_MS, ...options });

/** Begins, and fails the test unless that starts the work. */
export async function start<Tx>(
  store: IdempotencyStore<Tx>,
  key: IdempotencyKey,
  options: Partial<BeginOptions<Tx>> = {},
): Promise<IdempotencyToken> {
  const begun = await begin(store, key, options);
  if (begun.kind !== "started") expect.unreachable(`expected a start, got ${begun.kind}`);
  return begun.token;
}
