import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { Acting } from "./acting.ts";
import { badgeText } from "./channel-list-view.ts";
import { dayText, isSameDay } from "./clock-text.ts";
import { type Directory, isThread } from "./directory.ts";
import type { MessageActions } from "./message-actions.ts";
import { continues, messageView } from "./message-view.ts";
import { nameOf } from "./names.ts";
import type { Snapshot } from "./session.ts";
import { shownMessage } from "./system-message.ts";
import { offerTools, walkMessages } from "./walk-messages.ts";
import type { Channel, Message } from "./wire.ts";

/** The messages of one channel in a scroller that stays at its end, unless the reader has scrolled up. */
export function logView(
  { log, directory, unread, isLoading }: Snapshot,
  channel: Channel,
  acting: Acting,
  actions: { onScroll(): void; onOlder(): void; onPresent(): void; readonly ofMessages: MessageActions },
): TemplateResult {
  const { messages } = log;
  const missedCount = unread.get(channel.id) ?? 0;
  const now = new Date();
  return html`<div class="log-place"><div class="scroller" @scroll=${actions.onScroll}>
      <div class="log" id="messages" role="log" tabindex="0" aria-label="Messages in ${nameOf(channel)}" aria-busy=${isLoading ? "true" : "false"} @keydown=${walkMessages} @focusin=${offerTools}>
        ${
          log.hasOlder
            ? html`<button type="button" class="older" ?disabled=${isLoading} @click=${actions.onOlder}>Load older messages</button>`
            : html`<p class="beginning">${isLoading && messages.length === 0 ? "Loading…" : beginning(channel)}</p>`
        }
        <discord-messages
          >${repeat(
            messages,
            (message) => message.id,
            (message, index) => rowView(message, messages[index - 1], directory, acting, actions.ofMessages, now),
          )}</discord-messages
        >
      </div>
    </div>
    ${
      log.newerCount > 0 || missedCount > 0
        ? html`<button type="button" class="present" @click=${actions.onPresent}>
          ${missedCount > 0 ? `${badgeText(missedCount)} new ${missedCount === 1 ? "message" : "messages"}` : "Jump to the newest message"}
          <span aria-hidden="true">↓</span>
        </button>`
        : nothing
    }</div>`;
}

function beginning(channel: Channel): string {
  return `This is the start of ${isThread(channel) ? "" : "#"}${nameOf(channel)}.`;
}

/** A message with the day's divider before it; drawn again only when something that it shows has changed. */
function rowView(
  row: Message,
  rowBefore: Message | undefined,
  directory: Directory,
  acting: Acting,
  actions: MessageActions,
  now: Date,
): unknown {
  const message = shownMessage(row);
  const previous = rowBefore && shownMessage(rowBefore);
  const thread = directory.channels.get(message.id);
  const { names } = directory;
  const date = new Date(message.timestamp);
  const isNewDay = previous === undefined || !isSameDay(date, new Date(previous.timestamp));
  const isContinued = !isNewDay && continues(message, previous);
  // What a post or thread began with has its id: the link would lead to where the reader is.
  const shownThread = message.id === row.channel_id ? undefined : (thread ?? message.thread);
  const attempt = acting.attempts.get(`message:${message.id}`);
  return guard([message, isContinued, isNewDay, shownThread, names, attempt, now.toDateString()], () => [
    isNewDay ? html`<div class="day" role="separator"><span>${dayText(date)}</span></div>` : nothing,
    messageView(message, names, { message, attempt, actions }, { isContinued, thread: shownThread, now }),
  ]);
}
