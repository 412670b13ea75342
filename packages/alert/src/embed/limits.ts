/**
 * Discord's limits for embeds. Lengths are in Unicode code points.
 *
 * {@link https://discord.com/developers/docs/resources/message#embed-object-embed-limits}
 */
export const EMBED_LIMITS = {
  /** Embeds in one message. */
  embeds: 10,
  title: 256,
  description: 4096,
  fields: 25,
  fieldName: 256,
  fieldValue: 1024,
  footerText: 2048,
  authorName: 256,
  /** Title, description, field names and values, footer and author of all embeds of a message together. */
  total: 6000,
} as const;

/**
 * The longest name of a thread or forum post, in code points.
 *
 * {@link https://discord.com/developers/docs/resources/channel#channel-object}
 */
export const MAX_THREAD_NAME_COUNT = 100;

/** {@link https://discord.com/developers/docs/resources/webhook#execute-webhook} */
export const MAX_USERNAME_COUNT = 80;

/**
 * The longest `content` of a message, in code points.
 *
 * {@link https://discord.com/developers/docs/resources/message#create-message}
 */
export const MAX_CONTENT_COUNT = 2000;

/**
 * The most users, and the most roles, that one message may allow by id.
 *
 * {@link https://discord.com/developers/docs/resources/message#allowed-mentions-object}
 */
export const MAX_MENTIONED_IDS = 100;

/**
 * The message arrives without a push or desktop notification.
 *
 * {@link https://discord.com/developers/docs/resources/message#message-object-message-flags}
 */
export const SUPPRESS_NOTIFICATIONS = 1 << 12;
