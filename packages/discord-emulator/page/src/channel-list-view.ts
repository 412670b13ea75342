import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { channelIcon } from "./channel-icon.ts";
import { channelTree, isArchived, isForum, isThread } from "./directory.ts";
import { nameOf } from "./names.ts";
import type { Snapshot } from "./session.ts";
import type { Channel } from "./wire.ts";

/** Threads listed beneath one channel; a forum's own page lists more. */
const MAX_THREAD_COUNT = 8;
const MAX_BADGE_COUNT = 99;

export const channelHash = (id: string) => `#/channels/${id}`;
export const badgeText = (count: number) => (count > MAX_BADGE_COUNT ? `${MAX_BADGE_COUNT}+` : String(count));

/** The left column: every channel as a link, threads and posts beneath their parent. */
export function channelListView(snapshot: Snapshot): TemplateResult {
  return html`<ul class="channels">
    ${repeat(
      shownTree(snapshot),
      ({ channel }) => channel.id,
      ({ channel, threads }) =>
        channel.type === 4
          ? html`<li class="category">${nameOf(channel)}</li>`
          : html`<li>
              ${linkView(channel, snapshot)}
              ${threads.length ? html`<ul class="threads">${threads.map((thread) => html`<li>${linkView(thread, snapshot)}</li>`)}</ul>` : nothing}
            </li>`,
    )}
  </ul>`;
}

/** The same choice for narrow windows. */
export function channelSelectView(snapshot: Snapshot, onSelect: (id: string) => void): TemplateResult {
  const option = (channel: Channel, indent: string) => {
    const count = snapshot.unread.get(channel.id);
    return html`<option value=${channel.id} ?selected=${channel.id === snapshot.selectedId}>
      ${indent}${symbolOf(channel)} ${nameOf(channel)}${count ? ` (${badgeText(count)})` : ""}
    </option>`;
  };
  return html`<select
    class="channel-select"
    aria-label="Channel"
    .value=${snapshot.selectedId ?? ""}
    @change=${(event: Event) => onSelect((event.currentTarget as HTMLSelectElement).value)}
  >
    ${shownTree(snapshot).flatMap(({ channel, threads }) =>
      channel.type === 4 ? [] : [option(channel, ""), ...threads.map((thread) => option(thread, "\u2003"))],
    )}
  </select>`;
}

function shownTree({ directory, unread, selectedId }: Snapshot): { channel: Channel; threads: Channel[] }[] {
  return channelTree(directory).map(({ channel, threads }) => ({
    channel,
    threads: threads.filter(
      (thread, index) =>
        thread.id === selectedId ||
        (index < MAX_THREAD_COUNT && !isArchived(thread)) ||
        (index < 3 * MAX_THREAD_COUNT && unread.has(thread.id)),
    ),
  }));
}

function linkView(channel: Channel, { selectedId, unread }: Snapshot): TemplateResult {
  const count = unread.get(channel.id) ?? 0;
  const isCurrent = channel.id === selectedId;
  return html`<a
    class="channel ${count > 0 ? "unread" : ""}"
    href=${channelHash(channel.id)}
    aria-current=${isCurrent ? "page" : nothing}
    data-channel-id=${channel.id}
    ><span class="symbol" aria-hidden="true">${channelIcon(channel)}</span><span class="name">${nameOf(channel)}</span>${
      count > 0 ? html`<span class="badge" aria-label="${count} unread">${badgeText(count)}</span>` : nothing
    }</a
  >`;
}

/** Options of a select hold text only. */
const symbolOf = (channel: Channel) => (isForum(channel) ? "▤" : isThread(channel) ? "›" : "#");
