import { type Refusal, refuse } from "../errors/refusal.ts";
import { CHANNEL_TYPE, type Channel, type StoredMessage } from "../state/objects.ts";
import { isSystemMessage } from "./post-system-message.ts";
import type { World } from "./world.ts";

/** Message flag of announcements that were published to following channels (docs: resources/message, "Message Flags"). */
export const CROSSPOSTED: number = 1 << 0;

/** Publishes an announcement and announces MESSAGE_UPDATE. No other channels follow here. */
export function crosspostMessage(
  { state, presenter }: World,
  channel: Channel,
  message: StoredMessage,
): StoredMessage | Refusal {
  if (channel.type !== CHANNEL_TYPE.announcement) return refuse(50024);
  if (isSystemMessage(message)) return refuse(50068);
  if ((message.flags & CROSSPOSTED) !== 0) return refuse(40033);
  return state.write(() => {
    const published = { ...message, flags: message.flags | CROSSPOSTED };
    state.messages.put(published);
    state.announce({ t: "MESSAGE_UPDATE", d: { ...presenter.message(published), guild_id: channel.guild_id } });
    return published;
  });
}
