import { DiscordAuthorInfo } from "@skyra/discord-components-core/discord-author-info.js";
import { DiscordCode } from "@skyra/discord-components-core/discord-code.js";
import { DiscordEmbed } from "@skyra/discord-components-core/discord-embed.js";
import { DiscordEmbedDescription } from "@skyra/discord-components-core/discord-embed-description.js";
import { DiscordEmbedField } from "@skyra/discord-components-core/discord-embed-field.js";
import { DiscordEmbedFields } from "@skyra/discord-components-core/discord-embed-fields.js";
import { DiscordEmbedFooter } from "@skyra/discord-components-core/discord-embed-footer.js";
import { DiscordMention } from "@skyra/discord-components-core/discord-mention.js";
import { DiscordMessage } from "@skyra/discord-components-core/discord-message.js";
import { DiscordMessages } from "@skyra/discord-components-core/discord-messages.js";
import { DiscordPre } from "@skyra/discord-components-core/discord-pre.js";
import { type CSSResult, css, type LitElement } from "lit";
import "@skyra/discord-components-core/discord-action-row.js";
import "@skyra/discord-components-core/discord-quote.js";
import "@skyra/discord-components-core/discord-reactions.js";
import "@skyra/discord-components-core/discord-spoiler.js";
import "@skyra/discord-components-core/discord-time.js";

/** Adds rules to a component before the first one is made: its shadow root keeps outside style sheets out. */
function restyle(component: typeof LitElement, styles: CSSResult): void {
  component.elementStyles.push(styles);
}

restyle(
  DiscordMessages,
  css`
    :host { background: none; border: 0; line-height: 1.375rem; font-family: inherit; }
    ::slotted(*:first-child) { margin-top: 0; }
    ::slotted(*:last-child) { margin-bottom: 0; }
  `,
);
restyle(
  DiscordMessage,
  css`
    :host { color: var(--text); font-family: inherit; padding: 0 48px 0 16px; }
    /* Each stands in a row of its own, which draws the ground. */
    :host(:hover), :host { background-color: transparent; margin: 0; }
    :host([highlight]) { padding-right: 48px; }
    .discord-message-content { min-width: 0; line-height: 1.375rem; padding-top: 0; }
    .discord-author-avatar { margin-top: 2px; align-self: flex-start; }
    .discord-author-avatar img { cursor: default; }
    .discord-message-inner-center { align-items: flex-start; }
    .discord-message-timestamp, .discord-message-edited { color: var(--quiet); }
    .discord-message-edited { font-size: 0.6875rem; }
    .discord-message-body { overflow-wrap: anywhere; }
    .discord-message-body-only-indent { flex: 0 0 56px; margin: 0; font-size: 0.6875rem; line-height: 1.375rem; }
    @media (max-width: 599px) {
      :host, :host([highlight]) { padding: 0 12px; }
      .discord-author-avatar { margin-right: 12px; }
      .discord-message-body-only-indent { flex-basis: 52px; }
    }
  `,
);
restyle(
  DiscordAuthorInfo,
  css`
    .discord-author-username:hover { text-decoration: none; cursor: inherit; }
  `,
);
restyle(
  DiscordEmbed,
  css`
    :host { color: var(--text); margin: 4px 0; max-width: 100%; }
    :host .discord-left-border { background-color: #1e1f22; }
    :host .discord-embed-root { grid-template-columns: minmax(0, auto); }
    :host .discord-embed-wrapper { background-color: var(--raised); border: 0; max-width: 516px; min-width: 0; }
    :host .discord-embed-wrapper .discord-embed-grid { grid-template-columns: minmax(0, auto); padding: 2px 16px 14px 12px; }
    slot[name="footer"]::slotted(*) {
      grid-column: 1 / 2;
    }
  `,
);
restyle(
  DiscordEmbedDescription,
  css`
    :host { overflow-wrap: anywhere; }
  `,
);
restyle(
  DiscordEmbedFields,
  css`
    :host { grid-template-columns: repeat(12, minmax(0, 1fr)); }
  `,
);
restyle(
  DiscordEmbedField,
  css`
    :host { overflow-wrap: anywhere; word-break: normal; }
  `,
);
restyle(
  DiscordEmbedFooter,
  css`
    :host { color: var(--text); overflow-wrap: anywhere; }
  `,
);
restyle(
  DiscordCode,
  css`
    :host { background: none; font-family: var(--mono); }
    code { background-color: #1e1f22; padding: 0 0.25em; margin: 0; font-family: inherit; overflow-wrap: anywhere; }
    :host([multiline]) code { box-sizing: border-box; width: 100%; background: #1e1f22; border: 1px solid #3f4147; border-radius: 4px; }
  `,
);
restyle(
  DiscordPre,
  css`
    :host pre { box-sizing: border-box; width: 100%; max-width: 680px; margin: 4px 0 0; font-family: inherit; }
  `,
);
// The only transition on the page.
restyle(
  DiscordMention,
  css`
    :host { cursor: inherit; }
    @media (prefers-reduced-motion: reduce) { :host { transition: none; } }
  `,
);
