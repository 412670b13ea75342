import type { Idempotency, RunOnceContext, RunOnceOptions, RunOnceResult } from "./idempotency.ts";
import type { IdempotencyKey } from "./idempotency-key.ts";
import type { IdempotencyStore, IdempotencyToken } from "./idempotency-store.ts";
import type { Json } from "./json.ts";
import { type KeptLease, keepLease, leaseLost } from "./keep-lease.ts";
import { DEFAULT_LEASE_MS, DEFAULT_TTL_MS } from "./limits.ts";

type Work<T, Tx> = (context: RunOnceContext<Tx>) => Promise<T> | T;

interface Started<Tx> {
  readonly store: IdempotencyStore<Tx>;
  readonly token: IdempotencyToken;
  readonly options: RunOnceOptions<Tx>;
}

/** Keeps the result, or throws: the token was lost. */
async function keep<Tx>(store: IdempotencyStore<Tx>, token: IdempotencyToken, value: Json, tx?: Tx): Promise<void> {
  if ((await store.complete(token, value, tx)) === "stored") return;
  throw leaseLost("the result is not kept: the lease ran out, and the key is no longer this work's");
}

/** Runs works once on a store. Keeps nothing of its own: several on one store are the same as one. */
export function createIdempotency<Tx = never>({ store }: { readonly store: IdempotencyStore<Tx> }): Idempotency<Tx> {
  return { runOnce: (key, options, work) => runOnce(store, key, options, work) };
}

async function runOnce<T extends Json, Tx>(
  store: IdempotencyStore<Tx>,
  key: IdempotencyKey,
  options: RunOnceOptions<Tx>,
  work: Work<T, Tx>,
): Promise<RunOnceResult<T>> {
  const { fingerprint, ttlMs = DEFAULT_TTL_MS, leaseMs = DEFAULT_LEASE_MS, signal, tx } = options;
  signal?.throwIfAborted();
  const askedAt = performance.now();
  const begun = await store.begin(key, { fingerprint, ttlMs, leaseMs, tx });
  // Its type is the caller's word: another version of the program may have kept something else.
  if (begun.kind === "replayed") return { kind: "replayed", value: begun.value as T };
  if (begun.kind !== "started") return begun;
  const started = { store, token: begun.token, options };
  if (tx !== undefined) return await runInTransaction(started, work, tx);
  const heldSince = await freshLease(store, begun.token, leaseMs, askedAt);
  const lease = keepLease(store, begun.token, { leaseMs, heldSince, signal });
  try {
    return await runUnderLease(started, work, lease);
  } finally {
    lease.stop();
  }
}

/** A start may have waited for long, for a busy store or another transaction: the work begins with most of a lease before it. */
async function freshLease(
  store: IdempotencyStore<never>,
  token: IdempotencyToken,
  leaseMs: number,
  askedAt: number,
): Promise<number> {
  const now = performance.now();
  if (now - askedAt < leaseMs / 2) return askedAt;
  if ((await store.extend(token, leaseMs)) === "extended") return now;
  throw leaseLost("the lease ran out before the work began: nothing was run");
}

/** Start, effects and result share the fate of `tx`, so that there is nothing to give back: whoever throws undoes it all. */
async function runInTransaction<T extends Json, Tx>(
  { store, token, options }: Started<Tx>,
  work: Work<T, Tx>,
  tx: Tx,
): Promise<RunOnceResult<T>> {
  let isKept = false;
  options.signal?.throwIfAborted();
  const value = await work({
    signal: options.signal ?? new AbortController().signal,
    async complete(early) {
      await keep(store, token, early, tx);
      isKept = true;
    },
  });
  if (!isKept) await keep(store, token, value, tx);
  return { kind: "ran", value };
}

async function runUnderLease<T extends Json, Tx>(
  { store, token, options }: Started<Tx>,
  work: Work<T, Tx>,
  lease: KeptLease,
): Promise<RunOnceResult<T>> {
  let keeping: Promise<void> | undefined;
  const complete = (value: Json, tx?: Tx): Promise<void> => {
    keeping = keep(store, token, value, tx);
    // A work that throws before it has awaited this leaves nobody to hear of the failure.
    keeping.catch(() => undefined);
    return keeping;
  };
  let value: T;
  try {
    options.signal?.throwIfAborted();
    value = await work({ signal: lease.signal, complete });
  } catch (error) {
    lease.stop();
    // Out of reach, the lease runs out by itself; the caller has to hear of the work's own error.
    if (!options.mayHaveRun?.(error)) await store.abandon(token).catch(() => undefined);
    throw error;
  }
  try {
    await (keeping ?? keep(store, token, value));
    return { kind: "ran", value };
  } catch (cause) {
    return { kind: "unkept", value, cause };
  }
}
