import type { JsonObject } from "../json.ts";
import type { Channel } from "./objects.ts";
import type { State } from "./state.ts";

/** A channel as Discord's API answers it to a bot: of direct messages the other side is shown, of threads the bot's membership. */
export function presentChannel(
  state: Pick<State, "users" | "threadMembers">,
  viewerId: string,
  channel: Channel,
): JsonObject {
  const { recipient_ids: ids, ...shown } = channel;
  const member = channel.thread_metadata && state.threadMembers.get(channel.id, viewerId);
  if (ids === undefined) return member ? { ...shown, member } : shown;
  const recipients = ids.filter((id) => id !== viewerId).map((id) => state.users.get(id));
  return {
    id: channel.id,
    type: channel.type,
    last_message_id: channel.last_message_id,
    flags: channel.flags,
    recipients,
  };
}
