import type { ErrorCode } from "../errors/error-codes.ts";

/** How many requests of one kind Discord lets through. */
export interface LimitRule {
  readonly shape: "sliding" | "fixed";
  readonly limitCount: number;
  readonly windowMs: number;
  /** No header tells about it; only its 429s do. */
  readonly isSilent?: true;
}

/**
 * A limit behind the bucket of a route: no header shows it. Whoever meets it gets a 429 while the bucket may still have
 * requests left, with `code` in the body where Discord gives one.
 */
export interface Sublimit extends LimitRule {
  readonly scope: "user" | "shared";
  readonly code?: ErrorCode;
}

const sliding = (limitCount: number, windowMs: number): LimitRule => ({ shape: "sliding", limitCount, windowMs });
const fixed = (limitCount: number, windowMs: number): LimitRule => ({ shape: "fixed", limitCount, windowMs });

/**
 * Limits per bucket. Discord publishes no numbers ("never hard-code them"); these were seen by its users or told by its
 * staff, named by issue of discord/discord-api-docs. Routes without a rule send no rate-limit headers, as some of Discord's.
 */
export const LIMIT_RULES = {
  // Issue 367. All webhooks share one hash; the webhook's id and token tell the buckets apart.
  "webhook.execute": sliding(5, 2000),
  // Not observed: taken to be like execute, each method with a bucket of its own.
  "webhook.message.get": sliding(5, 2000),
  "webhook.message.edit": sliding(5, 2000),
  "webhook.message.delete": sliding(5, 2000),
  // Issue 3426: no headers and long waits; the numbers are an assumption.
  "webhook.create": { ...sliding(10, 600_000), isSilent: true },
  // Issue 8073: same numbers, separate counters.
  "message.create": sliding(5, 5000),
  "message.edit": sliding(5, 5000),
  // Issue 8330: three buckets by the message's age; a message that is not there counts as new.
  "message.delete.new": sliding(5, 1000),
  "message.delete.old": sliding(3, 333),
  "message.delete.ancient": sliding(30, 4000),
  // Issues 864 and 182: adding, removing and clearing share it.
  reaction: sliding(1, 250),
  // Issue 7680: one of the few windows that stand still.
  "member.role": fixed(10, 10_000),
} as const satisfies Readonly<Record<string, LimitRule>>;

/** Name of a rule. */
export type LimitName = keyof typeof LIMIT_RULES;

/** Limits that no header shows. */
export const SUBLIMITS = {
  // All webhooks of a channel together (issues 367, 1454, 4043).
  "webhook.channel": { ...sliding(30, 60_000), scope: "shared" },
  // Error 30046, per channel. The numbers are an assumption: Discord's staff keeps them to itself (issue 4413).
  "message.edit.old": { ...sliding(3, 20_000), scope: "user", code: 30046 },
  // Error 20022, per channel: edits of published announcements. The numbers are an assumption.
  "message.edit.announcement": { ...sliding(3, 3_600_000), scope: "user", code: 20022 },
  // Name and topic of a channel (seen by users of JDA, its issue 1306). The scope is an assumption.
  "channel.rename": { ...fixed(2, 600_000), scope: "shared" },
} as const satisfies Readonly<Record<string, Sublimit>>;

/** Name of a sublimit. */
export type SublimitName = keyof typeof SUBLIMITS;

/** Requests of one bot, or of one address without a bot (docs: topics/rate-limits, "Global Rate Limit"). */
export const GLOBAL_RULE: LimitRule = fixed(50, 1000);

/** Answers 401, 403 and 429 of one address before Discord's edge bans it (docs: topics/rate-limits, "Invalid Request Limit"). */
export const INVALID_REQUEST_RULE: LimitRule = fixed(10_000, 600_000);
