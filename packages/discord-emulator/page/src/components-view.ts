import { html, nothing, type TemplateResult } from "lit";
import { styleMap } from "lit/directives/style-map.js";
import { isPending } from "./acting.ts";
import { colorText } from "./color-text.ts";
import type { Component } from "./component-wire.ts";
import { emojiFace } from "./emoji.ts";
import { markupView } from "./markup-view.ts";
import { fileView, galleryView, mediaView } from "./media-view.ts";
import type { MessageUse } from "./message-actions.ts";
import type { Names } from "./names.ts";
import { safeUrl } from "./safe-url.ts";

const BUTTON_STYLES = ["", "primary", "secondary", "success", "danger", "link", "premium"];

/** Message components (docs: components/reference), with what became of the last use of one beneath them. */
export function componentsView(components: readonly Component[], names: Names, use: MessageUse): TemplateResult {
  return html`<div slot="components" class="components">${components.map((component) => componentView(component, names, use))}</div>`;
}

function componentView(component: Component, names: Names, use: MessageUse): unknown {
  const children = () => (component.components ?? []).map((child) => componentView(child, names, use));
  switch (component.type) {
    case 1:
      return html`<discord-action-row>${children()}</discord-action-row>`;
    case 2:
      return buttonView(component, use);
    case 3:
    case 5:
    case 6:
    case 7:
    case 8:
      return selectView(component, use);
    case 9:
      return html`<div class="component-section"><div class="section-texts">${children()}</div>${component.accessory ? componentView(component.accessory, names, use) : nothing}</div>`;
    case 10:
      return html`<div class="component-text">${markupView(component.content ?? "", names, { isEmbed: true })}</div>`;
    case 11:
      return mediaView({ ...component, kind: "Thumbnail" });
    case 12:
      return galleryView(component);
    case 13:
      return fileView(component);
    case 14:
      return html`<hr class="component-separator ${component.divider === false ? "blank" : ""} ${component.spacing === 2 ? "large" : ""}" />`;
    case 17:
      return containerView(component, children());
    default:
      return nothing;
  }
}

function containerView({ accent_color, spoiler }: Component, children: unknown): TemplateResult {
  return html`<div class="component-container" style=${styleMap({ "border-left-color": colorText(accent_color) })}>${spoiler ? html`<span class="media-kind">Spoiler</span>` : nothing}${children}</div>`;
}

function buttonView(
  { style = 2, label, emoji, url, custom_id, disabled = false }: Component,
  use: MessageUse,
): TemplateResult {
  const face = html`${emoji ? html`<span class="button-emoji">${emojiFace(emoji)}</span>` : nothing}${label ?? ""}`;
  const address = style === 5 ? safeUrl(url) : null;
  if (address !== null && !disabled) {
    return html`<a class="component-button" href=${address.href} title=${address.href} target="_blank" rel="noopener noreferrer nofollow"
      >${face}<span aria-hidden="true">↗</span></a
    >`;
  }
  const isBusy = isPending(use.attempt);
  const isPressed = isBusy && use.attempt?.customId === custom_id;
  // A button that is only waiting keeps the focus, so it is not disabled.
  return html`<button
    type="button"
    class="component-button ${BUTTON_STYLES[style] ?? "secondary"} ${isPressed ? "pressed" : ""}"
    ?disabled=${disabled || custom_id === undefined}
    aria-disabled=${isBusy ? "true" : nothing}
    aria-busy=${isPressed ? "true" : nothing}
    @click=${() => custom_id !== undefined && use.actions.press(use.message, custom_id)}
    >${face}</button
  >`;
}

function selectView(component: Component, { message, attempt, actions }: MessageUse): TemplateResult {
  const { custom_id = "", placeholder, min_values = 1, max_values = 1, disabled = false } = component;
  return html`<select-menu
    .component=${component}
    .label=${placeholder || "Make a selection"}
    .choices=${() => actions.choices(component)}
    .minCount=${min_values}
    .maxCount=${max_values}
    .disabled=${disabled}
    .busy=${isPending(attempt)}
    @choose=${({ detail }: CustomEvent<readonly string[]>) => actions.press(message, custom_id, detail)}
  ></select-menu>`;
}
