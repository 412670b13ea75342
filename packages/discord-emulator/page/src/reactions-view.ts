import { html, type TemplateResult } from "lit";
import { emojiFace } from "./emoji.ts";
import { addReactionIcon } from "./icons.ts";
import type { MessageUse } from "./message-actions.ts";
import type { Reaction } from "./wire.ts";

/** Reactions as buttons that are pressed where the reader has reacted, and one more that adds another. */
export function reactionsView(reactions: readonly Reaction[], { message, actions }: MessageUse): TemplateResult {
  return html`<discord-reactions slot="reactions">
    ${reactions.map(({ emoji, count, me = false }) => {
      const face = emojiFace(emoji);
      return html`<button
        type="button"
        class="reaction ${me ? "mine" : ""}"
        aria-pressed=${me ? "true" : "false"}
        aria-label=${`${face}, ${count} ${count === 1 ? "reaction" : "reactions"}`}
        @click=${() => actions.react(message, emoji, me ? "remove" : "add")}
        ><span class="reaction-emoji">${face}</span><span class="reaction-count">${count}</span></button
      >`;
    })}<button
      type="button"
      class="reaction add"
      aria-label="Add another reaction"
      aria-haspopup="dialog"
      @click=${(event: Event) => actions.pickEmoji(message, event.currentTarget as HTMLElement)}
      >${addReactionIcon}</button
    >
  </discord-reactions>`;
}
