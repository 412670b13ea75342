import type { Route } from "@tocsin/engine";
import { describeValue } from "../find-mismatches.ts";
import { checkDelivery } from "./check-delivery.ts";
import type { ConfigIssue, DatabaseConfig, DiscordDestinationConfig, LoadedConfig, RedisConfig } from "./config.ts";
import type { ConfigDocument } from "./config-document.ts";
import type { ConfigFile } from "./config-schema.ts";
import { nearestOf } from "./nearest-of.ts";
import { resolveDelivery } from "./resolve-delivery.ts";
import { resolveDestination } from "./resolve-destination.ts";
import { resolveSecret, type SecretSource } from "./resolve-secret.ts";

type RouteFile = NonNullable<ConfigFile["routes"]>[number];

const SERVER_DEFAULTS = { host: "127.0.0.1", port: 8080, bodyLimitBytes: 1024 * 1024 };
const SCHEMA_DEFAULT = "tocsin";
const PREFIX_DEFAULT = "tocsin";

/** Applies defaults and reads secrets in a file that fits the schema, and checks what the schema cannot say. */
export function resolveConfig(
  document: ConfigDocument,
  file: ConfigFile,
  readSecretFile: (path: string) => string | null,
): LoadedConfig {
  const issues: ConfigIssue[] = [];
  const source: SecretSource = { document, readSecretFile, issues };
  const destinations: Record<string, DiscordDestinationConfig> = {};
  for (const [name, destination] of Object.entries(file.destinations ?? {})) {
    const resolved = resolveDestination(source, ["destinations", name], destination);
    if (resolved !== null) destinations[name] = resolved;
  }

  const known = Object.keys(file.destinations ?? {});
  const routes = (file.routes ?? []).map((route, index) => {
    for (const [position, name] of route.destinations.entries()) {
      if (known.includes(name)) continue;
      const nearest = nearestOf(name, known);
      const path = ["routes", String(index), "destinations", String(position)];
      issues.push(
        document.issueAt(path, {
          found: `an unknown destination${document.isSubstituted(path) ? "" : `, ${describeValue(name)}`}`,
          expected: known.length > 0 ? `one of ${known.join(", ")}` : "a name under destinations, which has none",
          ...(nearest ? { nearest } : {}),
        }),
      );
    }
    return toRoute(route);
  });

  issues.push(...checkDelivery(document, { destinations, routes }));

  const database = file.database && resolveDatabase(source, file.database);
  const redis = file.redis && resolveRedis(source, file.redis);
  if (issues.length > 0) return { kind: "invalid", issues };
  const { host, port, body_limit_bytes: bodyLimitBytes } = file.server ?? {};
  return {
    kind: "config",
    config: {
      destinations,
      routes,
      server: {
        host: host ?? SERVER_DEFAULTS.host,
        port: port ?? SERVER_DEFAULTS.port,
        bodyLimitBytes: bodyLimitBytes ?? SERVER_DEFAULTS.bodyLimitBytes,
      },
      ...(database === undefined ? {} : { database }),
      ...(redis === undefined ? {} : { redis }),
    },
  };
}

function resolveDatabase(source: SecretSource, file: NonNullable<ConfigFile["database"]>): DatabaseConfig {
  const url = resolveServiceUrl(source, "database", file, "postgres://<host>:5432/<database>");
  return { url, schema: file.schema ?? SCHEMA_DEFAULT };
}

function resolveRedis(source: SecretSource, file: NonNullable<ConfigFile["redis"]>): RedisConfig {
  const url = resolveServiceUrl(source, "redis", file, "redis://<host>:6379");
  return { url, prefix: file.prefix ?? PREFIX_DEFAULT };
}

/** How the URLs of a service may begin. */
const PROTOCOLS = { database: ["postgres:", "postgresql:"], redis: ["redis:", "rediss:"] } as const;

function resolveServiceUrl(
  source: SecretSource,
  section: keyof typeof PROTOCOLS,
  file: { readonly url?: string; readonly url_file?: string },
  /** Without credentials: a redactor would mask even an example of them. */
  example: string,
): string {
  const protocols: readonly string[] = PROTOCOLS[section];
  return resolveSecret(source, {
    path: [section],
    name: "url",
    value: file.url,
    file: file.url_file,
    kind: "a URL",
    expected: `a URL like ${example}`,
    mistakeIn: (text) => {
      if (!URL.canParse(text)) return "it is no URL";
      const { protocol, hostname, searchParams } = new URL(text);
      if (!protocols.includes(protocol)) return `it does not begin with ${protocols.join("// or ")}//`;
      // A Postgres behind a Unix socket is named by ?host=/directory.
      return hostname === "" && !searchParams.has("host") ? "it names no host" : null;
    },
  });
}

function toRoute({ match: { severity, topic } = {}, delivery, ...route }: RouteFile): Route {
  return {
    ...route,
    ...(delivery === undefined ? {} : { delivery: resolveDelivery(delivery) }),
    match: {
      ...(severity === undefined ? {} : { severity: [severity].flat() }),
      ...(topic === undefined ? {} : { topic: [topic].flat() }),
    },
  };
}
