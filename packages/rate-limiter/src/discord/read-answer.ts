import type { PermitAnswer } from "./discord-limiter.ts";
import type { DiscordRoute } from "./discord-route.ts";
import type { BucketReading, Observation } from "./limit-driver.ts";

type Headers = Readonly<Record<string, string | undefined>>;

/** A request that never left teaches nothing. */
export const NOT_SENT: Observation = {
  kind: "not-sent",
  reading: null,
  limited: null,
  isInvalid: false,
  bannedMs: null,
  isUnauthorized: false,
  channelId: null,
};

/** A number that is 0 or more; `null` for everything else that a server, or a proxy before it, may write. */
function amount(text: unknown): number | null {
  if (typeof text !== "string" && typeof text !== "number") return null;
  if (typeof text === "string" && text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

function readBucket(headers: Headers): BucketReading | null {
  const limitCount = amount(headers["x-ratelimit-limit"]);
  const remainingCount = amount(headers["x-ratelimit-remaining"]);
  const resetAfter = amount(headers["x-ratelimit-reset-after"]);
  const hash = headers["x-ratelimit-bucket"];
  if (limitCount === null || remainingCount === null || resetAfter === null || hash === undefined) return null;
  if (limitCount < 1) return null;
  const resetAt = amount(headers["x-ratelimit-reset"]);
  return {
    hash,
    limitCount,
    remainingCount: Math.min(remainingCount, limitCount),
    resetAfterMs: resetAfter * 1000,
    resetAtMs: resetAt === null ? null : resetAt * 1000,
  };
}

function bodyOf(body: unknown): Readonly<Record<string, unknown>> | null {
  let value = body;
  if (typeof body === "string") {
    try {
      value = JSON.parse(body);
    } catch {
      return null;
    }
  }
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
}

/**
 * The header is in whole seconds, rounded up; the body is exact. Where both say the same the body is believed, else the
 * longer one: they were seen to differ (discord/discord-api-docs issue 7394). No wait at all is as good as none named.
 */
function retryAfterOf(headers: Headers, body: Readonly<Record<string, unknown>> | null): number | null {
  const header = amount(headers["retry-after"]);
  const exact = amount(body?.retry_after);
  const isSame = header !== null && exact !== null && header === Math.max(1, Math.ceil(exact));
  const seconds = isSame ? exact : Math.max(header ?? 0, exact ?? 0);
  return seconds > 0 ? Math.ceil(Math.round(seconds * 1e6) / 1000) : null;
}

/**
 * Discord's edge, not its API, answers an address that it has banned: with code 0 and a text about blocking, or, without
 * any word about a limit, not as JSON or without `Via` (discord/discord-api-docs issue 5810).
 */
function isBan(headers: Headers, text: unknown, body: Readonly<Record<string, unknown>> | null): boolean {
  if (body?.code === 0 && typeof body.message === "string" && /blocked/i.test(body.message)) return true;
  if (Object.keys(headers).some((name) => name.startsWith("x-ratelimit-"))) return false;
  return headers.via === undefined || (body === null && typeof text === "string" && text !== "");
}

function readLimited({ headers, body: text }: PermitAnswer & { kind: "answered" }): Observation {
  const body = bodyOf(text);
  const retryAfterMs = retryAfterOf(headers, body);
  if (isBan(headers, text, body)) {
    const limited = { scope: "global" as const, retryAfterMs };
    return { ...NOT_SENT, kind: "answered", limited, isInvalid: true, bannedMs: retryAfterMs ?? 0 };
  }
  const header = headers["x-ratelimit-scope"];
  const isGlobal = header === "global" || body?.global === true || headers["x-ratelimit-global"] === "true";
  const scope = isGlobal ? "global" : header === "shared" ? "shared" : "user";
  const isInvalid = scope !== "shared";
  return { ...NOT_SENT, kind: "answered", reading: readBucket(headers), limited: { scope, retryAfterMs }, isInvalid };
}

/** Reads what an answer says about limits. Pure; never throws. */
export function readAnswer(answer: PermitAnswer, route: DiscordRoute): Observation {
  if (answer.kind !== "answered") return { ...NOT_SENT, kind: answer.kind };
  const { status, headers, channelId = null } = answer;
  if (status === 429) return readLimited(answer);
  const reading = readBucket(headers);
  // A server that failed tells nothing: neither that there are limits nor that there are none.
  if (status >= 500 && reading === null) return { ...NOT_SENT, kind: "lost", channelId };
  return {
    ...NOT_SENT,
    kind: "answered",
    reading,
    isInvalid: status === 401 || status === 403,
    // Where the path carries a token, that one was refused.
    isUnauthorized: status === 401 && route.credential !== null && !route.template.includes("/:token"),
    channelId,
  };
}
