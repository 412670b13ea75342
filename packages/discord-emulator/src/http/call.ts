import type { Upload } from "../actions/uploads.ts";
import type { World } from "../actions/world.ts";
import type { JsonObject } from "../json.ts";
import type { Channel, Webhook } from "../state/objects.ts";
import type { RouteResult } from "./answer.ts";

/** One request, read and let through, as a route sees it. */
export interface Call {
  readonly world: World;
  /** Decoded path parameters by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: JsonObject;
  readonly uploads: readonly Upload[];
}

/** Who may call: the bot by its header, anybody who knows the webhook's token, or everybody. */
export type RouteAuth = "bot" | "webhook" | "none";

/** One route of Discord's API, as data. */
export interface DiscordRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api`, with `:name` parameters. */
  readonly path: string;
  readonly auth: RouteAuth;
  /** Name of its rate-limit rule, or how to find it; without one only the global limit applies. */
  readonly limit?: string | ((call: Pick<Call, "world" | "params">) => string);
  /** Whether a JSON, form or multipart body is read. @default false */
  readonly takesBody?: true;
  handle(call: Call): RouteResult;
}

/** The webhook that authorised this call. Only for routes with `auth: "webhook"`. */
export function callingWebhook({ world, params }: Call): Webhook {
  return world.state.webhooks.get(params.webhook_id as string) as Webhook;
}

/** The channel named in the path, when it exists. */
export function namedChannel({ world, params }: Pick<Call, "world" | "params">): Channel | undefined {
  return world.state.channels.get(params.channel_id as string);
}

/** Reads a boolean of the query: Discord takes True, true and 1 (docs: reference, "Boolean Query Strings"). */
export function queryFlag(query: URLSearchParams, name: string, fallback = false): boolean {
  const value = query.get(name);
  return value === null ? fallback : ["true", "1"].includes(value.toLowerCase());
}
