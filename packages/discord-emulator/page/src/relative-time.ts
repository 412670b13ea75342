import { html, LitElement } from "lit";
import { styledText } from "./clock-text.ts";

const REFRESH_MS = 10_000;

/** `<relative-time>`: a moment as "5 minutes ago", kept true while it is on the page. Its title is the moment in full. */
class RelativeTime extends LitElement {
  static override properties = { date: { attribute: false } };
  declare date: Date;
  #refresh: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#refresh = setInterval(() => this.requestUpdate(), REFRESH_MS);
  }

  override disconnectedCallback(): void {
    clearInterval(this.#refresh);
    super.disconnectedCallback();
  }

  override render() {
    return html`<time datetime=${this.date.toISOString()} title=${styledText(this.date, "F", 0)}>${styledText(this.date, "R", Date.now())}</time>`;
  }
}

customElements.define("relative-time", RelativeTime);
