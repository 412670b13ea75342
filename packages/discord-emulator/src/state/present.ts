import type { JsonObject } from "../json.ts";
import type { Channel, StoredMessage, Webhook } from "./objects.ts";
import { presentChannel } from "./present-channel.ts";
import { createMessagePresenter } from "./present-message.ts";
import type { State } from "./state.ts";

/** Turns stored objects into what Discord's API answers, as `viewerId` (a user) sees it. */
export interface Presenter {
  /** A message as it is read. */
  message(message: StoredMessage): JsonObject;
  /** A message as its creation is answered and announced: with its nonce. */
  created(message: StoredMessage): JsonObject;
  channel(channel: Channel): JsonObject;
  webhook(webhook: Webhook, options: { withUser: boolean }): JsonObject;
}

/** Creates a presenter; `baseUrl` is asked at each use, since the port is known only after listening. */
export function createPresenter(state: State, viewerId: string, baseUrl: () => string): Presenter {
  const messages = createMessagePresenter(state, viewerId, baseUrl);
  return {
    message: (message) => messages.read(message),
    created: (message) => messages.created(message),
    channel: (channel) => presentChannel(state, viewerId, channel),
    webhook({ user_id, ...webhook }, { withUser }) {
      const user = state.users.get(user_id);
      return {
        ...webhook,
        url: `${baseUrl()}/api/webhooks/${webhook.id}/${webhook.token}`,
        ...(withUser && user ? { user } : {}),
      };
    },
  };
}
