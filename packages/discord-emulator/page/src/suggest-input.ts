import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Outcome } from "./acting-api.ts";
import type { FieldValue } from "./command-tree.ts";
import type { Choice } from "./interaction-wire.ts";
import { listboxView, listKey, optionId, showActive } from "./listbox.ts";

const DEBOUNCE_MS = 250;

/**
 * `<suggest-input>`: a text field that asks for suggestions while somebody types. An `input` event of its own, `change-value`, brings what is typed
 * or chosen. An answer that a later question has overtaken is dropped.
 */
class SuggestInput extends LitElement {
  static override properties = {
    fieldId: { attribute: false },
    label: { attribute: false },
    isRequired: { attribute: false },
    field: { attribute: false },
    load: { attribute: false },
    outcome: { state: true },
    isOpen: { state: true },
    index: { state: true },
  };
  declare fieldId: string;
  declare label: string;
  declare isRequired: boolean;
  declare field: FieldValue;
  declare load: (text: string) => Promise<Outcome<readonly Choice[]>>;
  /** Null while it is asked for. */
  declare outcome: Outcome<readonly Choice[]> | null;
  declare isOpen: boolean;
  declare index: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #askedCount = 0;

  constructor() {
    super();
    this.outcome = null;
    this.isOpen = false;
    this.index = -1;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  override updated(): void {
    showActive(this);
  }

  #ask(text: string, delayMs: number): void {
    clearTimeout(this.#timer);
    this.isOpen = true;
    this.outcome = null;
    this.index = -1;
    this.#askedCount += 1;
    const mine = this.#askedCount;
    this.#timer = setTimeout(async () => {
      const outcome = await this.load(text);
      if (mine === this.#askedCount) this.outcome = outcome;
    }, delayMs);
  }

  #tell(value: FieldValue): void {
    this.dispatchEvent(new CustomEvent("change-value", { detail: value }));
  }

  #pick(choice: Choice): void {
    this.#close();
    this.#tell({ text: choice.name, value: choice.value });
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#askedCount += 1;
    this.isOpen = false;
  }

  #type(event: Event): void {
    const text = (event.currentTarget as HTMLInputElement).value;
    this.#tell({ text });
    this.#ask(text, DEBOUNCE_MS);
  }

  #key(event: KeyboardEvent): void {
    if (!this.isOpen) return;
    const { choices } = this;
    const action = listKey(event, choices.length, this.index);
    if (action === null) return;
    event.preventDefault();
    // Escape closes the list first, and only then the form around it.
    event.stopPropagation();
    const choice = choices[this.index];
    if (action === "close") this.#close();
    else if (action !== "pick") this.index = action;
    else if (choice !== undefined) this.#pick(choice);
  }

  get choices(): readonly Choice[] {
    return this.outcome?.ok ? this.outcome.value : [];
  }

  override render(): TemplateResult {
    const { choices, fieldId, index, isOpen } = this;
    const listId = `${fieldId}-list`;
    return html`<input
        type="text"
        id=${fieldId}
        role="combobox"
        autocomplete="off"
        aria-autocomplete="list"
        aria-expanded=${isOpen && choices.length > 0 ? "true" : "false"}
        aria-controls=${listId}
        aria-activedescendant=${isOpen && index >= 0 ? optionId(listId, index) : nothing}
        ?required=${this.isRequired}
        .value=${this.field.text}
        @focus=${() => this.#ask(this.field.text, 0)}
        @blur=${this.#close}
        @input=${this.#type}
        @keydown=${this.#key}
      />${isOpen ? this.#listView(listId) : nothing}`;
  }

  #listView(listId: string): TemplateResult {
    const { outcome, choices } = this;
    if (outcome === null) return html`<p class="field-note" role="status">Loading options…</p>`;
    if (!outcome.ok) return html`<p class="field-note failed" role="alert">Loading options failed: ${outcome.text}</p>`;
    if (choices.length === 0) return html`<p class="field-note" role="status">No options match.</p>`;
    return listboxView({
      id: listId,
      label: `Options for ${this.label}`,
      items: choices,
      index: this.index,
      face: ({ name }) => name,
      onPick: (choice) => this.#pick(choice),
    });
  }
}

customElements.define("suggest-input", SuggestInput);
