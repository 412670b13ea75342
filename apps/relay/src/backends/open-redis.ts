import { type BullmqScheduler, createBullmqScheduler } from "@tocsin/queue/bullmq";
import {
  createDiscordLimiter,
  createFallbackLimitDriver,
  type DiscordLimiter,
  type DiscordLimits,
} from "@tocsin/rate-limiter";
import { createRedisLimitDriver } from "@tocsin/rate-limiter/drivers/redis";
import type { RedisConfig } from "../config/config.ts";
import type { Backends, ServiceChange } from "./backends.ts";
import { openRedisConnection } from "./redis-connection.ts";
import { addressOf } from "./service-address.ts";
import { createServiceState, type ServiceState } from "./service-state.ts";

export interface OpenRedisOptions {
  readonly limits: Partial<DiscordLimits>;
  readonly onChange: (change: ServiceChange) => void;
  readonly onError: (error: unknown) => void;
}

export interface OpenRedis {
  readonly state: ServiceState;
  /** Goes on in memory while Redis is away. */
  readonly limiter: DiscordLimiter;
  /** For processes that share a database too. */
  readonly scheduler: NonNullable<Backends["scheduler"]>;
  close(): Promise<void>;
}

const DEFAULT_PORT = 6379;

/** Opens what processes share over Redis, at once and whether or not it is there. */
export function openRedis({ url, prefix }: RedisConfig, { limits, onChange, onError }: OpenRedisOptions): OpenRedis {
  const state = createServiceState({
    service: "redis",
    title: `Redis at ${addressOf(url, DEFAULT_PORT)}`,
    consequence:
      "alerts are accepted and delivered all the same; until it is back each process keeps to a share of the limits, and finds by itself what is owed",
    onChange,
  });
  const connection = openRedisConnection({
    url,
    prefix,
    onAnswer: () => state.recovered("connection"),
    onFailure: (error) => state.failed("connection", error),
  });
  /** That Redis is away is told already. What it answers is news: a script that it does not take, for instance. */
  const onAnswer = (error: unknown): void => {
    if (error instanceof Error && error.name === "ReplyError") onError(error);
  };
  const limiter = createDiscordLimiter({
    driver: createFallbackLimitDriver({
      primary: createRedisLimitDriver({ redis: connection.client, prefix, limits }),
      limits,
      onStateChange: (_, cause) => onAnswer(cause),
    }),
    onError: onAnswer,
  });
  const schedulers: BullmqScheduler[] = [];

  return {
    state,
    limiter,
    scheduler(context) {
      const scheduler = createBullmqScheduler({
        ...context,
        redis: url,
        prefix,
        onStateChange: (change) => {
          if (change.state === "available") state.recovered("wakes");
          else state.failed("wakes", change.error);
        },
      });
      schedulers.push(scheduler);
      return scheduler;
    },
    async close() {
      await limiter.close();
      await Promise.all(schedulers.map((each) => each.close()));
      connection.close();
    },
  };
}
