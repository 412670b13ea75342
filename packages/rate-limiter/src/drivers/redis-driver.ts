import type { RateLimitAlgorithm, RateLimiterDriver } from "../driver.ts";
import { misuse } from "../errors.ts";
import { toDecision, type Verdict } from "../verdict.ts";
import { GCRA_LUA } from "./lua/gcra-lua.ts";
import { SLIDING_WINDOW_LUA } from "./lua/sliding-window-lua.ts";
import { createRedisScript, type RedisClient, type RedisScript } from "./redis-script.ts";

/** Settings of {@link createRedisDriver}. */
export interface RedisDriverOptions {
  /** A client of ioredis. The caller connects, configures and closes it. */
  readonly redis: RedisClient;
  /** Stands before every key. @default "tocsin:rate:" */
  readonly prefix?: string;
}

/**
 * Creates a driver that counts in Redis, so that every process with the same prefix shares one count. One script, one
 * round trip and one key for each take; the time is the server's. Works with Redis 6 and later, and with a cluster.
 *
 * Every key expires when it is full again. GCRA keeps two numbers for a key, the sliding window about 30 bytes for each of at
 * most `limit` takes. A flushed or emptied Redis begins all limits afresh. A take whose answer was lost may have been counted.
 */
export function createRedisDriver({ redis, prefix = "tocsin:rate:" }: RedisDriverOptions): RateLimiterDriver {
  const scripts: Readonly<Record<RateLimitAlgorithm, RedisScript>> = {
    gcra: createRedisScript(redis, GCRA_LUA),
    "sliding-window": createRedisScript(redis, SLIDING_WINDOW_LUA),
  };
  return {
    specVersion: 1,
    capabilities: { clock: "server", shared: true },
    async take(key, { algorithm, limit, windowMs, cost, dryRun }) {
      const args = [limit, windowMs * 1_000, cost, dryRun ? 1 : 0];
      return toDecision(readReply(await scripts[algorithm]([`${prefix}${algorithm}:${key}`], args)));
    },
  };
}

function readReply(reply: unknown): Verdict {
  // A client may be set to give numbers as text.
  const numbers = Array.isArray(reply) ? reply.map(Number) : [];
  const [allowed, remaining, retryAfterUs, resetAfterUs] = numbers;
  if (remaining === undefined || retryAfterUs === undefined || resetAfterUs === undefined) {
    throw misuse("RATE_LIMITER_OPTION_INVALID", "the Redis client gives a reply of another form than the script's");
  }
  return { allowed: allowed === 1, remaining, retryAfterUs, resetAfterUs };
}
