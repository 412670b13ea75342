import type { Actor } from "./actor.ts";
import type { EmojiPicker } from "./emoji-picker.ts";
import { componentChoices, entityChoices } from "./menu-choices.ts";
import type { MessageActions } from "./message-actions.ts";
import type { ComposerActions } from "./message-composer.ts";
import type { MessageMenu } from "./message-menu.ts";
import type { Session } from "./session.ts";

/** The popups of the page; there is one of each. */
export interface Popups {
  emojiPicker(): EmojiPicker | null;
  messageMenu(): MessageMenu | null;
}

/** What messages ask for, done by the actor. */
export function createMessageActions(session: Session, actor: Actor, popups: Popups): MessageActions {
  return {
    press: (message, customId, values) => void actor.press(message, customId, values),
    react: (message, emoji, op) => void actor.toggleReaction(message, emoji, op),
    pickEmoji: (message, anchor) =>
      popups.emojiPicker()?.open(anchor, (emoji) => void actor.toggleReaction(message, emoji, "add")),
    openMenu: (message, anchor) =>
      void popups.messageMenu()?.open(anchor, message, actor.commands(message.channel_id), (command, targetId) => {
        void actor.run({ command, channelId: message.channel_id, targetId, place: `message:${message.id}` });
      }),
    dismiss: (message) => session.dismiss(message.id),
    choices: (component) => componentChoices(component, session.snapshot.directory),
  };
}

/** What the composer of one channel asks for, done by the actor. */
export function createComposerActions(session: Session, actor: Actor, channelId: string): ComposerActions {
  return {
    write: (content) => actor.write(channelId, content),
    run: (command, options) => actor.run({ command, channelId, options }),
    commands: () => actor.commands(channelId),
    complete: (command, options) => actor.complete({ command, channelId, options }),
    entities: (kind, channelTypes) => entityChoices(kind, session.snapshot.directory, channelTypes),
  };
}
