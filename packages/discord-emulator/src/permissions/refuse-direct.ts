import { type Refusal, refuse } from "../errors/refusal.ts";
import type { Channel } from "../state/objects.ts";
import type { State } from "../state/state.ts";

/**
 * Refuses direct messages to those who do not take them (50007), and to those who share no guild with the sender (50278).
 * Undefined in every other channel.
 */
export function refuseDirect(state: State, userId: string, channel: Channel): Refusal | undefined {
  const recipientId = channel.recipient_ids?.find((id) => id !== userId);
  if (recipientId === undefined) return undefined;
  if (!state.direct.isOpen(recipientId)) return refuse(50007);
  const guildIds = state.members.guildIds(recipientId);
  const isShared = state.members.guildIds(userId).some((id) => guildIds.includes(id));
  return isShared ? undefined : refuse(50278);
}
