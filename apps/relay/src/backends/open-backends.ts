import { engineMigrations } from "@tocsin/engine";
import { createDiscordLimiter, type DiscordLimits } from "@tocsin/rate-limiter";
import { createMemoryLimitDriver } from "@tocsin/rate-limiter/drivers/memory";
import { openSqliteStore } from "@tocsin/store";
import type { RelayConfig } from "../config/config.ts";
import type { Backends, ServiceChange } from "./backends.ts";

export interface BackendsOptions extends Pick<RelayConfig, "database" | "redis"> {
  /** Path of the SQLite file, for when no database is configured. Its directory must exist. */
  readonly sqliteFile: string;
  /** What Discord allows. The same in every process that shares a Redis. @default what is known of Discord */
  readonly limits?: Partial<DiscordLimits>;
  /** Told once at each end of an outage; not of a service that is there from the start. */
  readonly onServiceChange: (change: ServiceChange) => void;
  /** Told of an answer of Redis that the limits cannot work with, and go on in memory. */
  readonly onError: (error: unknown) => void;
}

/**
 * Opens what is configured: Postgres or SQLite for what must last, Redis or memory for limits and wakes.
 *
 * Postgres and Redis need not be there: they are looked for until they answer, and again whenever they go away.
 * Throws what `openSqliteStore` throws, and `STORE_OPTION_INVALID`.
 */
export async function openBackends(options: BackendsOptions): Promise<Backends> {
  const { limits = {}, onServiceChange: onChange, onError } = options;
  const postgres = options.database && (await loadPostgres()).openPostgres(options.database, onChange);
  const store = postgres?.store ?? (await openSqliteStore({ file: options.sqliteFile, migrations: engineMigrations }));
  const redis = options.redis && (await loadRedis()).openRedis(options.redis, { limits, onChange, onError });
  const limiter = redis?.limiter ?? createDiscordLimiter({ driver: createMemoryLimitDriver({ limits }), onError });
  const storeName = postgres === undefined ? "store" : "postgres";
  let closing: Promise<void> | null = null;

  async function closeAll(): Promise<void> {
    postgres?.state.end();
    redis?.state.end();
    await limiter.close();
    await redis?.close();
    await store.close();
  }

  return {
    store,
    limiter,
    // A SQLite file has one process: there is nobody to share wakes with.
    ...(postgres && redis ? { scheduler: redis.scheduler } : {}),
    storeName,
    missing: () => [
      ...(store.isWritable() ? [] : ([storeName] as const)),
      ...(redis === undefined || redis.state.isUsable() ? [] : (["redis"] as const)),
    ],
    async ready() {
      await Promise.all([store.ready(), redis?.state.whenUsable()]);
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** Loaded by those who use them. */
const loadPostgres = () => import("./open-postgres.ts");
const loadRedis = () => import("./open-redis.ts");
