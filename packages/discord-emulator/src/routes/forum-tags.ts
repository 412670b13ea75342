import type { World } from "../actions/world.ts";
import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import type { JsonObject } from "../json.ts";
import { isForum } from "../state/channels.ts";
import { parseEmoji } from "../state/emoji.ts";
import { type ForumTag, tagsOf } from "../state/forum-tags.ts";
import type { Channel } from "../state/objects.ts";
import { checkChannelExtras, REQUIRE_TAG } from "../validate/channel-extras.ts";
import { checkBody, complain } from "../validate/check.ts";
import { LIMITS } from "../validate/limits.ts";
import type { ObjectRule } from "../validate/rule.ts";

const TAGS: ObjectRule = {
  kind: "object",
  fields: {
    available_tags: {
      kind: "list",
      maxCount: LIMITS.forumTagCount,
      of: {
        kind: "object",
        fields: {
          id: { kind: "snowflake" },
          name: { kind: "text", required: true, maxCount: LIMITS.forumTagNameCount },
          moderated: { kind: "boolean" },
          emoji_id: { kind: "snowflake" },
          emoji_name: { kind: "text", maxCount: 100 },
        },
      },
    },
  },
};

/**
 * Checks the members of a channel's body that depend on its type, tags among them, and returns them as they are stored.
 * `existing`: the channel, when it is being changed.
 */
export function readChannelExtras(
  world: World,
  type: number,
  existing: Channel | undefined,
  body: JsonObject,
): Partial<Channel> | Refusal {
  const { value, issues } = checkChannelExtras(type, body, existing?.flags ?? 0);
  if (issues.length > 0) return refuseForm(issues);
  if (!isForum({ type }) || body.available_tags === undefined || body.available_tags === null) return value;
  const tags = readTags(world, existing, body);
  return isRefusal(tags) ? tags : { ...value, available_tags: tags };
}

/** New tags get ids; those that are named by id keep theirs. */
function readTags(world: World, existing: Channel | undefined, body: JsonObject): readonly ForumTag[] | Refusal {
  const { value, issues } = checkBody(TAGS, body);
  const wanted = (value.available_tags ?? []) as JsonObject[];
  for (const [index, { emoji_id, emoji_name }] of wanted.entries()) {
    const report = { path: ["available_tags", index], issues };
    if (emoji_id !== undefined && emoji_name !== undefined) {
      complain(report, "FORUM_TAG_EMOJI_EXCLUSIVE", "Only one of emoji_id and emoji_name may be set");
    } else if (emoji_id !== undefined && emoji_id !== world.identity.thumbsupId) return refuse(10014);
    else if (emoji_name !== undefined && !parseEmoji(String(emoji_name), [])) return refuse(10014);
  }
  if (issues.length > 0) return refuseForm(issues);
  if (new Set(wanted.map(({ name }) => name)).size !== wanted.length) return refuse(40061);
  const known = new Set(existing ? tagsOf(existing).map(({ id }) => id) : []);
  if (wanted.some(({ id }) => id !== undefined && !known.has(String(id)))) return refuse(10087);
  return wanted.map(({ id, name, moderated, emoji_id, emoji_name }) => ({
    id: id === undefined ? world.state.nextId() : String(id),
    name: String(name),
    moderated: moderated === true,
    emoji_id: (emoji_id as string | undefined) ?? null,
    emoji_name: (emoji_name as string | undefined) ?? null,
  }));
}

/**
 * Refuses tags that a post of `forum` cannot have: unknown ones (10087), moderated ones by those who may not moderate
 * (50013), none where one is required (40067). `before`: the tags that the post has now.
 */
export function refuseTags(
  forum: Channel,
  tagIds: readonly string[],
  mayModerate: boolean,
  before: readonly string[] = [],
): Refusal | undefined {
  const tags = tagsOf(forum);
  if (tagIds.some((id) => !tags.some((tag) => tag.id === id))) return refuse(10087);
  if (tagIds.length === 0 && (forum.flags & REQUIRE_TAG) !== 0) return refuse(40067);
  const changedIds = [...tagIds.filter((id) => !before.includes(id)), ...before.filter((id) => !tagIds.includes(id))];
  const isModerated = tags.some((tag) => tag.moderated && changedIds.includes(tag.id));
  return isModerated && !mayModerate ? refuse(50013) : undefined;
}
