import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { badgeText, channelHash } from "./channel-list-view.ts";
import { isArchived, threadsOf } from "./directory.ts";
import { nameOf } from "./names.ts";
import type { Snapshot } from "./session.ts";
import type { Channel } from "./wire.ts";

const MAX_POST_COUNT = 100;
/** Snowflakes count milliseconds from here, https://docs.discord.com/developers/reference#snowflakes. */
const DISCORD_EPOCH_MS = 1_420_070_400_000n;

/** A forum: its posts as links, the newest first. */
export function forumView(forum: Channel, { directory, unread }: Snapshot): TemplateResult {
  const posts = threadsOf(directory, forum.id);
  if (posts.length === 0) return html`<p class="empty">No posts yet.</p>`;
  return html`<ul class="posts">
      ${repeat(
        posts.slice(0, MAX_POST_COUNT),
        (post) => post.id,
        (post) => postView(post, forum, unread.get(post.id) ?? 0),
      )}
    </ul>
    ${posts.length > MAX_POST_COUNT ? html`<p class="empty">${posts.length - MAX_POST_COUNT} older posts are not listed.</p>` : nothing}`;
}

function postView(post: Channel, forum: Channel, unreadCount: number): TemplateResult {
  const tags = (post.applied_tags ?? []).map((id) => forum.available_tags?.find((tag) => tag.id === id)?.name ?? id);
  const count = post.message_count;
  const created = new Date(Number((BigInt(post.id) >> 22n) + DISCORD_EPOCH_MS));
  return html`<li>
    <a class="post" href=${channelHash(post.id)}>
      <span class="post-name">${nameOf(post)}${unreadCount > 0 ? html`<span class="badge" aria-label="${unreadCount} unread">${badgeText(unreadCount)}</span>` : nothing}</span>
      <span class="post-facts">
        ${tags.map((tag) => html`<span class="tag">${tag}</span>`)}
        ${count === undefined ? nothing : html`<span>${count} ${count === 1 ? "reply" : "replies"}</span><span>·</span>`}
        <relative-time .date=${created}></relative-time>
        ${isArchived(post) ? html`<span class="tag">archived</span>` : nothing}
      </span>
    </a>
  </li>`;
}
