import { html, nothing, type TemplateResult } from "lit";
import type { Issue } from "./acting-api.ts";
import type { Component } from "./component-wire.ts";
import { markupView } from "./markup-view.ts";
import type { MenuChoice } from "./menu-choices.ts";
import { CHECKBOX, CHOOSING, FILE_UPLOAD, isGroup, RADIO_GROUP, TEXT_INPUT } from "./modal-values.ts";
import type { Names } from "./names.ts";

const ACTION_ROW = 1;
const TEXT_DISPLAY = 10;
const LABEL = 18;
const PARAGRAPH = 2;

export interface ModalUse {
  readonly names: Names;
  readonly issues: readonly Issue[];
  choices(component: Component): readonly MenuChoice[];
}

/** One top-level component of a modal. */
export function modalField(component: Component, use: ModalUse): unknown {
  if (component.type === TEXT_DISPLAY)
    return html`<div class="modal-text">${markupView(component.content ?? "", use.names, { isEmbed: true })}</div>`;
  // Before labels there were rows, whose text inputs brought labels of their own; they still work.
  if (component.type === ACTION_ROW)
    return (component.components ?? []).map((child) => fieldView(child.label ?? "", null, child, use));
  return component.type === LABEL && component.component
    ? fieldView(component.label ?? "", component.description ?? null, component.component, use)
    : nothing;
}

function fieldView(label: string, description: string | null, component: Component, use: ModalUse): TemplateResult {
  const { custom_id = "", required = true } = component;
  const id = `modal-${encodeURIComponent(custom_id)}`;
  const noteId = `${id}-note`;
  const place = `fields.${custom_id}`;
  const found = use.issues.filter(({ where }) => where === place || where.startsWith(`${place}.`));
  const title = html`${label}${required ? html`<span class="field-required" aria-hidden="true"> *</span>` : nothing}`;
  const notes = html`<div id=${noteId}>
    ${description ? html`<p class="field-note">${description}</p>` : nothing}
    ${found.map(({ expected }) => html`<p class="field-note failed" role="alert">${expected}</p>`)}
  </div>`;
  if (component.type === CHECKBOX)
    return html`<div class="field">
      <label class="choice"><input type="checkbox" name=${custom_id} aria-describedby=${noteId} .defaultChecked=${component.default ?? false} />${label}</label>${notes}
    </div>`;
  if (isGroup(component))
    return html`<fieldset class="field" aria-describedby=${noteId}><legend>${title}</legend>${groupView(component, use)}${notes}</fieldset>`;
  return html`<div class="field"><label for=${id}>${title}</label>${controlView(component, { ...use, id, noteId, isWrong: found.length > 0 })}${notes}</div>`;
}

function controlView(
  component: Component,
  use: ModalUse & { id: string; noteId: string; isWrong: boolean },
): TemplateResult {
  const { type, custom_id, required = true, placeholder, value, style, min_length, max_length } = component;
  if (CHOOSING.includes(type)) {
    const choices = use.choices(component);
    return html`<select id=${use.id} name=${custom_id} ?required=${required} aria-describedby=${use.noteId}>
      <option value="">${placeholder || "Make a selection"}</option>
      ${choices.map((choice) => html`<option value=${choice.value} ?selected=${choice.isChosen}>${choice.label}${choice.detail ? ` – ${choice.detail}` : ""}</option>`)}
    </select>`;
  }
  if (type === FILE_UPLOAD)
    return html`<input type="file" id=${use.id} name=${custom_id} ?required=${required} ?multiple=${(component.max_values ?? 1) > 1} aria-describedby=${use.noteId} aria-invalid=${use.isWrong ? "true" : nothing} />`;
  if (type !== TEXT_INPUT) return html`<p class="field-note">This page cannot fill this in.</p>`;
  const invalid = use.isWrong ? "true" : nothing;
  return style === PARAGRAPH
    ? html`<textarea id=${use.id} name=${custom_id} rows="4" ?required=${required} minlength=${min_length ?? nothing} maxlength=${max_length ?? nothing} placeholder=${placeholder ?? ""} aria-describedby=${use.noteId} aria-invalid=${invalid} .defaultValue=${value ?? ""}></textarea>`
    : html`<input type="text" id=${use.id} name=${custom_id} autocomplete="off" ?required=${required} minlength=${min_length ?? nothing} maxlength=${max_length ?? nothing} placeholder=${placeholder ?? ""} aria-describedby=${use.noteId} aria-invalid=${invalid} .defaultValue=${value ?? ""} />`;
}

function groupView(component: Component, use: ModalUse): TemplateResult[] {
  const isRadio = component.type === RADIO_GROUP;
  const { custom_id, required = true } = component;
  return use.choices(component).map(
    ({ value, label, detail, isChosen = false }) =>
      html`<label class="choice"
        ><input type=${isRadio ? "radio" : "checkbox"} name=${custom_id} value=${value} ?required=${isRadio && required} .defaultChecked=${isChosen} /><span
          ><span class="choice-label">${label}</span>${detail ? html`<span class="choice-detail">${detail}</span>` : nothing}</span
        ></label
      >`,
  );
}
