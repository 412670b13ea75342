import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { createActingApi, type ModalFields } from "./acting-api.ts";
import { rememberedUser, rememberUser } from "./acting-user.ts";
import { createActor } from "./actor.ts";
import { channelHash, channelListView, channelSelectView } from "./channel-list-view.ts";
import { createControlApi } from "./control-api.ts";
import { isForum } from "./directory.ts";
import type { EmojiPicker } from "./emoji-picker.ts";
import { openEventFeed } from "./event-feed.ts";
import { forumView } from "./forum-view.ts";
import { headView } from "./head-view.ts";
import { logView } from "./log-view.ts";
import type { MessageMenu } from "./message-menu.ts";
import { nameOf } from "./names.ts";
import { onNextFrame } from "./next-frame.ts";
import { createComposerActions, createMessageActions } from "./page-actions.ts";
import { createSession } from "./session.ts";
import { statusView } from "./status-view.ts";
import { userPickerView } from "./user-picker-view.ts";
import type { Channel } from "./wire.ts";
import "./emoji-picker.ts";
import "./message-composer.ts";
import "./message-menu.ts";
import "./modal-dialog.ts";
import "./select-menu.ts";

const FOLLOW_DISTANCE_PX = 48;

/** `<emulator-page>`: the whole page. It draws into the document itself, so that one style sheet and the browser's own search reach everything. */
class EmulatorPage extends LitElement {
  readonly #baseUrl = new URL(".", location.href);
  readonly #session = createSession({
    api: createControlApi(this.#baseUrl),
    schedule: onNextFrame,
    isFollowing: () => this.#isFollowing(),
    isVisible: () => !document.hidden,
    onChange: () => {
      this.#actor.actAs(this.#session.snapshot.viewerId);
      this.requestUpdate();
    },
  });
  readonly #actor = createActor({ api: createActingApi(this.#baseUrl), onChange: () => this.requestUpdate() });
  readonly #messageActions = createMessageActions(this.#session, this.#actor, {
    emojiPicker: () => this.querySelector<EmojiPicker>("emoji-picker"),
    messageMenu: () => this.querySelector<MessageMenu>("message-menu"),
  });
  #closeFeed = () => {};

  override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("hashchange", this.#followHash);
    document.addEventListener("visibilitychange", this.#markRead);
    this.#session.viewAs(rememberedUser());
    this.#followHash();
    this.#closeFeed = openEventFeed(new URL("_control/events", this.#baseUrl), {
      onOpen: () => this.#session.connected(),
      onLost: () => this.#session.lost(),
      onEvent: (event) => (event.t === "INTERACTION_STATUS" ? this.#actor : this.#session).receive(event),
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

  #actAs(id: string): void {
    rememberUser(id);
    this.#session.viewAs(id);
  }

  async #closeModal(): Promise<void> {
    this.#actor.closeModal();
    await this.updateComplete;
    // What had the focus before the modal may be gone.
    if (document.activeElement === document.body) this.querySelector<HTMLElement>("message-composer")?.focus();
  }

  async #sendModal(fields: ModalFields): Promise<void> {
    if (await this.#actor.submitModal(fields)) await this.#closeModal();
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
    const { acting } = this.#actor;
    const { directory } = snapshot;
    const channel = directory.channels.get(snapshot.selectedId ?? "");
    return html`<div class="app">
        <a class="skip" href="#messages" @click=${(event: Event) => this.#skipTo(event, "#messages")}>Skip to messages</a>
        <a class="skip" href="#composer" @click=${(event: Event) => this.#skipTo(event, "message-composer")}>Skip to writing</a>
        <aside class="side">
          <h1 class="guild">${directory.guildName || "Discord emulator"}</h1>
          ${channelSelectView(snapshot, (id) => {
            location.hash = channelHash(id);
          })}
          <nav class="channel-nav" aria-label="Channels">${channelListView(snapshot)}</nav>
          ${userPickerView(snapshot, (id) => this.#actAs(id))} ${statusView(snapshot)}
        </aside>
        <main class="main">
          ${channel === undefined ? nothing : headView(channel, directory)}
          ${snapshot.failure === null ? nothing : html`<p class="failure" role="alert">Loading failed: ${snapshot.failure}</p>`}
          ${channel === undefined ? html`<p class="empty">${snapshot.isLoading ? "Loading…" : "There is no channel to show."}</p>` : this.#placeView(channel)}
        </main>
      </div>
      <emoji-picker .emojis=${directory.emojis}></emoji-picker>
      <message-menu></message-menu>
      <modal-dialog
        .modal=${acting.modal}
        .attempt=${acting.attempts.get("modal")}
        .names=${directory.names}
        .choices=${this.#messageActions.choices}
        @send=${({ detail }: CustomEvent<ModalFields>) => void this.#sendModal(detail)}
        @dismiss=${() => void this.#closeModal()}
      ></modal-dialog>
      <div class="unseen" role="status">${acting.notice}</div>`;
  }

  #placeView(channel: Channel): unknown {
    const { snapshot } = this.#session;
    const { acting } = this.#actor;
    if (isForum(channel))
      return html`<div class="forum" id="messages" tabindex="-1">${forumView(channel, snapshot)}</div>`;
    const { names } = snapshot.directory;
    const log = logView(snapshot, channel, acting, {
      onScroll: this.#markRead,
      onOlder: () => void this.#session.loadOlder(),
      onPresent: () => void this.#jumpToPresent(),
      ofMessages: this.#messageActions,
    });
    // Another channel or user begins with a log at its end and an empty composer.
    return keyed(
      `${channel.id} ${acting.userId}`,
      html`${log}<message-composer
          .label=${`Message ${channel.type === 0 ? "#" : ""}${nameOf(channel)} as ${names.users.get(acting.userId ?? "") ?? "nobody"}`}
          .attempt=${acting.attempts.get(`channel:${channel.id}`)}
          .actions=${createComposerActions(this.#session, this.#actor, channel.id)}
        ></message-composer>`,
    );
  }

  // The hash names the channel, so the skip links move the focus themselves.
  #skipTo(event: Event, selector: string): void {
    event.preventDefault();
    this.querySelector<HTMLElement>(selector)?.focus();
  }
}

customElements.define("emulator-page", EmulatorPage);
