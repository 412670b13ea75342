import type { EngineOptions } from "@tocsin/engine";
import type { DiscordLimiter } from "@tocsin/rate-limiter";
import type { Store } from "@tocsin/store";

/** A program of its own that the relay was told to use. */
export type ServiceName = "postgres" | "redis";

/** That a service cannot be used any more, or can again. */
export interface ServiceChange {
  readonly service: ServiceName;
  readonly state: "away" | "back";
  /** For an operator, in plain words: which service, where, why, and what that means meanwhile. Without credentials. */
  readonly message: string;
}

/** What an engine and its transports need around them. */
export interface Backends {
  /** For `createEngine`. While Postgres is away it refuses, and goes on by itself. */
  readonly store: Store;
  /** For every transport of this process. While Redis is away it keeps to this process's share. */
  readonly limiter: DiscordLimiter;
  /** For `createEngine`; absent: its own. While Redis is away each process finds what is owed by itself. */
  readonly scheduler?: NonNullable<EngineOptions["scheduler"]>;
  /** What `/readyz` calls the store: `postgres`, or `store` for SQLite. */
  readonly storeName: "postgres" | "store";
  /** What cannot be used now, as far as is known, in a fixed order; empty when all is well. */
  missing(): readonly ("store" | ServiceName)[];
  /**
   * Resolves when everything has answered once since this was opened; stays pending while something is away. Rejects with
   * `STORE_MIGRATION_FAILED` when the database cannot be used at all, and with `STORE_CLOSED` by `close`.
   */
  ready(): Promise<void>;
  /** Closes everything, last of all: after the engine has stopped and the transports are closed. Idempotent. */
  close(): Promise<void>;
}
