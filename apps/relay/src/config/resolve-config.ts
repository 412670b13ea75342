import { parseWebhookUrl } from "@tocsin/discord-transport";
import type { Route } from "@tocsin/engine";
import { describeValue } from "../find-mismatches.ts";
import type { ConfigIssue, DiscordDestinationConfig, LoadedConfig } from "./config.ts";
import type { ConfigDocument } from "./config-document.ts";
import type { ConfigFile } from "./config-schema.ts";
import { nearestOf } from "./nearest-of.ts";

type DestinationFile = NonNullable<ConfigFile["destinations"]>[string];
type RouteFile = NonNullable<ConfigFile["routes"]>[number];

const SERVER_DEFAULTS = { host: "127.0.0.1", port: 8080, bodyLimitBytes: 1024 * 1024 };

/** Applies defaults and reads secrets in a file that fits the schema, and checks what the schema cannot say. */
export function resolveConfig(
  document: ConfigDocument,
  file: ConfigFile,
  readSecretFile: (path: string) => string | null,
): LoadedConfig {
  const issues: ConfigIssue[] = [];
  const destinations: Record<string, DiscordDestinationConfig> = {};
  for (const [name, destination] of Object.entries(file.destinations ?? {})) {
    const webhookUrl = resolveWebhookUrl(document, ["destinations", name], destination, readSecretFile, issues);
    destinations[name] = {
      kind: "discord",
      webhookUrl,
      forum: destination.forum ?? false,
      ...(destination.username === undefined ? {} : { username: destination.username }),
      ...(destination.avatar_url === undefined ? {} : { avatarUrl: destination.avatar_url }),
    };
  }

  const known = Object.keys(destinations);
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
    },
  };
}

/** The URL, or `""` after adding an issue. */
function resolveWebhookUrl(
  document: ConfigDocument,
  path: readonly string[],
  { webhook_url: url, webhook_url_file: file }: DestinationFile,
  readSecretFile: (path: string) => string | null,
  issues: ConfigIssue[],
): string {
  if ((url === undefined) === (file === undefined)) {
    const found = url === undefined ? "neither" : "both";
    issues.push(document.issueAt(path, { found, expected: "either webhook_url or webhook_url_file" }));
    return "";
  }
  const text = file === undefined ? url : readSecretFile(file)?.trim();
  const field = [...path, file === undefined ? "webhook_url" : "webhook_url_file"];
  if (text === undefined) {
    issues.push(
      document.issueAt(field, { found: "a file that cannot be read", expected: "a file with a webhook URL" }),
    );
    return "";
  }
  const parsed = parseWebhookUrl(text);
  if (parsed.kind === "invalid") {
    const found = text === "" ? "nothing" : `something else, not shown: ${parsed.message}`;
    issues.push(
      document.issueAt(field, { found, expected: "a URL like https://discord.com/api/webhooks/<id>/<token>" }),
    );
    return "";
  }
  return text;
}

function toRoute({ match: { severity, topic } = {}, ...route }: RouteFile): Route {
  return {
    ...route,
    match: {
      ...(severity === undefined ? {} : { severity: [severity].flat() }),
      ...(topic === undefined ? {} : { topic: [topic].flat() }),
    },
  };
}
