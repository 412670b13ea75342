import { createHttpPool, createWebhookTransport } from "@tocsin/discord-transport";
import type { Destination, OrganizationConfig } from "@tocsin/engine";
import type { Backends } from "@tocsin/relay/backends";
import type { DevConfig } from "./dev-config.ts";

/** A configuration with its ways into Discord. */
export interface OpenOrganization {
  readonly config: OrganizationConfig;
  /** Closes the ways into Discord. Calls that are under way finish first. */
  close(): Promise<void>;
}

/**
 * Opens the destinations of `config`, which keep to Discord's limits together. Addresses on Discord's own hosts go to
 * `apiUrl`, the local Discord.
 */
export function openOrganization(
  config: DevConfig,
  { apiUrl, limiter }: { readonly apiUrl: string; readonly limiter: Backends["limiter"] },
): OpenOrganization {
  const dispatcher = createHttpPool();
  const destinations: Record<string, Destination> = {};
  for (const [name, { webhookUrl, username, avatarUrl, forum }] of Object.entries(config.destinations)) {
    destinations[name] = {
      transport: createWebhookTransport({ url: webhookUrl, apiUrl, dispatcher, limiter }),
      forum,
      ...(username === undefined ? {} : { username }),
      ...(avatarUrl === undefined ? {} : { avatarUrl }),
    };
  }
  return {
    config: { destinations, routes: config.routes },
    async close() {
      await Promise.all(Object.values(destinations).map(({ transport }) => transport.close()));
      await dispatcher.close();
    },
  };
}
