import { ALLOWED_MENTIONS } from "./allowed-mentions.ts";
import { EMBEDS } from "./embed-rule.ts";
import { LIMITS } from "./limits.ts";
import { NAME_CHECKS } from "./name-checks.ts";
import { POLL } from "./poll-rule.ts";
import type { ListRule, ObjectRule } from "./rule.ts";

/** Entries name the uploads `files[n]` by `id`, or kept attachments on an edit (docs: resources/message, "Attachment Request Structure"). */
const ATTACHMENTS: ListRule = {
  kind: "list",
  maxCount: LIMITS.attachmentCount,
  of: {
    kind: "object",
    fields: {
      id: { kind: "snowflake", required: true },
      filename: { kind: "text", maxCount: 1024 },
      title: { kind: "text", maxCount: 1024 },
      description: { kind: "text", maxCount: LIMITS.attachmentDescriptionCount },
      is_spoiler: { kind: "boolean" },
      duration_secs: { kind: "number", min: 0, max: 2 ** 31 - 1 },
      waveform: { kind: "text", maxCount: 400 },
    },
  },
};

/** Members that every way to send or edit a message shares. Components are checked apart: it depends on who sends. */
const COMMON: ObjectRule["fields"] = {
  content: { kind: "text", maxCount: LIMITS.contentCount, trim: true },
  embeds: EMBEDS,
  allowed_mentions: ALLOWED_MENTIONS,
  flags: { kind: "integer", min: 0 },
  attachments: ATTACHMENTS,
  tts: { kind: "boolean" },
  poll: POLL,
};

/** Body of a message edit, by bot or webhook. */
export const EDIT: ObjectRule = { kind: "object", fields: COMMON };

/** Body of "Execute Webhook" (docs: resources/webhook). */
export const WEBHOOK_MESSAGE: ObjectRule = {
  kind: "object",
  fields: {
    ...COMMON,
    username: {
      kind: "text",
      minCount: 1,
      maxCount: LIMITS.usernameCount,
      trim: true,
      blankIsAbsent: true,
      checks: NAME_CHECKS,
    },
    avatar_url: { kind: "url", maxCount: LIMITS.urlCount, schemes: ["http", "https"] },
    thread_name: { kind: "text", maxCount: LIMITS.threadNameCount, trim: true, blankIsAbsent: true },
    applied_tags: { kind: "list", maxCount: LIMITS.appliedTagCount, of: { kind: "snowflake" } },
  },
};

/** Body of "Create Message" by a bot (docs: resources/message). */
export const BOT_MESSAGE: ObjectRule = {
  kind: "object",
  fields: {
    ...COMMON,
    sticker_ids: { kind: "list", maxCount: LIMITS.stickerCount, of: { kind: "snowflake" } },
    nonce: { kind: "text", maxCount: LIMITS.nonceCount },
    enforce_nonce: { kind: "boolean" },
    message_reference: {
      kind: "object",
      fields: {
        type: { kind: "integer", choices: [0, 1] },
        message_id: { kind: "snowflake", required: true },
        channel_id: { kind: "snowflake" },
        guild_id: { kind: "snowflake" },
        fail_if_not_exists: { kind: "boolean" },
      },
    },
  },
};
