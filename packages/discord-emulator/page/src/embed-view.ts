import { html, nothing, type TemplateResult } from "lit";
import { momentText } from "./clock-text.ts";
import { colorText } from "./color-text.ts";
import { markupView } from "./markup-view.ts";
import type { Names } from "./names.ts";
import { safeUrl } from "./safe-url.ts";
import type { Embed, EmbedField } from "./wire.ts";

const COLUMN_COUNT = 12;
const MAX_INLINE_COUNT = 3;

/**
 * An embed. Title, author and media go into the component's slots rather than its attributes: its attributes would fetch pictures, and take a
 * `javascript:` address for a link.
 */
export function embedView(embed: Embed, names: Names, now: Date): TemplateResult {
  const markup = (text: string) => markupView(text, names, { isEmbed: true });
  return html`<discord-embed slot="embeds" color=${colorText(embed.color) ?? nothing}>
    ${embed.provider?.name ? html`<div slot="description" class="embed-provider">${embed.provider.name}</div>` : nothing}
    ${embed.author?.name ? html`<div slot="description" class="embed-author">${linked(embed.author.url, embed.author.name)}</div>` : nothing}
    ${embed.title ? html`<div slot="description" class="embed-title">${linked(embed.url, markup(embed.title))}</div>` : nothing}
    ${embed.description ? html`<discord-embed-description slot="description">${markup(embed.description)}</discord-embed-description>` : nothing}
    ${embed.fields?.length ? html`<discord-embed-fields slot="fields">${fieldViews(embed.fields, markup)}</discord-embed-fields>` : nothing}
    ${mediaView("Thumbnail", embed.thumbnail?.url)}${mediaView("Image", embed.image?.url)}${mediaView("Video", embed.video?.url)}
    ${footerView(embed, now)}
  </discord-embed>`;
}

function footerView({ footer, timestamp }: Embed, now: Date): unknown {
  const date = timestamp ? new Date(timestamp) : null;
  const moment = date === null || Number.isNaN(date.getTime()) ? undefined : momentText(date, now);
  const text = [footer?.text, moment].filter(Boolean).join(" • ");
  return text ? html`<discord-embed-footer slot="footer">${text}</discord-embed-footer>` : nothing;
}

/** Inline fields stand beside each other, up to three in a row, and share the row evenly. */
function fieldViews(fields: readonly EmbedField[], markup: (text: string) => unknown): TemplateResult[] {
  const views: TemplateResult[] = [];
  for (let start = 0; start < fields.length; ) {
    let count = 0;
    while (count < MAX_INLINE_COUNT && fields[start + count]?.inline) count += 1;
    const row = fields.slice(start, start + Math.max(count, 1));
    for (const { name, value } of row) {
      views.push(
        html`<discord-embed-field class="span-${COLUMN_COUNT / row.length}"
          ><div class="field-name">${markup(name)}</div>${markup(value)}</discord-embed-field
        >`,
      );
    }
    start += row.length;
  }
  return views;
}

/** Nothing remote is fetched: a picture is shown as a box that says where it would come from. */
function mediaView(kind: string, address: string | undefined): unknown {
  if (address === undefined) return nothing;
  const url = safeUrl(address);
  const place = url === null ? address : `${url.host}${url.pathname}`;
  return html`<div slot="fields" class="media-placeholder">
    <span class="media-kind">${kind} (not loaded)</span> ${linked(url?.href, place)}
  </div>`;
}

function linked(address: string | undefined, content: unknown): unknown {
  const url = safeUrl(address);
  return url === null
    ? content
    : html`<a href=${url.href} target="_blank" rel="noopener noreferrer nofollow">${content}</a>`;
}
