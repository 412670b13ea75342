import type { Alert } from "@tocsin/alert";
import type { Json } from "@tocsin/alert/plugin";
import { fingerprintOf } from "@tocsin/idempotency";
import type { SqlStore } from "@tocsin/idempotency/drivers/sql";
import type { Tx } from "@tocsin/store";

/** How long the first answer to an idempotency key is kept. */
const INGEST_KEY_TTL_MS = 24 * 60 * 60 * 1000;
/** Start and result are one transaction, so that nobody ever sees a key that is merely held. */
const INGEST_LEASE_MS = 60_000;

/** What the first request with a key was answered. */
export type IngestAnswer = {
  readonly alertId: string;
  readonly kind: "created" | "updated";
};

/** The key that a client sent along, and what it stands for. */
export interface IngestKey {
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: string;
}

export const ingestKeyOf = (organizationId: string, key: string, alert: Alert): IngestKey => ({
  scope: organizationId,
  key,
  fingerprint: fingerprintOf(alert as unknown as Json),
});

/** Runs `accept` unless the key was answered before; both are part of `tx`. */
export async function acceptOnce<T>(
  keys: SqlStore,
  tx: Tx,
  { scope, key, fingerprint }: IngestKey,
  accept: () => Promise<{ readonly answer: IngestAnswer; readonly value: T }>,
): Promise<
  | { readonly kind: "accepted"; readonly value: T }
  | { readonly kind: "replayed"; readonly answer: IngestAnswer }
  | { readonly kind: "mismatch" }
> {
  const begun = await keys.begin(
    { scope, key },
    { fingerprint, leaseMs: INGEST_LEASE_MS, ttlMs: INGEST_KEY_TTL_MS, tx },
  );
  // "in-flight" needs a start without a result, which no transaction here commits.
  if (begun.kind === "conflict" || begun.kind === "in-flight") return { kind: "mismatch" };
  if (begun.kind === "replayed") return { kind: "replayed", answer: begun.value as IngestAnswer };
  const { answer, value } = await accept();
  await keys.complete(begun.token, answer, tx);
  return { kind: "accepted", value };
}
