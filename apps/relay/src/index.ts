export { buildRelay, type ListenOptions, type Relay, type RelayOptions } from "./build-relay.ts";
export type {
  BotDestinationConfig,
  ConfigIssue,
  DatabaseConfig,
  DiscordDestinationConfig,
  LoadedConfig,
  RedisConfig,
  RelayConfig,
  ServerConfig,
  TlsConfig,
  WebhookDestinationConfig,
} from "./config/config.ts";
export { loadConfig } from "./config/load-config.ts";
export { createLogger, type RelayLoggerOptions } from "./create-logger.ts";
export {
  type OpenDestinations,
  type OpenDestinationsOptions,
  openDestinations,
} from "./destinations/open-destinations.ts";
export { relayPlugin } from "./relay-plugin.ts";
export type { RelayPluginOptions } from "./relay-plugin-options.ts";
export { handleSignals, type SignalOptions, type SignalProcess } from "./signals.ts";
export { registerTelemetry, type Telemetry, type TelemetryOptions } from "./telemetry.ts";
