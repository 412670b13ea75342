import { html, nothing, type TemplateResult } from "lit";
import type { Component } from "./component-wire.ts";
import { safeUrl } from "./safe-url.ts";

interface ShownMedia {
  readonly kind: string;
  readonly media?: { readonly url?: string };
  readonly description?: string | null;
  readonly spoiler?: boolean;
}

/** Nothing remote is fetched: a picture is a box that says what it would show and where it would come from. */
export function mediaView({ kind, media, description, spoiler }: ShownMedia): TemplateResult {
  const url = safeUrl(media?.url);
  return html`<div class="media-placeholder">
    <span class="media-kind">${spoiler ? "Spoiler: " : ""}${kind} (not loaded)</span>
    ${description ? html`<span class="media-description">${description}</span>` : nothing}
    ${url === null ? nothing : html`<a href=${url.href} target="_blank" rel="noopener noreferrer nofollow">${url.host}${url.pathname}</a>`}
  </div>`;
}

export function galleryView({ items = [] }: Component): TemplateResult {
  return html`<div class="component-gallery">${items.map((item) => mediaView({ ...item, kind: "Picture" }))}</div>`;
}

/** A file of the message: files lie on this origin, so it can be saved. */
export function fileView({ file, name, size, spoiler }: Component): TemplateResult {
  const url = safeUrl(file?.url);
  const isLocal = url !== null && url.origin === location.origin;
  const face = name || "file";
  return html`<div class="attachment">
    <span aria-hidden="true">📄</span>
    <span class="attachment-name">${spoiler ? "Spoiler: " : ""}${isLocal ? html`<a href=${url.href} download=${face}>${face}</a>` : face}</span>
    ${size === undefined ? nothing : html`<span class="quiet">${sizeText(size)}</span>`}
  </div>`;
}

const sizes = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

export function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1_000) return `${sizeBytes} bytes`;
  return sizeBytes < 1_000_000 ? `${sizes.format(sizeBytes / 1_000)} kB` : `${sizes.format(sizeBytes / 1_000_000)} MB`;
}
