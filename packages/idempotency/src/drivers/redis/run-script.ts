import { TocsinError } from "@tocsin/errors";
import type { Cluster, Redis } from "ioredis";
import type { Script } from "./scripts.ts";

export type ScriptRunner = (script: Script, key: string, ...args: readonly (string | number)[]) => Promise<unknown>;

/** ioredis hangs the whole command on an error, arguments included: those are the caller's data. */
function withoutCommand(error: unknown): Error {
  const { name, message } = error as Error;
  return Object.assign(new Error(message), { name });
}

const unavailable = (message: string, cause?: Error): TocsinError =>
  new TocsinError(message, { code: "IDEMPOTENCY_UNAVAILABLE", retryable: true, cause });

/**
 * Runs Lua scripts by their digest, and sends the text where the server does not know it (a new one, or flushed). Rejects
 * with `IDEMPOTENCY_UNAVAILABLE` after `timeoutMs` at the latest, however long ioredis would go on waiting for a connection.
 */
export function createScriptRunner(redis: Redis | Cluster, timeoutMs: number): ScriptRunner {
  async function evaluate(script: Script, key: string, args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await redis.evalsha(script.digest, 1, key, ...args);
    } catch (error) {
      if (!(error as Error).message.startsWith("NOSCRIPT")) throw error;
      return await redis.eval(script.lua, 1, key, ...args);
    }
  }
  return async (script, key, ...args) => {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(unavailable(`Redis has not answered within ${timeoutMs} ms`)), timeoutMs);
    try {
      const answer = evaluate(script, key, args).catch((error: unknown) => {
        throw unavailable("Redis did not do what it was asked to", withoutCommand(error));
      });
      return await Promise.race([answer, promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}
