import { createHash } from "node:crypto";

/**
 * What a request is to Discord's rate limits. Holds no token: secrets in a path are hashed.
 *
 * Discord counts per bucket: a hash that it tells in an answer, together with the top-level resource (`major`). Until the
 * hash is known the template stands in for it.
 * https://docs.discord.com/developers/topics/rate-limits (read 2026-11).
 */
export interface DiscordRoute {
  /** Method and path with ids taken out: `POST /channels/:id/messages`. */
  readonly template: string;
  /** Requests that share counters although their methods differ have one group; else it is the method. */
  readonly group: string;
  /** The channel, guild or webhook (with its token) that the path is about, or `""`. */
  readonly major: string;
  /** Whose 50 requests a second it counts against: a name for the bot, or `null` for those without authorization (per address). */
  readonly credential: string | null;
  /** Answers to interactions are exempt from the global limit. */
  readonly isInteraction: boolean;
  /** The channel whose unannounced limit for all webhooks together it draws on; `null` when there is none, or it is not known. */
  readonly webhookChannel: string | null;
}

/** What the path does not say. */
export interface DiscordRouteOptions {
  /** Any stable name of the bot whose token goes along; not the token. Absent: no `Authorization` header goes along. */
  readonly credential?: string;
  /** For webhooks: the id of the channel that it posts into, once known. */
  readonly channelId?: string;
  /** Epoch milliseconds; tells old messages from new ones, which count apart when deleted. @default Date.now() */
  readonly nowMs?: number;
}

/** Discord's epoch, 2015-01-01, in milliseconds: https://docs.discord.com/developers/reference#snowflakes. */
const DISCORD_EPOCH = 1_420_070_400_000n;
const SNOWFLAKE = /^\d{17,20}$/;
/** Discord's own path segments, such as `audit-logs`, `@me` and `oauth2`. */
const WORD = /^(?=.{1,30}$)@?[a-z]+(?:-[a-z]+)*\d?(?:\.[a-z]+)?$/;
/** What follows these is a code, not a word. */
const CODED = new Set(["invites", "templates"]);
const MAJORS = new Set(["channels", "guilds", "webhooks", "interactions"]);
/** Deleting counts apart by the message's age: discord/discord-api-docs issue 8330 (observed 2026-05). */
const NEW_MESSAGE_MS = 10_000;
const OLD_MESSAGE_MS = 14 * 24 * 60 * 60 * 1000;

const digest = (secret: string): string => createHash("sha256").update(secret).digest("base64url").slice(0, 22);

function ageOf(messageId: string, nowMs: number): "new" | "old" | "ancient" {
  const ageMs = nowMs - Number((BigInt(messageId) >> 22n) + DISCORD_EPOCH);
  if (ageMs < NEW_MESSAGE_MS) return "new";
  return ageMs < OLD_MESSAGE_MS ? "old" : "ancient";
}

/** Whatever a path holds that is no word of Discord's: ids, and codes that somebody may keep to himself. */
function templateOf(segments: readonly string[], hasToken: boolean): readonly string[] {
  return segments.map((part, index) => {
    if (hasToken && index === 2) return ":token";
    if (SNOWFLAKE.test(part)) return ":id";
    if (CODED.has(segments[index - 1] ?? "")) return ":code";
    return WORD.test(part) ? part : ":other";
  });
}

/**
 * Reads the route from a method and a path below `/api` (`/api`, `/v10` and a query are ignored):
 * `toDiscordRoute("POST", "/webhooks/123…/token")`. Never fails: an unknown path is its own template.
 */
export function toDiscordRoute(method: string, path: string, options: DiscordRouteOptions = {}): DiscordRoute {
  const { credential = null, channelId = null, nowMs = Date.now() } = options;
  const [bare = ""] = path.replace(/^(?:\/api)?(?:\/v\d+)?(?=\/)/, "").split("?");
  const segments = bare
    .replaceAll("%40", "@")
    .split("/")
    .filter((part) => part !== "");
  const [resource = "", id = "", token] = segments;
  const hasToken = token !== undefined && (resource === "webhooks" || resource === "interactions");
  const major = !MAJORS.has(resource) || id === "" ? "" : `${resource}/${id}${hasToken ? `/${digest(token)}` : ""}`;
  const isReaction = segments[4] === "reactions" && method !== "GET";
  const parts = templateOf(segments, hasToken);
  // Adding, removing and clearing share one counter (issues 864 and 182), whatever the emoji.
  const kept = isReaction ? [...parts.slice(0, 5), ":emoji"] : parts;
  const messageId = segments[3] ?? "";
  const isDeletion = method === "DELETE" && segments.length === 4 && segments[2] === "messages";
  const age = isDeletion && SNOWFLAKE.test(messageId) ? ` ${ageOf(messageId, nowMs)}` : "";
  const group = isReaction ? "REACTIONS" : method;
  return {
    template: `${group} /${kept.join("/")}${age}`,
    group,
    major,
    credential,
    isInteraction: resource === "interactions",
    webhookChannel: method === "POST" && hasToken && resource === "webhooks" ? channelId : null,
  };
}
