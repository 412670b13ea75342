import { type Tracer, trace } from "@opentelemetry/api";
import type { DiscordLimiter } from "@tocsin/rate-limiter";
import type { Dispatcher } from "undici";
import { misuse } from "./errors.ts";
import { VERSION } from "./version.ts";

/** Settings that every transport has. */
export interface TransportOptions {
  /** Stands in for Discord's API, with or without version. @default "https://discord.com/api" */
  readonly apiUrl?: string;
  /** Longest time for one request, from the call to the end of the answer. Milliseconds, more than 0. @default 15000 */
  readonly timeoutMs?: number;
  /** Discord wants `DiscordBot ($url, $version)` and may block others. @default this package's name and version */
  readonly userAgent?: string;
  /**
   * Connections to use, shared with other transports or leading through a proxy. Must not retry. The caller closes it.
   * @default connections of its own, see {@link createHttpPool}
   */
  readonly dispatcher?: Dispatcher;
  /**
   * Asked before every request, so that none is answered 429. Share one among all transports of the process. The caller
   * closes it. @default none: requests go out at once
   */
  readonly limiter?: DiscordLimiter;
  /** Epoch milliseconds; decides about deadlines. @default Date.now */
  readonly now?: () => number;
  /** @default the tracer `@tocsin/discord-transport` of the registered provider */
  readonly tracer?: Tracer;
}

/** Settings as they are used. */
export interface CheckedOptions {
  readonly timeoutMs: number;
  readonly userAgent: string;
  readonly now: () => number;
  readonly tracer: Tracer;
}

const DEFAULT_TIMEOUT_MS = 15_000;
const MAX_TIMEOUT_MS = 2 ** 31 - 1;
const DEFAULT_USER_AGENT = `DiscordBot (https://github.com/tocsin-dev/tocsin, ${VERSION})`;

/** Fills in what is missing. Throws `TRANSPORT_OPTION_INVALID` for what cannot work. */
export function checkOptions(options: TransportOptions): CheckedOptions {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, userAgent = DEFAULT_USER_AGENT, now = Date.now } = options;
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw misuse("TRANSPORT_OPTION_INVALID", `timeoutMs must be from 1 to ${MAX_TIMEOUT_MS}, got ${timeoutMs}`);
  }
  if (!/^[\x20-\x7e]+$/.test(userAgent)) throw misuse("TRANSPORT_OPTION_INVALID", "userAgent must be printable ASCII");
  return { timeoutMs, userAgent, now, tracer: options.tracer ?? trace.getTracer("@tocsin/discord-transport", VERSION) };
}
