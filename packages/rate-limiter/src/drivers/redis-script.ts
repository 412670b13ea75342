import { createHash } from "node:crypto";
import { TocsinError } from "@tocsin/errors";

/** What is needed of a Redis client. Those of ioredis, `Redis` and `Cluster`, fit. */
export interface RedisClient {
  /** ioredis tells here whether it is connected. */
  readonly status?: string;
  evalsha(sha1: string, keyCount: number, ...keysAndArguments: (string | number)[]): Promise<unknown>;
  eval(script: string, keyCount: number, ...keysAndArguments: (string | number)[]): Promise<unknown>;
}

/** Runs a script on its keys with its arguments. */
export type RedisScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** A client in these states would keep commands for later. A limiter's answer is wanted now, and a late take would still count. */
const DISCONNECTED: ReadonlySet<string | undefined> = new Set(["reconnecting", "close", "end"]);

/**
 * Prepares a Lua script for `redis`. It is sent by its digest, and whole only to a server that does not know it: after a
 * restart, SCRIPT FLUSH or a failover. A client that has lost its connection is not asked at all: the script rejects at once
 * with `RATE_LIMITER_UNAVAILABLE`.
 */
export function createRedisScript(redis: RedisClient, lua: string): RedisScript {
  const sha1 = createHash("sha1").update(lua).digest("hex");
  return async (keys, args) => {
    if (DISCONNECTED.has(redis.status)) {
      throw new TocsinError(`the Redis client is not connected (${redis.status})`, {
        code: "RATE_LIMITER_UNAVAILABLE",
        retryable: true,
      });
    }
    try {
      return await redis.evalsha(sha1, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return await redis.eval(lua, keys.length, ...keys, ...args);
    }
  };
}
