import { isThread } from "../state/channels.ts";
import type { Channel } from "../state/objects.ts";
import type { State } from "../state/state.ts";

/**
 * The channel whose permissions decide about a message: its own, but the forum's for the first message of a post, which
 * shares the post's id and is sent by the right to write in the forum.
 */
export function sendingPlace(state: Pick<State, "channels">, channel: Channel, messageId: string | undefined): Channel {
  if (messageId !== channel.id || !isThread(channel) || channel.parent_id === null) return channel;
  return state.channels.get(channel.parent_id) ?? channel;
}
