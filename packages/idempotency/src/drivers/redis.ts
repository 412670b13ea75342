import { randomUUID } from "node:crypto";
import type { Cluster, Redis } from "ioredis";
import { checkBegin, checkInteger, checkLease, checkMaxValueBytes, refuseTransaction } from "../check.ts";
import type { BeginResult, IdempotencyStore } from "../idempotency-store.ts";
import { encodeValue, type Json } from "../json.ts";
import { DEFAULT_MAX_VALUE_BYTES } from "../limits.ts";
import { createScriptRunner } from "./redis/run-script.ts";
import { ABANDON, BEGIN, COMPLETE, EXTEND } from "./redis/scripts.ts";

export interface RedisStoreOptions {
  /** The caller connects and closes it. Redis 5 or later, also a cluster: each call touches one key. */
  readonly redis: Redis | Cluster;
  /** Put before every key: stores with the same prefix are one. */
  readonly prefix: string;
  /** How long one call waits for Redis at most, reconnecting included. 1 ms to 10 min; well below `leaseMs`. @default 2_000 */
  readonly timeoutMs?: number;
  /** Longest result, in bytes of JSON, 1 to 16 MiB. @default 65_536 */
  readonly maxValueBytes?: number;
}

/**
 * Keeps keys in Redis, for any number of processes. Redis's clock rules, and Redis removes what has ended.
 *
 * It remembers as well as that Redis does: after a flush, an eviction, a crash without persistence or a failover that lost
 * writes a key is free again, and its work may run again, also beside one that is still running.
 *
 * Rejects with `IDEMPOTENCY_UNAVAILABLE` (retryable) when Redis fails or does not answer in time.
 */
export function createRedisStore(options: RedisStoreOptions): IdempotencyStore {
  const { redis, prefix, timeoutMs = 2_000, maxValueBytes = DEFAULT_MAX_VALUE_BYTES } = options;
  checkInteger("timeoutMs", timeoutMs, 1, 10 * 60 * 1000);
  checkMaxValueBytes(maxValueBytes);
  const run = createScriptRunner(redis, timeoutMs);

  const nameOf = ({ scope, key }: { scope: string; key: string }): string =>
    `${prefix}:${scope.length}:${scope}:${key}`;

  return {
    specVersion: 1,
    capabilities: { clock: "server", shared: true, transactional: false },
    async begin(key, beginOptions) {
      const { fingerprint, leaseMs, ttlMs, tx } = beginOptions;
      refuseTransaction(tx);
      const parts = checkBegin(key, beginOptions);
      const token = { ...parts, id: randomUUID(), ttlMs };
      try {
        const reply = await run(BEGIN, nameOf(parts), fingerprint, token.id, leaseMs, ttlMs);
        return toBeginResult(reply, (): BeginResult => ({ kind: "started", token }));
      } catch (error) {
        // ioredis may still send the start when Redis is back. Then this follows it, and nobody waits for a lease of no one.
        void run(ABANDON, nameOf(parts), token.id).catch(() => undefined);
        throw error;
      }
    },
    async extend(token, leaseMs) {
      checkLease(leaseMs);
      return (await run(EXTEND, nameOf(token), token.id, leaseMs)) === 1 ? "extended" : "lease-lost";
    },
    async complete(token, value, tx) {
      refuseTransaction(tx);
      const text = encodeValue(value, maxValueBytes);
      return (await run(COMPLETE, nameOf(token), token.id, token.ttlMs, text)) === 1 ? "stored" : "lease-lost";
    },
    async abandon(token, tx) {
      refuseTransaction(tx);
      await run(ABANDON, nameOf(token), token.id);
    },
  };
}

function toBeginResult(reply: unknown, started: () => BeginResult): BeginResult {
  const [kind, detail] = reply as [BeginResult["kind"], unknown];
  if (kind === "replayed") return { kind, value: JSON.parse(detail as string) as Json };
  if (kind === "in-flight") return { kind, retryAfterMs: Number(detail) };
  return kind === "started" ? started() : { kind: "conflict" };
}
