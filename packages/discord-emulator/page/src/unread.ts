import { type Directory, isForum } from "./directory.ts";
import { compareIds } from "./message-log.ts";
import type { DiscordEvent, Message } from "./wire.ts";

export type UnreadCounts = ReadonlyMap<string, number>;

/** Counts messages since a channel was last looked at. Each message counts once, however often it is told of. Counts are replaced, never changed. */
export interface UnreadCounter {
  /** The counts after `events`; `isRead` says of which channels the reader sees everything. */
  counted(counts: UnreadCounts, events: readonly DiscordEvent[], isRead: (channelId: string) => boolean): UnreadCounts;
  /** The counts with what was missed while the connection was gone, as far as one page of each channel tells. */
  missed(
    counts: UnreadCounts,
    channels: Directory["channels"],
    newestPage: (channelId: string) => Promise<readonly Message[]>,
  ): Promise<UnreadCounts>;
  /** Takes the newest messages of all channels as known. */
  know(channels: Directory["channels"]): void;
}

export function createUnreadCounter(): UnreadCounter {
  /** The newest message of each channel that is shown or counted. */
  const lastMessageIds = new Map<string, string>();
  const isNew = (channelId: string, id: string) => compareIds(id, lastMessageIds.get(channelId) ?? "0") > 0;

  return {
    counted(counts, events, isRead) {
      const next = new Map(counts);
      for (const { t, d } of events) {
        if (t !== "MESSAGE_CREATE") continue;
        const { channel_id, id } = d as Message;
        if (!isNew(channel_id, id)) continue;
        lastMessageIds.set(channel_id, id);
        if (!isRead(channel_id)) next.set(channel_id, (next.get(channel_id) ?? 0) + 1);
      }
      return next;
    },
    async missed(counts, channels, newestPage) {
      const next = new Map(counts);
      for (const channel of channels.values()) {
        if (isForum(channel) || !isNew(channel.id, channel.last_message_id ?? "0")) continue;
        const page = await newestPage(channel.id);
        const count = page.filter((message) => isNew(channel.id, message.id)).length;
        if (count > 0) next.set(channel.id, (next.get(channel.id) ?? 0) + count);
      }
      return next;
    },
    know(channels) {
      for (const { id, last_message_id } of channels.values()) lastMessageIds.set(id, last_message_id ?? "0");
    },
  };
}
