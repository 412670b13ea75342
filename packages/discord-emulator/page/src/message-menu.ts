import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Outcome } from "./acting-api.ts";
import type { Command } from "./interaction-wire.ts";
import { moveFocus, showPopup } from "./popup.ts";
import type { Message } from "./wire.ts";

const USER_COMMAND = 2;
const MESSAGE_COMMAND = 3;

/** `<message-menu>`: one for the whole page. Offers the commands that applications have for a message, and for who wrote it. */
export class MessageMenu extends LitElement {
  static override properties = { message: { state: true }, outcome: { state: true } };
  declare message: Message | null;
  /** Null while it is loaded. */
  declare outcome: Outcome<readonly Command[]> | null;
  #onRun: (command: Command, targetId: string) => void = () => {};

  constructor() {
    super();
    this.message = null;
    this.outcome = null;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Opens beside `anchor` while `commands` are on their way. */
  async open(
    anchor: HTMLElement,
    message: Message,
    commands: Promise<Outcome<readonly Command[]>>,
    onRun: (command: Command, targetId: string) => void,
  ): Promise<void> {
    this.message = message;
    this.outcome = null;
    this.#onRun = onRun;
    const popup = this.querySelector<HTMLElement>("[popover]");
    if (popup === null) return;
    showPopup(popup, anchor);
    popup.focus();
    const outcome = await commands;
    if (this.message !== message) return;
    this.outcome = outcome;
    await this.updateComplete;
    if (document.activeElement === popup) popup.querySelector<HTMLElement>("[data-item]")?.focus();
  }

  #run(command: Command, targetId: string): void {
    this.querySelector<HTMLElement>("[popover]")?.hidePopover();
    this.#onRun(command, targetId);
  }

  override render(): TemplateResult {
    return html`<div popover class="popup menu-popup" role="dialog" tabindex="-1" aria-label="Commands" @keydown=${moveFocus}>
      ${this.message === null ? nothing : this.#listView(this.message)}
    </div>`;
  }

  #listView(message: Message): TemplateResult {
    if (this.outcome === null) return html`<p class="popup-note" role="status">Loading commands…</p>`;
    if (!this.outcome.ok) return html`<p class="popup-note failed" role="alert">${this.outcome.text}</p>`;
    const commands = this.outcome.value;
    const group = (title: string, type: number, targetId: string) => {
      const found = commands.filter((command) => command.type === type);
      if (found.length === 0) return nothing;
      return html`<p class="popup-title">${title}</p>
        ${found.map(
          (command) =>
            html`<button type="button" class="popup-item" data-item @click=${() => this.#run(command, targetId)}>
              <span class="choice-label">${command.name}</span><span class="choice-detail">${command.application?.name ?? ""}</span>
            </button>`,
        )}`;
    };
    // Behind a webhook stands nobody whom a command could be about.
    const author = message.webhook_id === undefined ? message.author : null;
    const isEmpty = !commands.some(
      ({ type }) => type === MESSAGE_COMMAND || (type === USER_COMMAND && author !== null),
    );
    return html`${group("For this message", MESSAGE_COMMAND, message.id)}
    ${author === null ? nothing : group(`For ${author.username}`, USER_COMMAND, author.id)}
    ${isEmpty ? html`<p class="popup-note">No application has commands for this message.</p>` : nothing}`;
  }
}

customElements.define("message-menu", MessageMenu);
