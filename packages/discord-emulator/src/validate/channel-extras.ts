import type { FormIssue } from "../errors/form-errors.ts";
import type { JsonObject } from "../json.ts";
import { CHANNEL_TYPE } from "../state/objects.ts";
import { checkBody } from "./check.ts";
import type { ObjectRule, Rule } from "./rule.ts";

/** Channel flags that a forum may be given: REQUIRE_TAG, and for media channels HIDE_MEDIA_DOWNLOAD_OPTIONS (docs: resources/channel, "Channel Flags"). */
export const REQUIRE_TAG: number = 1 << 4;
const HIDE_MEDIA_DOWNLOAD_OPTIONS = 1 << 15;

const slowmode: Rule = { kind: "integer", min: 0, max: 21_600 };
const archiving: Rule = { kind: "integer", choices: [60, 1440, 4320, 10_080] };
const topic = (maxCount: number): Rule => ({ kind: "text", maxCount });

const TEXT: ObjectRule = {
  kind: "object",
  fields: {
    topic: topic(1024),
    default_auto_archive_duration: archiving,
    default_thread_rate_limit_per_user: slowmode,
  },
};

const FORUM: ObjectRule = {
  kind: "object",
  fields: {
    topic: topic(4096),
    flags: { kind: "integer", min: 0 },
    default_auto_archive_duration: archiving,
    default_thread_rate_limit_per_user: slowmode,
    default_reaction_emoji: {
      kind: "object",
      fields: { emoji_id: { kind: "snowflake" }, emoji_name: { kind: "text", maxCount: 100 } },
    },
    default_sort_order: { kind: "integer", choices: [0, 1] },
    default_forum_layout: { kind: "integer", choices: [0, 1, 2] },
  },
};

const RULES = new Map<number, ObjectRule>([
  [CHANNEL_TYPE.text, TEXT],
  [CHANNEL_TYPE.announcement, TEXT],
  [CHANNEL_TYPE.forum, FORUM],
  [CHANNEL_TYPE.media, FORUM],
]);

/** Members that null empties. */
const NULLABLE = ["topic", "default_reaction_emoji", "default_sort_order", "default_auto_archive_duration"];

/**
 * Checks what only some types of channels have (docs: resources/channel, "Modify Channel"). `flags`: those that the channel
 * has already. Tags are checked elsewhere.
 */
export function checkChannelExtras(
  type: number,
  body: JsonObject,
  flags: number,
): { readonly value: JsonObject; readonly issues: readonly FormIssue[] } {
  const rule = RULES.get(type);
  if (!rule) return { value: {}, issues: [] };
  const { value, issues } = checkBody(rule, body);
  const emptied = NULLABLE.filter((name) => name in rule.fields && body[name] === null);
  const settable = type === CHANNEL_TYPE.media ? REQUIRE_TAG | HIDE_MEDIA_DOWNLOAD_OPTIONS : REQUIRE_TAG;
  return {
    value: {
      ...value,
      ...Object.fromEntries(emptied.map((name) => [name, null])),
      ...(value.flags === undefined ? {} : { flags: (flags & ~settable) | (Number(value.flags) & settable) }),
      ...(value.default_reaction_emoji ? { default_reaction_emoji: fillEmoji(value.default_reaction_emoji) } : {}),
    },
    issues,
  };
}

function fillEmoji(emoji: unknown): JsonObject {
  return { emoji_id: null, emoji_name: null, ...(emoji as JsonObject) };
}
