import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Outcome } from "./acting-api.ts";
import { commandTitle, type FieldValue, givenOptions, type RunnableCommand } from "./command-tree.ts";
import type { Choice, GivenOption } from "./interaction-wire.ts";
import type { EntityKind, MenuChoice } from "./menu-choices.ts";
import { optionField } from "./option-field.ts";
import "./suggest-input.ts";

/** `<command-form>`: the options of one command as fields. `run` brings the filled ones, `cancel` says that it is not wanted any more. */
class CommandForm extends LitElement {
  static override properties = {
    command: { attribute: false },
    busy: { attribute: false },
    entities: { attribute: false },
    complete: { attribute: false },
    values: { state: true },
  };
  declare command: RunnableCommand;
  declare busy: boolean;
  declare entities: (kind: EntityKind, channelTypes: readonly number[] | undefined) => readonly MenuChoice[];
  declare complete: (options: readonly GivenOption[]) => Promise<Outcome<readonly Choice[]>>;
  declare values: ReadonlyMap<string, FieldValue>;

  constructor() {
    super();
    this.values = new Map();
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override async firstUpdated(): Promise<void> {
    await this.updateComplete;
    this.querySelector<HTMLElement>(".field input:not([disabled]), .field select, [type=submit]")?.focus();
  }

  /** Complete with the fields that draw themselves. */
  override async getUpdateComplete(): Promise<boolean> {
    const isComplete = await super.getUpdateComplete();
    await Promise.all([...this.querySelectorAll<LitElement>("suggest-input")].map((input) => input.updateComplete));
    return isComplete;
  }

  #run(event: SubmitEvent): void {
    event.preventDefault();
    if (this.busy) return;
    this.dispatchEvent(new CustomEvent("run", { detail: givenOptions(this.command, this.values) }));
  }

  #cancel(): void {
    this.dispatchEvent(new CustomEvent("cancel"));
  }

  override render(): TemplateResult {
    const { command } = this;
    return html`<form
      class="command-form"
      aria-label=${commandTitle(command)}
      @submit=${this.#run}
      @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.#cancel()}
    >
      <header class="command-head">
        <strong>${commandTitle(command)}</strong>
        <span class="command-description">${command.description}</span>
        <span class="command-application">${command.command.application?.name ?? ""}</span>
      </header>
      ${
        command.options.length === 0
          ? nothing
          : html`<div class="fields">
            ${command.options.map((option) =>
              optionField(option, {
                id: `option-${option.name}`,
                field: this.values.get(option.name) ?? { text: "" },
                entities: this.entities,
                complete: (text) =>
                  this.complete(givenOptions(command, new Map(this.values).set(option.name, { text }), option.name)),
                onChange: (value) => {
                  this.values = new Map(this.values).set(option.name, value);
                },
              }),
            )}
          </div>`
      }
      <div class="form-buttons">
        <button type="button" class="plain" @click=${this.#cancel}>Cancel</button>
        <button type="submit" class="primary" aria-disabled=${this.busy ? "true" : nothing} aria-busy=${this.busy ? "true" : nothing}>${this.busy ? "Running…" : "Run"}</button>
      </div>
    </form>`;
  }
}

customElements.define("command-form", CommandForm);
