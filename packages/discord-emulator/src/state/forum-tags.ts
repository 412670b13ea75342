import type { JsonObject } from "../json.ts";

/** A tag that posts of a forum may have (docs: resources/channel, "Forum Tag Object"). */
export interface ForumTag extends JsonObject {
  readonly id: string;
  readonly name: string;
  /** Only MANAGE_THREADS may add it to posts and take it from them. */
  readonly moderated: boolean;
  readonly emoji_id: string | null;
  readonly emoji_name: string | null;
}

/** The tags of a forum. */
export function tagsOf(forum: { readonly available_tags?: readonly JsonObject[] }): readonly ForumTag[] {
  return (forum.available_tags ?? []) as readonly ForumTag[];
}
