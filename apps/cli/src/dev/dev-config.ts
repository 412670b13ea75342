import type { EmulatorDescription } from "@tocsin/discord-emulator";
import { loadConfig, type RelayConfig } from "@tocsin/relay";
import { cliError } from "../errors.ts";

/** The part of the relay's configuration that `dev` takes from a file; it listens where its options say. */
export type DevConfig = Pick<RelayConfig, "destinations" | "routes" | "database" | "redis">;

/**
 * What `dev` does without a file: topic `forum` becomes a post in the forum, critical alerts go to `critical`, the rest
 * to `alerts`.
 */
export function createDevConfig(channels: EmulatorDescription["channels"]): DevConfig {
  const webhook = (name: keyof EmulatorDescription["channels"]) =>
    ({ kind: "discord", webhookUrl: channels[name].webhook_url, username: "Tocsin", forum: name === "forum" }) as const;
  return {
    destinations: { alerts: webhook("alerts"), critical: webhook("critical"), forum: webhook("forum") },
    routes: [
      { name: "forum", match: { topic: ["forum"] }, destinations: ["forum"] },
      { name: "critical", match: { severity: ["critical"] }, destinations: ["critical"] },
      { name: "rest", destinations: ["alerts"] },
    ],
  };
}

/** A file that names no destinations and no routes, but a Postgres or a Redis perhaps, has those that are built in. */
export function withBuiltIn(config: DevConfig, channels: EmulatorDescription["channels"]): DevConfig {
  const isBare = Object.keys(config.destinations).length === 0 && config.routes.length === 0;
  return isBare ? { ...config, ...createDevConfig(channels) } : config;
}

/** Reads the file of `--config`. Throws `CLI_CONFIG_INVALID` with every mistake in it. */
export function loadDevConfig(file: string, env: Readonly<Record<string, string | undefined>>): DevConfig {
  const loaded = loadConfig(file, env);
  if (loaded.kind === "config") return loaded.config;
  const mistakes = loaded.issues.map(({ message }) => `  ${message}`).join("\n");
  throw cliError("CLI_CONFIG_INVALID", `--config ${file} cannot be used:\n${mistakes}`);
}
