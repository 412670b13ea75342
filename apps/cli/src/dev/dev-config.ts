import type { EmulatorDescription } from "@tocsin/discord-emulator";
import { loadConfig, type RelayConfig } from "@tocsin/relay";
import { cliError } from "../errors.ts";

/** The part of the relay's configuration that `dev` takes from a file; it listens where its options say. */
export type DevConfig = Pick<RelayConfig, "destinations" | "routes" | "database" | "redis">;

/** The parts of a local Discord that the built-in destinations lead to. */
export type DevDiscord = Pick<EmulatorDescription, "bot_token" | "guild_id" | "channels">;

/**
 * What `dev` does without a file: topic `forum` becomes a post in the forum, critical alerts go to `critical`, where each
 * has a thread, the rest to `alerts`. The first two are the bot's, the last a webhook's.
 */
export function createDevConfig({ bot_token: botToken, guild_id: guildId, channels }: DevDiscord): DevConfig {
  const bot = (channel: { readonly id: string }, forum: boolean) =>
    ({ kind: "discord", via: "bot", botToken, guildId, channelId: channel.id, forum }) as const;
  const { alerts, critical, forum } = channels;
  return {
    destinations: {
      alerts: { kind: "discord", via: "webhook", webhookUrl: alerts.webhook_url, username: "Tocsin", forum: false },
      critical: bot(critical, false),
      forum: bot(forum, true),
    },
    routes: [
      { name: "forum", match: { topic: ["forum"] }, destinations: ["forum"] },
      { name: "critical", match: { severity: ["critical"] }, destinations: ["critical"] },
      { name: "rest", destinations: ["alerts"] },
    ],
  };
}

/** A file that names no destinations and no routes, but a Postgres or a Redis perhaps, has those that are built in. */
export function withBuiltIn(config: DevConfig, discord: DevDiscord): DevConfig {
  const isBare = Object.keys(config.destinations).length === 0 && config.routes.length === 0;
  return isBare ? { ...config, ...createDevConfig(discord) } : config;
}

/** Reads the file of `--config`. Throws `CLI_CONFIG_INVALID` with every mistake in it. */
export function loadDevConfig(file: string, env: Readonly<Record<string, string | undefined>>): DevConfig {
  const loaded = loadConfig(file, env);
  if (loaded.kind === "config") return loaded.config;
  const mistakes = loaded.issues.map(({ message }) => `  ${message}`).join("\n");
  throw cliError("CLI_CONFIG_INVALID", `--config ${file} cannot be used:\n${mistakes}`);
}
