import type { IdempotencyKey } from "./idempotency-key.ts";
import type { Json } from "./json.ts";

export interface RunOnceOptions<Tx = never> {
  /** Identity of the payload, 1 to 512 characters: `fingerprintOf(payload)`. The same key with another one is a conflict. */
  readonly fingerprint: string;
  /** How long the result is kept, counted from when it is stored. 1 ms to 10 years. @default 86_400_000 (24 hours) */
  readonly ttlMs?: number;
  /**
   * How long the key stays held after the process has died. Extended every third of it while the work runs. 1 ms to 24 h;
   * several times what a call to the store and a pause of the process may take. @default 30_000
   */
  readonly leaseMs?: number;
  /** Aborts the work's signal. Already aborted: nothing is run, and its reason is thrown. */
  readonly signal?: AbortSignal;
  /**
   * Says of an error that `work` threw whether the work may have had effects. Then the key is not given back: it stays in
   * flight until the lease runs out. @default () => false
   */
  readonly mayHaveRun?: (error: unknown) => boolean;
  /**
   * The caller's transaction, for stores that are transactional: start, effects and result commit together or not at all.
   * No lease is extended; the transaction itself keeps others waiting.
   */
  readonly tx?: Tx | undefined;
}

/** What `work` is given. */
export interface RunOnceContext<Tx = never> {
  /**
   * Aborts when the lease was lost (its reason is an `IDEMPOTENCY_LEASE_LOST`) or when the caller's signal aborts. A work that
   * goes on all the same may run beside another one.
   */
  readonly signal: AbortSignal;
  /**
   * Keeps `value` as the result now, instead of what `work` returns. With `tx`: in the work's own transaction, so that effects
   * and result commit together. The work has to return normally once that is committed.
   *
   * Rejects with `IDEMPOTENCY_LEASE_LOST` when somebody else has started: let it end the transaction.
   */
  complete(value: Json, tx?: Tx): Promise<void>;
}

export type RunOnceResult<T> =
  /** `work` ran, and its result is kept. */
  | { readonly kind: "ran"; readonly value: T }
  /** The work was done before: the result as it was kept then. */
  | { readonly kind: "replayed"; readonly value: T }
  /** The key belongs to another payload. Nothing was run. */
  | { readonly kind: "conflict" }
  /** Somebody else runs it now. Nothing was run here; ask again after `retryAfterMs` (at least 1). */
  | { readonly kind: "in-flight"; readonly retryAfterMs: number }
  /**
   * `work` ran to its end, but its result is not known to be kept, so that it may be run again. `cause` says why:
   * `IDEMPOTENCY_LEASE_LOST` (somebody else has started meanwhile), `IDEMPOTENCY_UNAVAILABLE` or `IDEMPOTENCY_VALUE_REFUSED`.
   */
  | { readonly kind: "unkept"; readonly value: T; readonly cause: unknown };

export interface Idempotency<Tx = never> {
  /**
   * Runs `work` unless its key has a result or is being worked on.
   *
   * While leases are kept, `work` never runs twice at once for one key, and never again within `ttlMs` of a kept result.
   * **It is not exactly-once**: when the process dies inside `work`, or stands still for longer than the lease, it may be run
   * again. With `tx` it is exactly once in that database.
   *
   * When `work` throws, the key is given back and the error comes through. Throws `IDEMPOTENCY_UNAVAILABLE` when the store
   * cannot be reached before the work and `IDEMPOTENCY_LEASE_LOST` when its answer came too late (nothing was run),
   * `IDEMPOTENCY_FULL` (memory), `IDEMPOTENCY_INVALID` for misuse. With `tx` it throws instead of answering `unkept`, so that
   * the transaction is undone.
   */
  runOnce<T extends Json>(
    key: IdempotencyKey,
    options: RunOnceOptions<Tx>,
    work: (context: RunOnceContext<Tx>) => Promise<T> | T,
  ): Promise<RunOnceResult<T>>;
}
