import type { Database } from "./database.ts";

/** Which channel belongs to a bot and a user, and who takes no direct messages. */
export interface DirectMessages {
  /** The channel's id; it stays theirs when the channel is closed. */
  channelId(botId: string, userId: string): string | undefined;
  remember(botId: string, userId: string, channelId: string): void;
  /** Tells whether a user takes direct messages. */
  isOpen(userId: string): boolean;
  setOpen(userId: string, isOpen: boolean): void;
}

export function createDirectMessages(database: Database): DirectMessages {
  return {
    channelId(botId, userId) {
      const row = database.get(
        "SELECT CAST(channel_id AS TEXT) AS id FROM direct_channels WHERE bot_id = ? AND user_id = ?",
        BigInt(botId),
        BigInt(userId),
      );
      return row && String(row.id);
    },
    remember(botId, userId, channelId) {
      database.run(
        "INSERT OR REPLACE INTO direct_channels (bot_id, user_id, channel_id) VALUES (?, ?, ?)",
        BigInt(botId),
        BigInt(userId),
        BigInt(channelId),
      );
    },
    isOpen: (userId) =>
      database.get("SELECT 1 AS found FROM closed_to_direct_messages WHERE user_id = ?", BigInt(userId)) === undefined,
    setOpen(userId, isOpen) {
      const sql = isOpen
        ? "DELETE FROM closed_to_direct_messages WHERE user_id = ?"
        : "INSERT OR IGNORE INTO closed_to_direct_messages (user_id) VALUES (?)";
      database.run(sql, BigInt(userId));
    },
  };
}
