import type { IdempotencyKey } from "./idempotency-key.ts";
import type { Json } from "./json.ts";

/** What a driver can do. The contract suite tests what it says. */
export interface IdempotencyStoreCapabilities {
  /** Whose clock ends leases and results: that of the calling process, or the server's, which all processes share. */
  readonly clock: "caller" | "server";
  /** Whether several processes see the same keys. */
  readonly shared: boolean;
  /** Whether calls take the caller's transaction (`tx`). The others throw `IDEMPOTENCY_INVALID` when given one. */
  readonly transactional: boolean;
}

/**
 * The right to run the work of one key: plain data, so that it can be handed to another process. Only the newest token of a
 * key is worth something. Opaque: read nothing out of it but for logs.
 */
export interface IdempotencyToken {
  readonly scope: string;
  readonly key: string;
  /** Unique for each start. */
  readonly id: string;
  /** How long the result will be kept. */
  readonly ttlMs: number;
}

export interface BeginOptions<Tx = never> {
  /** Identity of the payload, 1 to 512 characters: `fingerprintOf(payload)`. The same key with another one is a conflict. */
  readonly fingerprint: string;
  /** How long the key is held unless the lease is extended. 1 ms to 24 h, a whole number. */
  readonly leaseMs: number;
  /** How long the result is kept, counted from `complete`. 1 ms to 10 years, a whole number. */
  readonly ttlMs: number;
  /** The caller's transaction. Nobody else sees the start before it is committed. */
  readonly tx?: Tx | undefined;
}

export type BeginResult =
  /** The caller holds the key now, and runs the work. */
  | { readonly kind: "started"; readonly token: IdempotencyToken }
  /** The work was done; this is its result. */
  | { readonly kind: "replayed"; readonly value: Json }
  /** The key belongs to another payload. */
  | { readonly kind: "conflict" }
  /** Somebody else holds the key; their lease ends in `retryAfterMs` (at least 1) unless they extend it. */
  | { readonly kind: "in-flight"; readonly retryAfterMs: number };

/**
 * Remembers which keys are being worked on and which results they had. `runOnce` is built on it; the interface is for
 * drivers, and for whoever runs the work elsewhere than in one function.
 *
 * | state of a key | entered by | what `begin` with the same fingerprint answers |
 * | --- | --- | --- |
 * | free | the beginning, `abandon`, the end of the record | `started` |
 * | held | `begin`, `extend` | `in-flight` |
 * | lapsed | the lease ran out | `started`, and from then on the former token is lost |
 * | done | `complete` | `replayed` |
 *
 * Another fingerprint is a `conflict` in every state but free. A record ends `ttlMs` after `complete`; one without a result
 * ends `ttlMs` or `leaseMs` after `begin`, whichever is later, and never before its lease.
 *
 * A lapsed token is as good as a live one until somebody else starts: then, and when the record has ended, it is lost.
 * Every call is atomic, also between processes where the store is shared. Repeating a call with the same token changes nothing more.
 *
 * Rejects with `IDEMPOTENCY_UNAVAILABLE` when the store cannot be reached (whether the call was done is not known) and with
 * `IDEMPOTENCY_INVALID` for misuse. What a database throws inside the caller's transaction comes through as it is.
 */
export interface IdempotencyStore<Tx = never> {
  readonly specVersion: 1;
  readonly capabilities: IdempotencyStoreCapabilities;
  begin(key: IdempotencyKey, options: BeginOptions<Tx>): Promise<BeginResult>;
  /** Holds the key for `leaseMs` (1 ms to 24 h) from now. */
  extend(token: IdempotencyToken, leaseMs: number): Promise<"extended" | "lease-lost">;
  /**
   * Keeps the result, and ends the lease. The first result of a token stays. With `tx` it counts when that is committed.
   *
   * Rejects with `IDEMPOTENCY_VALUE_REFUSED` when `value` is not JSON or too long; then nothing has changed.
   */
  complete(token: IdempotencyToken, value: Json, tx?: Tx): Promise<"stored" | "lease-lost">;
  /** Frees the key, for work that failed and may surely run again. Does nothing when the token is lost or has a result. */
  abandon(token: IdempotencyToken, tx?: Tx): Promise<void>;
}
