import type { Destination, Route } from "@tocsin/engine";

/** How alerts look at a destination, in the engine's own words: see `Destination` of `@tocsin/engine`. */
type DestinationLook = Omit<Destination, "transport" | "username" | "avatarUrl" | "forum">;

/** What both ways into a channel of Discord have. */
interface DiscordDestination extends DestinationLook {
  readonly kind: "discord";
  /** Whether the channel is a forum, where each alert becomes a post. */
  readonly forum: boolean;
}

/** How the server of a webhook is trusted, and who we are to it. Texts in PEM form. */
export interface TlsConfig {
  /** Trusted instead of the authorities that Node.js knows. */
  readonly caPem?: string;
  /** Shown to the server, with its key, which is a secret. */
  readonly certPem?: string;
  readonly keyPem?: string;
  /** `false` takes any certificate. */
  readonly isVerified: boolean;
}

/** A channel by a webhook: nothing but its address is needed. It cannot start threads in a text channel. */
export interface WebhookDestinationConfig extends DiscordDestination {
  readonly via: "webhook";
  /** A secret: whoever has it can post. */
  readonly webhookUrl: string;
  /** The name and picture that messages show. Absent: the webhook's own. */
  readonly username?: string;
  readonly avatarUrl?: string;
  /** Absent: as Node.js does. */
  readonly tls?: TlsConfig;
}

/** A channel by a bot. Messages have the name and the picture of its account. */
export interface BotDestinationConfig extends DiscordDestination {
  readonly via: "bot";
  /** A secret: whoever has it is the bot. */
  readonly botToken: string;
  readonly channelId: string;
  /** The server that the channel is in. */
  readonly guildId?: string;
}

/** A place in Discord that alerts can go to. */
export type DiscordDestinationConfig = WebhookDestinationConfig | BotDestinationConfig;

export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  readonly bodyLimitBytes: number;
}

/** A Postgres that several relays may share. */
export interface DatabaseConfig {
  /** A secret: `postgres://` or `postgresql://`, credentials included. */
  readonly url: string;
  /** The schema that holds the tables. */
  readonly schema: string;
}

/** A Redis that several relays may share. */
export interface RedisConfig {
  /** A secret: `redis://` or `rediss://`, credentials included. */
  readonly url: string;
  /** What the names of all keys begin with. */
  readonly prefix: string;
}

/** A configuration that was checked whole: defaults applied, environment and secret files read in. */
export interface RelayConfig {
  readonly destinations: Readonly<Record<string, DiscordDestinationConfig>>;
  /** In the order in which they are tried. Their destinations are configured ones. */
  readonly routes: readonly Route[];
  readonly server: ServerConfig;
  /** Absent: SQLite, and one process. */
  readonly database?: DatabaseConfig;
  /** Absent: limits and wakes are in memory. */
  readonly redis?: RedisConfig;
}

/** One mistake in a configuration. Holds no secret: not a value from the environment, nor of a secret field. */
export interface ConfigIssue {
  /** Where: a JSON pointer (RFC 6901), `""` for the whole file. */
  readonly path: string;
  /** The line of the file, from 1; absent where the file has none. */
  readonly line?: number;
  readonly found: string;
  readonly expected: string;
  /** The valid word that was most likely meant. */
  readonly nearest?: string;
  /** All of it in one sentence. */
  readonly message: string;
}

export type LoadedConfig =
  | { readonly kind: "config"; readonly config: RelayConfig }
  /** `issues` has at least one entry, in the order of the file where they have a line. */
  | { readonly kind: "invalid"; readonly issues: readonly ConfigIssue[] };
