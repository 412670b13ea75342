import { INTERACTION_TYPE, type Interaction } from "../state/interactions.ts";

/** Ways to answer first (docs: interactions/receiving-and-responding, "Interaction Callback Type"). */
export const CALLBACK_TYPE = {
  message: 4,
  deferredMessage: 5,
  deferredUpdate: 6,
  update: 7,
  choices: 8,
  modal: 9,
} as const;

/** The number of one of these ways. */
export type CallbackType = (typeof CALLBACK_TYPE)[keyof typeof CALLBACK_TYPE];

const { message, deferredMessage, deferredUpdate, update, choices, modal } = CALLBACK_TYPE;

/**
 * The ways in which an interaction can be answered. Updates need a message that is there already, and a modal is not
 * answered with another one. Paying (10) and activities (12) exist for applications only that have such things, which none
 * here has.
 */
export function callbackTypesFor({ type, message_id }: Interaction): readonly CallbackType[] {
  const updates = message_id === undefined ? [] : [deferredUpdate, update];
  switch (type) {
    case INTERACTION_TYPE.command:
      return [message, deferredMessage, modal];
    case INTERACTION_TYPE.component:
      return [message, deferredMessage, ...updates, modal];
    case INTERACTION_TYPE.autocomplete:
      return [choices];
    case INTERACTION_TYPE.modal:
      return [message, deferredMessage, ...updates];
  }
}
