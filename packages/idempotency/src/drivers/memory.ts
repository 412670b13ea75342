import { randomUUID } from "node:crypto";
import { checkBegin, checkInteger, checkLease, checkMaxValueBytes, refuseTransaction } from "../check.ts";
import type { BeginResult, IdempotencyStore, IdempotencyToken } from "../idempotency-store.ts";
import { encodeValue, type Json } from "../json.ts";
import { DEFAULT_MAX_VALUE_BYTES } from "../limits.ts";
import { createBoundedRecords, type MemoryRecord } from "./memory/bounded-records.ts";

export interface MemoryStoreOptions {
  /** Most keys that are remembered at once, 1 to 10,000,000. */
  readonly maxCount: number;
  /** Longest result, in bytes of JSON, 1 to 16 MiB. At worst the store takes `maxCount` times as much. @default 65_536 */
  readonly maxValueBytes?: number;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** An {@link IdempotencyStore} in this process's memory. */
export interface MemoryStore extends IdempotencyStore {
  /** How many results were forgotten before their time because the store was full. When it grows, raise `maxCount`. */
  readonly evictedCount: number;
}

/**
 * Keeps keys in memory, for one process and until it ends.
 *
 * When it is full, a start takes the place of the result that was kept first (`evictedCount` says how often), then of a key
 * whose lease has lapsed; a key that is held is never forgotten. When all are held, `begin` rejects with `IDEMPOTENCY_FULL`,
 * which is retryable.
 */
export function createMemoryStore(options: MemoryStoreOptions): MemoryStore {
  const { maxCount, maxValueBytes = DEFAULT_MAX_VALUE_BYTES, now = Date.now } = options;
  checkInteger("maxCount", maxCount, 1, 10_000_000);
  checkMaxValueBytes(maxValueBytes);
  const records = createBoundedRecords(maxCount);

  const nameOf = ({ scope, key }: { scope: string; key: string }): string => `${scope.length}:${scope}${key}`;

  /** The record of the token's key, unless the token is lost. */
  function recordOf(token: IdempotencyToken, nowMs: number): MemoryRecord | undefined {
    const record = records.find(nameOf(token), nowMs);
    return record?.tokenId === token.id ? record : undefined;
  }

  return {
    specVersion: 1,
    capabilities: { clock: "caller", shared: false, transactional: false },
    get evictedCount() {
      return records.evictedCount;
    },
    async begin(key, beginOptions) {
      const { fingerprint, leaseMs, ttlMs, tx } = beginOptions;
      refuseTransaction(tx);
      const parts = checkBegin(key, beginOptions);
      const nowMs = now();
      const known = answerFrom(records.find(nameOf(parts), nowMs), fingerprint, nowMs);
      if (known !== null) return known;
      const token = { ...parts, id: randomUUID(), ttlMs };
      const spans = { leaseEndsAt: nowMs + leaseMs, endsAt: nowMs + Math.max(leaseMs, ttlMs) };
      records.put(nameOf(parts), { tokenId: token.id, fingerprint, ...spans, text: null }, nowMs);
      return { kind: "started", token };
    },
    async extend(token, leaseMs) {
      checkLease(leaseMs);
      const nowMs = now();
      const record = recordOf(token, nowMs);
      if (record === undefined || record.text !== null) return "lease-lost";
      const leaseEndsAt = nowMs + leaseMs;
      records.put(nameOf(token), { ...record, leaseEndsAt, endsAt: Math.max(record.endsAt, leaseEndsAt) }, nowMs);
      return "extended";
    },
    async complete(token, value, tx) {
      refuseTransaction(tx);
      const text = encodeValue(value, maxValueBytes);
      const nowMs = now();
      const record = recordOf(token, nowMs);
      if (record === undefined) return "lease-lost";
      if (record.text === null) records.put(nameOf(token), { ...record, text, endsAt: nowMs + token.ttlMs }, nowMs);
      return "stored";
    },
    async abandon(token, tx) {
      refuseTransaction(tx);
      if (recordOf(token, now())?.text === null) records.remove(nameOf(token));
    },
  };
}

/** What is known of the key; `null` when it may be started. */
function answerFrom(record: MemoryRecord | undefined, fingerprint: string, nowMs: number): BeginResult | null {
  if (record === undefined) return null;
  if (record.fingerprint !== fingerprint) return { kind: "conflict" };
  if (record.text !== null) return { kind: "replayed", value: JSON.parse(record.text) as Json };
  if (record.leaseEndsAt <= nowMs) return null;
  return { kind: "in-flight", retryAfterMs: record.leaseEndsAt - nowMs };
}
