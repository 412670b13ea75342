import type { Alert } from "@tocsin/alert";
import type { ForumTagIds } from "../routing/delivery-options.ts";

/** https://docs.discord.com/developers/resources/channel: tags of one post. */
const MAX_TAG_COUNT = 5;

/** The tags that an alert's forum post should have. Pure. */
export function tagsOf({ severity, status }: Alert, forumTagIds: ForumTagIds | undefined): readonly string[] {
  const ids = [...(forumTagIds?.[severity] ?? []), ...(status === "resolved" ? (forumTagIds?.resolved ?? []) : [])];
  return [...new Set(ids)].slice(0, MAX_TAG_COUNT);
}

/** The same as one text to compare; `null` where no tags are configured, and none are touched. */
export function tagKeyOf(alert: Alert, forumTagIds: ForumTagIds | undefined): string | null {
  return forumTagIds === undefined ? null : tagsOf(alert, forumTagIds).join(" ");
}
