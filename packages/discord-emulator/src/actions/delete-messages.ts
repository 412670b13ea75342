import type { Channel } from "../state/objects.ts";
import type { World } from "./world.ts";

/** Deletes messages of one channel with their files and reactions, announced singly or as a bulk. */
export function deleteMessages(
  world: World,
  channel: Channel,
  ids: readonly string[],
  options: { bulk?: true } = {},
): void {
  const { state } = world;
  const place = { channel_id: channel.id, guild_id: channel.guild_id };
  state.write(() => {
    for (const messageId of ids) {
      state.messages.delete(messageId);
      state.attachments.deleteOf(messageId);
      state.reactions.forget(messageId);
      if (!options.bulk) state.announce({ t: "MESSAGE_DELETE", d: { id: messageId, ...place } });
    }
    if (options.bulk) state.announce({ t: "MESSAGE_DELETE_BULK", d: { ids, ...place } });
    if (channel.thread_metadata) {
      const remaining = Math.max(0, (channel.message_count ?? 0) - ids.filter((id) => id !== channel.id).length);
      state.channels.update(channel.id, { message_count: remaining }, { quiet: true });
    }
  });
}
