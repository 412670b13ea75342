import type { PermitAnswer } from "../discord/discord-limiter.ts";
import { type DiscordRoute, toDiscordRoute } from "../discord/discord-route.ts";

type Answered = PermitAnswer & { readonly kind: "answered" };
type Headers = Readonly<Record<string, string>>;

/** Channels, webhooks and the like of tests. */
export const idOf = (index: number): string => String(100_000_000_000_000_000n + BigInt(index));

/** Messages of a bot in channel number `index`. */
export const messages = (index = 0, credential = "bot"): DiscordRoute =>
  toDiscordRoute("POST", `/channels/${idOf(index)}/messages`, { credential });

/** Posts of webhook number `index`; of a channel, when it is known. */
export const webhook = (index = 0, channelId?: string): DiscordRoute =>
  toDiscordRoute("POST", `/webhooks/${idOf(index)}/token`, channelId === undefined ? {} : { channelId });

/** An answer to interaction number `index`. */
export const interaction = (index = 0): DiscordRoute =>
  toDiscordRoute("POST", `/interactions/${idOf(index)}/token/callback`);

/** What an answer says about its bucket. */
export interface BucketWords {
  readonly limit?: number;
  readonly remaining: number;
  readonly resetAfterMs: number;
  /** `X-RateLimit-Reset`, in epoch milliseconds. @default none */
  readonly resetAt?: number;
  readonly hash?: string;
}

/** Headers of a bucket of 5 per 5 s, unless they say otherwise. */
export const bucketHeaders = ({
  limit = 5,
  remaining,
  resetAfterMs,
  resetAt,
  hash = "hash",
}: BucketWords): Headers => ({
  via: "1.1 google",
  "x-ratelimit-bucket": hash,
  "x-ratelimit-limit": String(limit),
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-reset-after": (resetAfterMs / 1000).toFixed(3),
  ...(resetAt === undefined ? {} : { "x-ratelimit-reset": (resetAt / 1000).toFixed(3) }),
});

/** A success that tells about its bucket. */
export const success = (words: BucketWords): Answered => ({
  kind: "answered",
  status: 200,
  headers: bucketHeaders(words),
});

/** An answer that tells nothing about limits. */
export const plain = (status = 200): Answered => ({ kind: "answered", status, headers: { via: "1.1 google" } });

/** A 429 with these headers besides, and this body. */
export const limited = (
  scope: "user" | "shared" | "global",
  headers: Headers = {},
  body: unknown = { message: "You are being rate limited.", global: scope === "global" },
): Answered => ({
  kind: "answered",
  status: 429,
  headers: { via: "1.1 google", "x-ratelimit-scope": scope, ...headers },
  body,
});

/** The page with which Discord's edge answers an address that it has banned. */
export const ban = (retryAfterSeconds?: number): Answered => ({
  kind: "answered",
  status: 429,
  headers: retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) },
  body: "<html>error code: 1015</html>",
});
