import { html, nothing, type TemplateResult } from "lit";
import { channelIcon } from "./channel-icon.ts";
import { channelHash } from "./channel-list-view.ts";
import { type Directory, isArchived, isThread } from "./directory.ts";
import { nameOf } from "./names.ts";
import type { Channel } from "./wire.ts";

/** The line above a channel: its name, for threads where they belong, and what it is about. */
export function headView(channel: Channel, directory: Directory): TemplateResult {
  const parent = isThread(channel) ? directory.channels.get(channel.parent_id ?? "") : undefined;
  const tags = (channel.applied_tags ?? []).map(
    (id) => parent?.available_tags?.find((tag) => tag.id === id)?.name ?? id,
  );
  return html`<header class="head">
    ${parent === undefined ? nothing : html`<a class="head-parent" href=${channelHash(parent.id)}>${nameOf(parent)}</a><span aria-hidden="true">›</span>`}
    <span class="symbol" aria-hidden="true">${channelIcon(channel)}</span>
    <h2>${nameOf(channel)}</h2>
    ${tags.map((tag) => html`<span class="tag">${tag}</span>`)}
    ${isArchived(channel) ? html`<span class="tag">archived</span>` : nothing}
    ${channel.thread_metadata?.locked ? html`<span class="tag">locked</span>` : nothing}
    ${channel.topic ? html`<p class="topic" title=${channel.topic}>${channel.topic}</p>` : nothing}
  </header>`;
}
