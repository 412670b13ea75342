import { html, LitElement, nothing, type TemplateResult } from "lit";
import { type Emoji, emojiFace } from "./emoji.ts";
import { moveFocus, showPopup } from "./popup.ts";

/** What alerts are answered with most. */
const COMMON = ["👍", "👎", "✅", "❌", "👀", "🚨", "🔥", "🛑", "⏳", "🔧", "🎉", "❤️", "😄", "😢", "😮", "🙏"];

/** `<emoji-picker>`: one for the whole page, opened beside what asks for an emoji. Hands out common ones, the guild's own, and whatever is typed. */
export class EmojiPicker extends LitElement {
  static override properties = { emojis: { attribute: false } };
  /** The guild's own. */
  declare emojis: readonly Emoji[];
  #onPick: (emoji: Emoji) => void = () => {};

  constructor() {
    super();
    this.emojis = [];
  }

  override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Asks for one emoji; closing asks no more. */
  open(anchor: HTMLElement, onPick: (emoji: Emoji) => void): void {
    this.#onPick = onPick;
    const popup = this.querySelector<HTMLElement>("[popover]");
    if (popup === null) return;
    showPopup(popup, anchor);
    popup.querySelector("button")?.focus();
  }

  #pick(emoji: Emoji): void {
    this.querySelector<HTMLElement>("[popover]")?.hidePopover();
    this.#onPick(emoji);
  }

  #pickTyped(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const name = String(new FormData(form).get("emoji")).trim();
    form.reset();
    const own = this.emojis.find((emoji) => emoji.name === name.replaceAll(":", ""));
    if (name !== "") this.#pick(own ?? { id: null, name });
  }

  override render(): TemplateResult {
    const button = (emoji: Emoji, className: string) =>
      html`<button type="button" class=${className} data-item aria-label=${emojiFace(emoji)} @click=${() => this.#pick(emoji)}>${emojiFace(emoji)}</button>`;
    return html`<div popover class="popup emoji-popup" role="dialog" aria-label="Choose an emoji" @keydown=${moveFocus}>
      <div class="emoji-grid">${COMMON.map((name) => button({ id: null, name }, "emoji-item"))}</div>
      ${this.emojis.length ? html`<div class="emoji-names">${this.emojis.map((emoji) => button(emoji, "emoji-name"))}</div>` : nothing}
      <form class="emoji-form" @submit=${this.#pickTyped}>
        <input type="text" name="emoji" autocomplete="off" maxlength="100" aria-label="Another emoji" placeholder="Another emoji" required /><button type="submit">React</button>
      </form>
    </div>`;
  }
}

customElements.define("emoji-picker", EmojiPicker);
