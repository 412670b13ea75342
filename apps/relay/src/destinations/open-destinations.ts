import { createBotTransport, createHttpPool, createWebhookTransport, type Transport } from "@tocsin/discord-transport";
import type { Destination, OrganizationConfig } from "@tocsin/engine";
import type { DiscordLimiter } from "@tocsin/rate-limiter";
import type { DiscordDestinationConfig, RelayConfig } from "../config/config.ts";
import { readProxies } from "./read-proxies.ts";

export interface OpenDestinationsOptions {
  /** Asked before every request to Discord: `limiter` of `openBackends`. The caller closes it. */
  readonly limiter: DiscordLimiter;
  /** Read are `DISCORD_API_URL` and the proxies: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, also in small letters. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Where Discord's API is: bots ask there, and webhook addresses on Discord's hosts lead there.
   * @default `DISCORD_API_URL`, else "https://discord.com/api"
   */
  readonly apiUrl?: string;
}

/** Destinations with their ways into Discord. */
export interface OpenDestinations {
  /** For `organizations` of `createEngine`. */
  readonly organization: OrganizationConfig;
  /** Closes the ways into Discord, after the engine has stopped. Calls that are under way finish first. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the destinations of a configuration: bots and webhooks over shared connections, within Discord's limits together.
 * A webhook with certificates of its own has connections of its own. Connects to nobody yet.
 *
 * Throws what the transports throw for an `apiUrl`, a token or a proxy that cannot be one: `TRANSPORT_URL_INVALID`,
 * `TRANSPORT_OPTION_INVALID`.
 */
export function openDestinations(
  config: Pick<RelayConfig, "destinations" | "routes">,
  { limiter, env, apiUrl = env.DISCORD_API_URL || undefined }: OpenDestinationsOptions,
): OpenDestinations {
  const proxy = readProxies(env);
  const sharedPool = createHttpPool({ proxy });
  const pools = [sharedPool];
  const shared = { limiter, dispatcher: sharedPool, ...(apiUrl === undefined ? {} : { apiUrl }) };
  let closing: Promise<void> | null = null;

  function openTransport(destination: DiscordDestinationConfig): Transport {
    if (destination.via === "bot") {
      const { botToken: token, channelId, guildId, forum: isForum } = destination;
      return createBotTransport({
        ...shared,
        token,
        channelId,
        isForum,
        ...(guildId === undefined ? {} : { guildId }),
      });
    }
    const { webhookUrl: url, tls } = destination;
    if (tls === undefined) return createWebhookTransport({ ...shared, url });
    const ownPool = createHttpPool({ proxy, tls });
    pools.push(ownPool);
    return createWebhookTransport({ ...shared, url, dispatcher: ownPool });
  }

  const destinations = Object.fromEntries(
    Object.entries(config.destinations).map(([name, destination]) => [
      name,
      { ...lookOf(destination), transport: openTransport(destination) },
    ]),
  );

  async function closeAll(): Promise<void> {
    await Promise.all(Object.values(destinations).map(({ transport }) => transport.close()));
    await Promise.all(pools.map((pool) => pool.close()));
  }

  return {
    organization: { destinations, routes: config.routes },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** What the engine asks of a destination beside its transport; secrets stay behind. */
function lookOf(destination: DiscordDestinationConfig): Omit<Destination, "transport"> {
  if (destination.via === "bot") {
    const { kind: _kind, via: _via, botToken: _token, channelId: _channel, guildId: _guild, ...look } = destination;
    return look;
  }
  const { kind: _kind, via: _via, webhookUrl: _url, tls: _tls, ...look } = destination;
  return look;
}
