import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type Attempt, isPending, type OpenModal } from "./acting.ts";
import type { Issue, ModalFields } from "./acting-api.ts";
import type { Component } from "./component-wire.ts";
import type { MenuChoice } from "./menu-choices.ts";
import { modalField } from "./modal-fields.ts";
import { countIssues, modalFields } from "./modal-values.ts";
import type { Names } from "./names.ts";

/** `<modal-dialog>`: the modal that an application has answered with. `send` brings the fields, `dismiss` says that it was closed. */
class ModalDialog extends LitElement {
  static override properties = {
    modal: { attribute: false },
    attempt: { attribute: false },
    names: { attribute: false },
    choices: { attribute: false },
    counted: { state: true },
  };
  declare modal: OpenModal | null;
  declare attempt: Attempt | undefined;
  declare names: Names;
  declare choices: (component: Component) => readonly MenuChoice[];
  /** Mistakes found before sending. */
  declare counted: readonly Issue[];

  constructor() {
    super();
    this.modal = null;
    this.counted = [];
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override updated(changed: PropertyValues): void {
    if (!changed.has("modal")) return;
    const dialog = this.querySelector("dialog");
    if (this.modal === null) dialog?.close();
    else if (!dialog?.open) {
      this.counted = [];
      dialog?.showModal();
      dialog?.querySelector<HTMLElement>(".field input, .field textarea, .field select")?.focus();
    }
  }

  async #send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.modal === null || isPending(this.attempt)) return;
    const { components } = this.modal;
    const fields: ModalFields = await modalFields(components, new FormData(event.currentTarget as HTMLFormElement));
    this.counted = countIssues(components, fields);
    if (this.counted.length === 0) this.dispatchEvent(new CustomEvent("send", { detail: fields }));
  }

  #dismiss(): void {
    if (this.modal !== null) this.dispatchEvent(new CustomEvent("dismiss"));
  }

  override render(): TemplateResult {
    return html`<dialog class="modal" aria-labelledby="modal-title" @close=${this.#dismiss}>${
      // A form of its own for each: what was typed into one must not stand in the next.
      this.modal === null ? nothing : keyed(this.modal.interactionId, this.#formView(this.modal))
    }</dialog>`;
  }

  #formView({ title, components, issues }: OpenModal): TemplateResult {
    const isBusy = isPending(this.attempt);
    const use = { names: this.names, choices: this.choices, issues: [...this.counted, ...issues] };
    return html`<form @submit=${this.#send}>
      <h2 id="modal-title">${title}</h2>
      <div class="modal-fields">${components.map((component) => modalField(component, use))}</div>
      ${this.attempt?.failure ? html`<p class="failed" role="alert">${this.attempt.failure}</p>` : nothing}
      <div class="form-buttons">
        <button type="button" class="plain" @click=${this.#dismiss}>Cancel</button>
        <button type="submit" class="primary" aria-disabled=${isBusy ? "true" : nothing} aria-busy=${isBusy ? "true" : nothing}>${isBusy ? "Sending…" : "Submit"}</button>
      </div>
    </form>`;
  }
}

customElements.define("modal-dialog", ModalDialog);
