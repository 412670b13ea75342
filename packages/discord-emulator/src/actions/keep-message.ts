import type { EphemeralMessage } from "../state/ephemeral-messages.ts";
import type { StoredMessage } from "../state/objects.ts";
import type { World } from "./world.ts";

/** Tells whether only one user sees a message. */
export function isEphemeral(message: StoredMessage): message is EphemeralMessage {
  return message.viewer_id !== undefined;
}

/** Stores a message: what only one user sees lies apart, where no channel finds it. */
export function storeMessage({ state }: Pick<World, "state">, message: StoredMessage): void {
  if (isEphemeral(message)) state.ephemeral.put(message);
  else state.messages.put(message);
}

/** Announces what happened to a message: to everybody who sees the channel, or to the page of the one who sees the message. */
export function announceMessage(
  { state }: Pick<World, "state">,
  event: "MESSAGE_CREATE" | "MESSAGE_UPDATE" | "MESSAGE_DELETE",
  { viewer_id: viewerId }: StoredMessage,
  d: object,
): void {
  state.announce({ t: event, d, ...(viewerId === undefined ? {} : { audience: { kind: "page", viewerId } }) });
}
