import { randomUUID } from "node:crypto";
import { createRedisScript, type RedisClient } from "../../drivers/redis-script.ts";
import { DEFAULT_LIMITS } from "../default-limits.ts";
import type { DiscordLimitDriver, DiscordLimits, Grant, Learned, TakeAnswer } from "../limit-driver.ts";
import { ESTIMATE_LUA, LEAVE_LUA, REVIVE_LUA, SETTLE_LUA, TAKE_LUA } from "./operations-lua.ts";

export interface RedisLimitDriverOptions {
  /** A connected client; the caller closes it. */
  readonly redis: RedisClient;
  /** Begins every key. Processes with the same prefix share their limits. @default "tocsin" */
  readonly prefix?: string;
  /** The same in every process. */
  readonly limits?: Partial<DiscordLimits>;
  /** Stands in for Redis' clock, for tests that compare drivers. @default Redis' TIME */
  readonly now?: () => number;
}

const withoutNulls = (_key: string, value: unknown): unknown => (value === null ? undefined : value);

/**
 * Keeps the state of the buckets in Redis, for all processes that use one bot or one address: one script for each
 * operation, on Redis' clock. All keys carry one hash tag, so that a cluster keeps them together; each expires ten minutes
 * after its last limit does.
 *
 * A Redis that lost its data (restart without persistence, FLUSHALL) makes each bucket unknown: it is asked about with one
 * request before more follow. Requests under way at that moment are forgotten, so a few answers 429 are possible then.
 */
export function createRedisLimitDriver(options: RedisLimitDriverOptions): DiscordLimitDriver {
  const { redis, prefix = "tocsin", now } = options;
  const limits = JSON.stringify({ ...DEFAULT_LIMITS, ...options.limits }, withoutNulls);
  const processId = randomUUID();
  const scripts = {
    take: createRedisScript(redis, TAKE_LUA),
    settle: createRedisScript(redis, SETTLE_LUA),
    leave: createRedisScript(redis, LEAVE_LUA),
    estimate: createRedisScript(redis, ESTIMATE_LUA),
    revive: createRedisScript(redis, REVIVE_LUA),
  };
  const run = async (name: keyof typeof scripts, input: object): Promise<string> => {
    const clock = now === undefined ? "" : String(now());
    return String(await scripts[name]([`{${prefix}}:discord:`], [clock, limits, JSON.stringify(input, withoutNulls)]));
  };
  return {
    specVersion: 1,
    capabilities: { clock: now === undefined ? "server" : "caller", shared: true },
    async take(request) {
      const answer = JSON.parse(await run("take", { ...request, processId })) as TakeAnswer & Record<string, unknown>;
      if (answer.kind === "refused")
        return { ...answer, retryAfterMs: answer.retryAfterMs ?? Number.POSITIVE_INFINITY };
      if (answer.kind === "wait") return answer;
      return {
        ...answer,
        permitId: request.permitId,
        route: request.route,
        takenAt: Number(answer.takenAt),
        expiresAt: Number(answer.expiresAt),
        model: answer.model ?? null,
      };
    },
    async settle(grant: Grant, observation) {
      const input = { grant: { ...grant, takenAt: grant.takenAt.toString() }, observation };
      return JSON.parse(await run("settle", input)) as Learned;
    },
    async leave(request) {
      await run("leave", request);
    },
    async estimate(request, count) {
      const waits = JSON.parse(await run("estimate", { ...request, count })) as readonly (number | null)[];
      return waits.map((wait) => wait ?? Number.POSITIVE_INFINITY);
    },
    async revive(credential) {
      await run("revive", { credential });
    },
  };
}
