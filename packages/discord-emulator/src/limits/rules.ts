/** How many requests of one kind Discord lets through. */
export interface LimitRule {
  readonly shape: "sliding" | "fixed";
  readonly limitCount: number;
  readonly windowMs: number;
}

const sliding = (limitCount: number, windowMs: number): LimitRule => ({ shape: "sliding", limitCount, windowMs });

/**
 * Limits per bucket. Discord publishes no numbers ("never hard-code them"); these were seen by its users or told by its
 * staff, named by issue of discord/discord-api-docs. Routes without a rule send no rate-limit headers, as some of Discord's.
 */
export const LIMIT_RULES: Readonly<Record<string, LimitRule>> = {
  // Issue 367. All webhooks share one hash; the webhook's id and token tell the buckets apart.
  "webhook.execute": sliding(5, 2000),
  // Not observed: taken to be like execute, each method with a bucket of its own.
  "webhook.message.get": sliding(5, 2000),
  "webhook.message.edit": sliding(5, 2000),
  "webhook.message.delete": sliding(5, 2000),
  // Issue 8073: same numbers, separate counters.
  "message.create": sliding(5, 5000),
  "message.edit": sliding(5, 5000),
  // Issue 8330: three buckets by the message's age; a message that is not there counts as new.
  "message.delete.new": sliding(5, 1000),
  "message.delete.old": sliding(3, 333),
  "message.delete.ancient": sliding(30, 4000),
  // Issues 864 and 182: adding, removing and clearing share it.
  reaction: sliding(1, 250),
};

/** Messages that all webhooks of a channel may post together: no header shows it (issues 367, 1454, 4043). */
export const HIDDEN_WEBHOOK_RULE: LimitRule = sliding(30, 60_000);

/** Requests of one bot, or of one address without a bot (docs: topics/rate-limits, "Global Rate Limit"). */
export const GLOBAL_RULE: LimitRule = { shape: "fixed", limitCount: 50, windowMs: 1000 };

/** Answers 401, 403 and 429 of one address before Discord's edge bans it (docs: topics/rate-limits, "Invalid Request Limit"). */
export const INVALID_REQUEST_RULE: LimitRule = { shape: "fixed", limitCount: 10_000, windowMs: 600_000 };
