import type { Attempt } from "./acting.ts";
import type { Component } from "./component-wire.ts";
import type { Emoji } from "./emoji.ts";
import type { MenuChoice } from "./menu-choices.ts";
import type { Message } from "./wire.ts";

/** What a reader can do with a message. The object stays the same for the life of the page. */
export interface MessageActions {
  press(message: Message, customId: string, values?: readonly string[]): void;
  /** Adds the reader's reaction, or takes it back. */
  react(message: Message, emoji: Emoji, op: "add" | "remove"): void;
  /** Opens the choice of emoji beside `anchor`. */
  pickEmoji(message: Message, anchor: HTMLElement): void;
  /** Opens what else can be done with the message. */
  openMenu(message: Message, anchor: HTMLElement): void;
  dismiss(message: Message): void;
  choices(component: Component): readonly MenuChoice[];
}

/** How a view of one message is used: who draws components without it draws them inert. */
export interface MessageUse {
  readonly message: Message;
  readonly attempt: Attempt | undefined;
  readonly actions: MessageActions;
}
