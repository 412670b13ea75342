import type { Channel } from "../state/objects.ts";
import type { World } from "./world.ts";

/** Announces that somebody types (docs: events/gateway-events, "Typing Start"); its time is in whole seconds. */
export function startTyping({ state }: World, channel: Channel, userId: string): void {
  const timestamp = Math.floor(state.now() / 1000);
  const place = { channel_id: channel.id, guild_id: channel.guild_id };
  state.write(() => state.announce({ t: "TYPING_START", d: { ...place, user_id: userId, timestamp } }));
}
