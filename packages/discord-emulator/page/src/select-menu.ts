import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { MenuChoice } from "./menu-choices.ts";
import { moveFocus, showPopup } from "./popup.ts";

const MAX_SHOWN_COUNT = 100;

/**
 * `<select-menu>`: a select of a message. It is a button that opens what can be chosen; a `choose` event brings the values. Where more or fewer
 * than one may be chosen, boxes are ticked and confirmed together.
 */
class SelectMenu extends LitElement {
  static override properties = {
    component: { attribute: false },
    label: { attribute: false },
    choices: { attribute: false },
    minCount: { attribute: false },
    maxCount: { attribute: false },
    disabled: { attribute: false },
    busy: { attribute: false },
    values: { state: true },
    isOpen: { state: true },
    ticked: { state: true },
  };
  /** Another object says that the message has changed: then its own word counts again. */
  declare component: object;
  declare label: string;
  /** Asked at every opening. */
  declare choices: () => readonly MenuChoice[];
  declare minCount: number;
  declare maxCount: number;
  declare disabled: boolean;
  declare busy: boolean;
  /** What has been chosen here; before that, what the message says. */
  declare values: readonly string[] | null;
  declare isOpen: boolean;
  declare ticked: ReadonlySet<string>;

  constructor() {
    super();
    this.values = null;
    this.isOpen = false;
    this.ticked = new Set();
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has("component")) this.values = null;
  }

  get #chosen(): readonly string[] {
    return this.values ?? this.choices().flatMap(({ value, isChosen }) => (isChosen ? [value] : []));
  }

  async #open(event: Event): Promise<void> {
    if (this.busy) return;
    this.ticked = new Set(this.#chosen);
    this.isOpen = true;
    const button = event.currentTarget as HTMLElement;
    await this.updateComplete;
    const popup = this.querySelector<HTMLElement>("[popover]");
    if (popup === null || popup.matches(":popover-open")) return;
    showPopup(popup, button);
    (
      popup.querySelector<HTMLElement>("[data-item][aria-current], [data-item]:checked") ??
      popup.querySelector<HTMLElement>("[data-item]")
    )?.focus();
  }

  #choose(values: readonly string[]): void {
    this.values = values;
    this.querySelector<HTMLElement>("[popover]")?.hidePopover();
    this.dispatchEvent(new CustomEvent("choose", { detail: values }));
  }

  #tick(value: string, isTicked: boolean): void {
    const ticked = new Set(this.ticked);
    if (isTicked) ticked.add(value);
    else ticked.delete(value);
    this.ticked = ticked;
  }

  override render(): TemplateResult {
    const chosen = this.#chosen;
    const labels = this.choices()
      .filter(({ value }) => chosen.includes(value))
      .map(({ label }) => label);
    return html`<button
        type="button"
        class="component-select"
        aria-haspopup="dialog"
        aria-expanded=${this.isOpen ? "true" : "false"}
        aria-disabled=${this.busy ? "true" : nothing}
        aria-label="${this.label}${labels.length ? `: ${labels.join(", ")}` : ""}"
        ?disabled=${this.disabled}
        @click=${this.#open}
      >
        <span class="select-face ${labels.length ? "chosen" : ""}">${labels.join(", ") || this.label}</span><span aria-hidden="true">${this.busy ? "…" : "⌄"}</span>
      </button>
      <div
        popover
        class="popup select-popup"
        role="dialog"
        aria-label=${this.label}
        @keydown=${moveFocus}
        @toggle=${(event: ToggleEvent) => {
          this.isOpen = event.newState === "open";
        }}
      >
        ${this.isOpen ? this.#popupView(chosen) : nothing}
      </div>`;
  }

  #popupView(chosen: readonly string[]): TemplateResult {
    const choices = this.choices().slice(0, MAX_SHOWN_COUNT);
    if (choices.length === 0) return html`<p class="popup-note">There is nothing to choose.</p>`;
    if (this.minCount === 1 && this.maxCount === 1)
      return html`${choices.map(
        (choice) =>
          html`<button type="button" class="popup-item" data-item aria-current=${chosen.includes(choice.value) ? "true" : nothing} @click=${() => this.#choose([choice.value])}>
            ${choiceFace(choice)}
          </button>`,
      )}`;
    const count = this.ticked.size;
    const isPossible = count >= this.minCount && count <= this.maxCount;
    return html`${choices.map(
      (choice) =>
        html`<label class="popup-item"
            ><input
              type="checkbox"
              data-item
              .checked=${this.ticked.has(choice.value)}
              ?disabled=${count >= this.maxCount && !this.ticked.has(choice.value)}
              @change=${(event: Event) => this.#tick(choice.value, (event.currentTarget as HTMLInputElement).checked)}
            /><span>${choiceFace(choice)}</span></label
          >`,
    )}
      <button type="button" class="popup-confirm" data-item ?disabled=${!isPossible} @click=${() => this.#choose([...this.ticked])}>
        Choose ${count} of ${this.minCount === this.maxCount ? this.minCount : `${this.minCount} to ${this.maxCount}`}
      </button>`;
  }
}

function choiceFace({ label, detail }: MenuChoice): TemplateResult {
  return html`<span class="choice-label">${label}</span>${detail ? html`<span class="choice-detail">${detail}</span>` : nothing}`;
}

customElements.define("select-menu", SelectMenu);
