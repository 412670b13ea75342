import { html, nothing, type TemplateResult } from "lit";
import { styleMap } from "lit/directives/style-map.js";
import { colorText } from "./color-text.ts";
import type { Names } from "./directory.ts";
import { markupView } from "./markup-view.ts";
import { safeUrl } from "./safe-url.ts";
import type { Component } from "./wire.ts";

const BUTTON_STYLES = ["", "primary", "secondary", "success", "danger", "link", "premium"];
const INERT_TITLE = "Shown only: components cannot be used on this page";

/** Message components. They are shown as Discord would and cannot be used, except links. Types: https://docs.discord.com/developers/components/reference. */
export function componentsView(components: readonly Component[], names: Names): TemplateResult {
  return html`<div slot="components" class="components">${components.map((component) => componentView(component, names))}</div>`;
}

function componentView(component: Component, names: Names): unknown {
  const children = () => (component.components ?? []).map((child) => componentView(child, names));
  switch (component.type) {
    case 1:
      return html`<discord-action-row>${children()}</discord-action-row>`;
    case 2:
      return buttonView(component);
    case 3:
    case 5:
    case 6:
    case 7:
    case 8:
      return html`<button type="button" class="component-select" disabled title=${INERT_TITLE}>
        ${component.placeholder ?? "Make a selection"}<span aria-hidden="true">⌄</span>
      </button>`;
    case 9:
      return html`<div class="component-section"><div>${children()}</div>${component.accessory ? componentView(component.accessory, names) : nothing}</div>`;
    case 10:
      return html`<div class="component-text">${markupView(component.content ?? "", names, { isEmbed: true })}</div>`;
    case 11:
    case 12:
    case 13:
      return html`<div class="media-placeholder"><span class="media-kind">Media (not loaded)</span></div>`;
    case 14:
      return html`<hr class="component-separator" />`;
    case 17:
      return containerView(component, children());
    default:
      return nothing;
  }
}

function containerView({ accent_color }: Component, children: unknown): TemplateResult {
  return html`<div class="component-container" style=${styleMap({ "border-left-color": colorText(accent_color) })}>${children}</div>`;
}

function buttonView({ style = 2, label, emoji, url }: Component): TemplateResult {
  const face = html`${emoji ? html`<span class="button-emoji">${emoji.id ? `:${emoji.name}:` : emoji.name}</span>` : nothing}${label ?? ""}`;
  const address = style === 5 ? safeUrl(url) : null;
  if (address !== null) {
    return html`<a class="component-button" href=${address.href} title=${address.href} target="_blank" rel="noopener noreferrer nofollow"
      >${face}<span aria-hidden="true">↗</span></a
    >`;
  }
  return html`<button type="button" class="component-button ${BUTTON_STYLES[style] ?? "secondary"}" disabled title=${INERT_TITLE}>${face}</button>`;
}
