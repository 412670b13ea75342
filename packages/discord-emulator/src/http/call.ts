import type { Upload } from "../actions/upload.ts";
import type { World } from "../actions/world.ts";
import { findInteraction } from "../interactions/authorise-interaction.ts";
import type { JsonObject } from "../json.ts";
import type { Draw } from "../limits/limiter.ts";
import type { LimitName } from "../limits/rules.ts";
import type { PermissionName } from "../permissions/permission.ts";
import type { Interaction } from "../state/interactions.ts";
import type { Bot, Channel, Webhook } from "../state/objects.ts";
import type { RouteResult } from "./answer.ts";

/** A request whose caller is known and whose body is not read yet. */
export interface UnreadCall {
  /** Its presenter shows what the caller sees. */
  readonly world: World;
  /** The bot that calls; undefined where none is asked for. `callingBot` gives it where one is. */
  readonly bot: Bot | undefined;
  /** Decoded path parameters by name. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Aborted when the emulator closes. */
  readonly signal: AbortSignal;
}

/** One request, read and let through, as a route sees it. */
export interface Call extends UnreadCall {
  readonly body: JsonObject;
  readonly uploads: readonly Upload[];
  /** The body, where it is a list. Only for routes that take one. */
  readonly list?: readonly unknown[];
}

/** Who may call: a bot by its header, anybody who knows the token of the webhook or of the interaction, or everybody. */
export type RouteAuth = "bot" | "webhook" | "interaction" | "none";

/** One route of Discord's API, as data. */
export interface DiscordRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below `/api`, with `:name` parameters. */
  readonly path: string;
  readonly auth: RouteAuth;
  /** Name of its rate-limit rule, or how to find it; without one only the global limit applies. */
  readonly limit?: LimitName | ((call: Pick<Call, "world" | "params">) => LimitName);
  /**
   * What the calling bot must be allowed to do in the channel, webhook's channel or guild of the path, which the bot must
   * be able to see in any case. Checked before the body is read; SEND_MESSAGES means SEND_MESSAGES_IN_THREADS in threads.
   * Only for routes with `auth: "bot"`. @default []
   */
  readonly needs?: readonly PermissionName[] | ((call: UnreadCall) => readonly PermissionName[]);
  /** Limits that no header shows, which this call draws on. @default none */
  readonly sublimits?: (call: Call) => readonly Draw[];
  /** Whether a JSON, form or multipart body is read; `"list"`: a JSON list. @default false */
  readonly takesBody?: true | "list";
  handle(call: Call): RouteResult | Promise<RouteResult>;
}

/** The bot that makes this call. Only for routes with `auth: "bot"`. */
export function callingBot({ bot }: Pick<Call, "bot">): Bot {
  return bot as Bot;
}

/** The webhook that authorised this call. Only for routes with `auth: "webhook"`. */
export function callingWebhook({ world, params }: Call): Webhook {
  return world.state.webhooks.get(params.webhook_id as string) as Webhook;
}

/** The interaction whose token authorised this call. Only for routes with `auth: "interaction"`. */
export function callingInteraction({ world, params }: Pick<Call, "world" | "params">): Interaction {
  return findInteraction(world, params) as Interaction;
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
