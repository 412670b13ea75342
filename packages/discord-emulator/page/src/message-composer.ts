import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { type Attempt, isPending } from "./acting.ts";
import type { Outcome } from "./acting-api.ts";
import { commandTitle, matchingCommands, type RunnableCommand, runnableCommands } from "./command-tree.ts";
import { sendIcon } from "./icons.ts";
import type { Choice, Command, GivenOption } from "./interaction-wire.ts";
import { listboxView, listKey, optionId, showActive } from "./listbox.ts";
import type { EntityKind, MenuChoice } from "./menu-choices.ts";
import "./command-form.ts";

const LIST_ID = "command-list";

/** What the composer asks of the page. Promises tell whether it went well. */
export interface ComposerActions {
  write(content: string): Promise<boolean>;
  run(command: Command, options: readonly GivenOption[]): Promise<boolean>;
  commands(): Promise<Outcome<readonly Command[]>>;
  complete(command: Command, options: readonly GivenOption[]): Promise<Outcome<readonly Choice[]>>;
  entities(kind: EntityKind, channelTypes: readonly number[] | undefined): readonly MenuChoice[];
}

/**
 * `<message-composer>`: where the acting user writes. A slash at the beginning offers commands; a chosen one becomes a form.
 *
 * | state | command | Enter | Escape |
 * |---|---|---|---|
 * | writing | null | sends the text | |
 * | offering commands (the text begins with a slash) | null | chooses the active one | closes the list |
 * | filling a form | set | runs it | back to writing |
 */
class MessageComposer extends LitElement {
  static override properties = {
    label: { attribute: false },
    attempt: { attribute: false },
    actions: { attribute: false },
    text: { state: true },
    outcome: { state: true },
    isOffering: { state: true },
    index: { state: true },
    command: { state: true },
  };
  declare label: string;
  declare attempt: Attempt | undefined;
  declare actions: ComposerActions;
  declare text: string;
  /** The commands of the place; null while they are loaded. */
  declare outcome: Outcome<readonly RunnableCommand[]> | null;
  declare isOffering: boolean;
  declare index: number;
  declare command: RunnableCommand | null;

  constructor() {
    super();
    this.text = "";
    this.outcome = null;
    this.isOffering = false;
    this.index = 0;
    this.command = null;
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override updated(changed: PropertyValues): void {
    if (changed.has("index")) showActive(this);
  }

  override focus(): void {
    this.querySelector<HTMLElement>("textarea, command-form input, command-form select, command-form button")?.focus();
  }

  get #matches(): readonly RunnableCommand[] {
    return this.isOffering && this.outcome?.ok ? matchingCommands(this.outcome.value, this.text) : [];
  }

  #type(event: Event): void {
    const { value } = event.currentTarget as HTMLTextAreaElement;
    const isCommand = value.startsWith("/") && !value.includes("\n");
    if (isCommand && !this.text.startsWith("/")) void this.#loadCommands();
    this.text = value;
    this.isOffering = isCommand;
    this.index = 0;
  }

  async #loadCommands(): Promise<void> {
    this.outcome = null;
    const outcome = await this.actions.commands();
    this.outcome = outcome.ok ? { ok: true, value: runnableCommands(outcome.value) } : outcome;
  }

  #key(event: KeyboardEvent): void {
    const matches = this.#matches;
    const action = this.isOffering ? listKey(event, matches.length, this.index) : null;
    if (action !== null) {
      event.preventDefault();
      const command = matches[this.index];
      if (action === "close") this.isOffering = false;
      else if (action !== "pick") this.index = action;
      else if (command !== undefined) this.#choose(command);
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      // Until the commands are there nobody knows whether this is one.
      if (!this.isOffering || this.outcome !== null) void this.#send();
    }
  }

  #choose(command: RunnableCommand): void {
    this.command = command;
    this.isOffering = false;
  }

  async #send(event?: SubmitEvent): Promise<void> {
    event?.preventDefault();
    const content = this.text.trim();
    if (content === "" || isPending(this.attempt)) return;
    if (await this.actions.write(content)) this.text = "";
  }

  async #run(options: readonly GivenOption[]): Promise<void> {
    const { command } = this;
    if (command !== null && (await this.actions.run(command.command, options))) await this.#leaveForm("");
  }

  async #leaveForm(text: string): Promise<void> {
    this.command = null;
    this.text = text;
    await this.updateComplete;
    // A modal may have come as the answer; then the focus is its own.
    this.focus();
  }

  override render(): TemplateResult {
    const failure = this.attempt?.failure;
    const { command } = this;
    return html`<div class="composer">
      ${failure ? html`<p class="failed" role="alert">${failure}</p>` : nothing}
      ${
        command === null
          ? this.#writingView()
          : html`<command-form
            .command=${command}
            .busy=${isPending(this.attempt)}
            .entities=${this.actions.entities}
            .complete=${(options: readonly GivenOption[]) => this.actions.complete(command.command, options)}
            @run=${({ detail }: CustomEvent<readonly GivenOption[]>) => void this.#run(detail)}
            @cancel=${() => void this.#leaveForm(this.text)}
          ></command-form>`
      }
    </div>`;
  }

  #writingView(): TemplateResult {
    const matches = this.#matches;
    const hasList = matches.length > 0;
    return html`${this.isOffering ? this.#offerView(matches) : nothing}
      <form class="composer-box" @submit=${this.#send}>
        <textarea
          rows="1"
          maxlength="2000"
          aria-label=${this.label}
          placeholder=${this.label}
          aria-haspopup="listbox"
          aria-controls=${hasList ? LIST_ID : nothing}
          aria-activedescendant=${hasList ? optionId(LIST_ID, this.index) : nothing}
          .value=${this.text}
          @input=${this.#type}
          @keydown=${this.#key}
        ></textarea>
        <button type="submit" class="send" aria-label="Send" title="Send" aria-disabled=${isPending(this.attempt) ? "true" : nothing}>${sendIcon}</button>
      </form>`;
  }

  #offerView(matches: readonly RunnableCommand[]): TemplateResult {
    const { outcome } = this;
    if (outcome === null) return html`<p class="field-note" role="status">Loading commands…</p>`;
    if (!outcome.ok)
      return html`<p class="field-note failed" role="alert">Loading commands failed: ${outcome.text}</p>`;
    if (matches.length === 0)
      return html`<p class="field-note" role="status">${outcome.value.length === 0 ? "No application has commands here." : "No command is called like this."}</p>`;
    return listboxView({
      id: LIST_ID,
      label: "Commands",
      items: matches,
      index: this.index,
      face: (
        item,
      ) => html`<strong>${commandTitle(item)}</strong> <span class="command-description">${item.description}</span>
        <span class="command-application">${item.command.application?.name ?? ""}</span>`,
      onPick: (item) => this.#choose(item),
    });
  }
}

customElements.define("message-composer", MessageComposer);
