import { html, type TemplateResult } from "lit";
import { addReactionIcon, moreIcon } from "./icons.ts";
import type { MessageUse } from "./message-actions.ts";

/** Two buttons in the corner of a message. Tab reaches only those of the message that has the focus: see `walk-messages.ts`. */
export function messageTools({ message, actions }: MessageUse): TemplateResult {
  const anchor = (event: Event) => event.currentTarget as HTMLElement;
  return html`<div class="tools" role="group" aria-label="Message actions">
    <button
      type="button"
      class="tool"
      tabindex="-1"
      aria-label="Add a reaction"
      title="Add a reaction"
      aria-haspopup="dialog"
      @click=${(event: Event) => actions.pickEmoji(message, anchor(event))}
      >${addReactionIcon}</button
    ><button
      type="button"
      class="tool"
      tabindex="-1"
      aria-label="Commands for this message"
      title="Commands for this message"
      aria-haspopup="dialog"
      @click=${(event: Event) => actions.openMenu(message, anchor(event))}
      >${moreIcon}</button
    >
  </div>`;
}
