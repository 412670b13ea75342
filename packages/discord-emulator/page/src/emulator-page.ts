import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { channelIcon } from "./channel-icon.ts";
import { channelHash, channelListView, channelSelectView } from "./channel-list-view.ts";
import { createControlApi } from "./control-api.ts";
import { isForum, isThread, nameOf } from "./directory.ts";
import { openEventFeed } from "./event-feed.ts";
import { forumView } from "./forum-view.ts";
import { logView } from "./log-view.ts";
import { onNextFrame } from "./next-frame.ts";
import { createSession } from "./session.ts";
import { statusView } from "./status-view.ts";
import type { Channel } from "./wire.ts";

const FOLLOW_DISTANCE_PX = 48;

/** `<emulator-page>`: the whole page. It draws into the document itself, so that one style sheet and the browser's own search reach everything. */
class EmulatorPage extends LitElement {
  readonly #baseUrl = new URL(".", location.href);
  readonly #session = createSession({
    api: createControlApi(this.#baseUrl),
    schedule: onNextFrame,
    isFollowing: () => this.#isFollowing(),
    isVisible: () => !document.hidden,
    onChange: () => this.requestUpdate(),
  });
  #closeFeed = () => {};

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#followHash);
    document.addEventListener("visibilitychange", this.#markRead);
    this.#followHash();
    this.#closeFeed = openEventFeed(new URL("_control/events", this.#baseUrl), {
      onOpen: () => this.#session.connected(),
      onLost: () => this.#session.lost(),
      onEvent: (event) => this.#session.receive(event),
    });
  }

  override disconnectedCallback(): void {
    this.#closeFeed();
    removeEventListener("hashchange", this.#followHash);
    document.removeEventListener("visibilitychange", this.#markRead);
    super.disconnectedCallback();
  }

  readonly #followHash = () => this.#session.select(/^#\/channels\/(\d+)/.exec(location.hash)?.[1] ?? null);

  readonly #markRead = () => {
    if (this.#isFollowing() && !document.hidden) this.#session.markRead();
  };

  /** The log is laid out from its bottom, where its scroll position is 0. */
  #isFollowing(): boolean {
    const scroller = this.querySelector(".scroller");
    return scroller === null || Math.abs(scroller.scrollTop) < FOLLOW_DISTANCE_PX;
  }

  async #jumpToPresent(): Promise<void> {
    if (this.#session.snapshot.log.newerCount > 0) await this.#session.jumpToPresent();
    await this.updateComplete;
    this.querySelector(".scroller")?.scrollTo({ top: 0 });
    this.#session.markRead();
  }

  override updated(_changed: PropertyValues): void {
    const { unread, directory, selectedId } = this.#session.snapshot;
    const count = [...unread.values()].reduce((sum, one) => sum + one, 0);
    const channel = directory.channels.get(selectedId ?? "");
    const place = channel === undefined ? "" : `${channel.type === 0 ? "#" : ""}${nameOf(channel)} · `;
    document.title = `${count > 0 ? `(${count}) ` : ""}${place}Discord emulator`;
  }

  override render(): TemplateResult {
    const { snapshot } = this.#session;
    const channel = snapshot.directory.channels.get(snapshot.selectedId ?? "");
    return html`<div class="app">
      <a class="skip" href="#messages" @click=${this.#focusMessages}>Skip to messages</a>
      <aside class="side">
        <h1 class="guild">${snapshot.directory.guildName || "Discord emulator"}</h1>
        ${channelSelectView(snapshot, (id) => {
          location.hash = channelHash(id);
        })}
        <nav class="channel-nav" aria-label="Channels">${channelListView(snapshot)}</nav>
        ${statusView(snapshot)}
      </aside>
      <main class="main">
        ${channel === undefined ? nothing : this.#headView(channel)}
        ${snapshot.failure === null ? nothing : html`<p class="failure" role="alert">Loading failed: ${snapshot.failure}</p>`}
        ${
          channel === undefined
            ? html`<p class="empty">${snapshot.isLoading ? "Loading…" : "There is no channel to show."}</p>`
            : isForum(channel)
              ? html`<div class="forum" id="messages" tabindex="-1">${forumView(channel, snapshot)}</div>`
              : keyed(
                  channel.id,
                  logView(snapshot, channel, {
                    onScroll: this.#markRead,
                    onOlder: () => void this.#session.loadOlder(),
                    onPresent: () => void this.#jumpToPresent(),
                  }),
                )
        }
      </main>
    </div>`;
  }

  #headView(channel: Channel): TemplateResult {
    const parent = isThread(channel)
      ? this.#session.snapshot.directory.channels.get(channel.parent_id ?? "")
      : undefined;
    return html`<header class="head">
      ${parent === undefined ? nothing : html`<a class="head-parent" href=${channelHash(parent.id)}>${nameOf(parent)}</a><span aria-hidden="true">›</span>`}
      <span class="symbol" aria-hidden="true">${channelIcon(channel)}</span>
      <h2>${nameOf(channel)}</h2>
      ${channel.topic ? html`<p class="topic" title=${channel.topic}>${channel.topic}</p>` : nothing}
    </header>`;
  }

  // The hash names the channel, so the skip link moves the focus itself.
  #focusMessages(event: Event): void {
    event.preventDefault();
    this.querySelector<HTMLElement>("#messages")?.focus();
  }
}

customElements.define("emulator-page", EmulatorPage);
