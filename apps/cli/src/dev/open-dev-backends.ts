import type { LimitProfile } from "@tocsin/discord-emulator";
import type { createLogger } from "@tocsin/relay";
import { type Backends, openBackends } from "@tocsin/relay/backends";
import type { DevConfig } from "./dev-config.ts";

export interface OpenDevBackendsOptions {
  readonly config: DevConfig;
  readonly sqliteFile: string;
  /** The rate limits of the local Discord. */
  readonly limits: LimitProfile;
  readonly logger: ReturnType<typeof createLogger>;
}

/** For a local Discord without limits: more than it can be asked anyway. */
const NO_LIMITS = { globalPerSecond: 100_000, webhookChannel: null };

/** Opens what the relay keeps and shares, and logs when a part of it goes away or comes back. */
export function openDevBackends({ config, sqliteFile, limits, logger }: OpenDevBackendsOptions): Promise<Backends> {
  const { database, redis } = config;
  return openBackends({
    sqliteFile,
    ...(database === undefined ? {} : { database }),
    ...(redis === undefined ? {} : { redis }),
    ...(limits === "off" ? { limits: NO_LIMITS } : {}),
    onServiceChange: ({ service, state, message }) => logger.warn({ service, state }, message),
    onError: (error) => logger.error({ err: error }, "the limits cannot use Redis, and go on in memory"),
  });
}
