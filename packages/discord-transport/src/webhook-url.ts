import { DISCORD_API_URL, hasCredentials, isHttp, toApiRoot } from "./api-root.ts";
import { isSnowflake } from "./snowflake.ts";

/** A webhook's address, taken apart. `token` and `executeUrl` are secrets: whoever has them can post and delete. */
export interface Webhook {
  readonly kind: "webhook";
  readonly id: string;
  readonly token: string;
  /** Where requests go: scheme, host, version and the webhook's path, without query and trailing slash. */
  readonly executeUrl: string;
  /** Thread for whatever names none: the `thread_id` of the address's query. */
  readonly threadId?: string;
}

/** Why a text is no webhook address. `message` repeats no part of the text. */
export interface InvalidWebhookUrl {
  readonly kind: "invalid";
  readonly message: string;
}

/** Settings of {@link parseWebhookUrl}. */
export interface ParseWebhookUrlOptions {
  /**
   * Stands in for Discord's API: webhook addresses on Discord's own hosts go there. With or without version.
   * @default "https://discord.com/api"
   */
  readonly apiUrl?: string;
}

const DISCORD_HOST = /^(?:(?:ptb|canary)\.)?(?:discord|discordapp)\.com$/;
/** The path of a webhook: what comes before, its id, its token, and what comes after. */
const WEBHOOK_PATH = /^(?<base>.*)\/webhooks\/(?<id>[^/]+)\/(?<token>[^/]+)(?<rest>\/.*)?$/;
/** Unreserved characters: such a token needs no escaping and cannot leave its place in the path. */
const TOKEN = /^[\w.~-]{1,512}$/;

/**
 * Takes a webhook address apart and says where its requests go.
 *
 * Addresses on Discord's hosts (discord.com, discordapp.com, ptb. and canary.) go to `apiUrl`, any other host is kept:
 * it is an emulator or a proxy that somebody chose. Both get the path `/v10`, whatever version the address had, since
 * Discord takes a path without version for a deprecated one and discordapp.com has no v10
 * (https://docs.discord.com/developers/reference). Never throws.
 */
export function parseWebhookUrl(url: string, options: ParseWebhookUrlOptions = {}): Webhook | InvalidWebhookUrl {
  const parsed = URL.parse(url);
  if (parsed === null) return invalid("not an address; expected https://discord.com/api/webhooks/<id>/<token>");
  if (!isHttp(parsed)) return invalid("the scheme must be https or http");
  if (hasCredentials(parsed)) return invalid("an address with user and password is not supported");

  const groups = WEBHOOK_PATH.exec(parsed.pathname.replace(/\/+$/, ""))?.groups;
  if (groups === undefined) return invalid("the path must end in /webhooks/<id>/<token>");
  const { base = "", id = "", token = "", rest } = groups;
  if (!isSnowflake(id)) return invalid("the webhook id must be a number");
  if (!TOKEN.test(token) || /^\.+$/.test(token)) return invalid("the webhook token has characters that no token has");
  if (rest !== undefined) return invalid(explainRest(rest));
  const threadId = parsed.searchParams.get("thread_id");
  if (threadId !== null && !isSnowflake(threadId)) return invalid("thread_id must be a number");

  const root = rootOf(parsed, base, options.apiUrl ?? DISCORD_API_URL);
  if (typeof root !== "string") return root;
  const executeUrl = `${root}/webhooks/${id}/${token}`;
  return { kind: "webhook", id, token, executeUrl, ...(threadId === null ? {} : { threadId }) };
}

function rootOf(url: URL, base: string, apiUrl: string): string | InvalidWebhookUrl {
  const isDiscords = DISCORD_HOST.test(url.hostname);
  if (isDiscords && !/^\/api(?:\/v\d+)?$/.test(base)) {
    return invalid("on Discord's hosts the path must begin with /api");
  }
  const root = toApiRoot(isDiscords ? apiUrl : url.origin + base);
  return root ?? invalid("apiUrl must be an http or https address");
}

function explainRest(rest: string): string {
  if (rest === "/slack" || rest === "/github") {
    return `the suffix ${rest} takes another format; leave it out to send Discord messages`;
  }
  return "something follows the webhook token; the address must end with the token";
}

function invalid(message: string): InvalidWebhookUrl {
  return { kind: "invalid", message };
}
