import type { Database } from "./database.ts";
import type { StoredMessage } from "./objects.ts";

/** Which part of a channel's history to read. Ids need not exist. At most one of the three. */
export interface MessagePage {
  readonly maxCount: number;
  readonly beforeId?: string;
  readonly afterId?: string;
  readonly aroundId?: string;
}

/** The message log on disk. Nothing is cached: memory does not grow with history. */
export interface Messages {
  get(id: string): StoredMessage | undefined;
  /** Newest first. */
  list(channelId: string, page: MessagePage): StoredMessage[];
  put(message: StoredMessage): void;
  delete(id: string): void;
  /** Deletes all messages of a channel that goes, with their reactions and files, without an event. */
  deleteAll(channelId: string): void;
  /** Pins at `at` (epoch milliseconds), or unpins with null. */
  pin(id: string, at: number | null): void;
}

export function createMessages(database: Database): Messages {
  /** The greatest that SQLite can compare with. */
  const MAX_ID = 2n ** 63n - 1n;
  const parse = (row: Record<string, unknown>): StoredMessage => ({
    ...(JSON.parse(String(row.body)) as StoredMessage),
    pinned: row.pinned_at !== null,
  });

  function before(channelId: string, id: bigint, maxCount: number): StoredMessage[] {
    return database
      .all(
        "SELECT body, pinned_at FROM messages WHERE channel_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
        BigInt(channelId),
        id,
        maxCount,
      )
      .map(parse);
  }

  function after(channelId: string, id: bigint, maxCount: number): StoredMessage[] {
    return database
      .all(
        "SELECT body, pinned_at FROM messages WHERE channel_id = ? AND id > ? ORDER BY id LIMIT ?",
        BigInt(channelId),
        id,
        maxCount,
      )
      .map(parse)
      .reverse();
  }

  return {
    get(id) {
      const row = database.get("SELECT body, pinned_at FROM messages WHERE id = ?", BigInt(id));
      return row && parse(row);
    },
    list(channelId, { maxCount, beforeId, afterId, aroundId }) {
      if (afterId !== undefined) return after(channelId, BigInt(afterId), maxCount);
      if (aroundId !== undefined) {
        const center = BigInt(aroundId);
        const olderCount = Math.ceil(maxCount / 2);
        return [
          ...after(channelId, center, maxCount - olderCount),
          ...before(channelId, center < MAX_ID ? center + 1n : MAX_ID, olderCount),
        ];
      }
      return before(channelId, beforeId === undefined ? MAX_ID : BigInt(beforeId), maxCount);
    },
    put(message) {
      database.run(
        `INSERT INTO messages (id, channel_id, author_id, body) VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
        BigInt(message.id),
        BigInt(message.channel_id),
        BigInt(message.author.id),
        JSON.stringify(message),
      );
    },
    delete(id) {
      database.run("DELETE FROM messages WHERE id = ?", BigInt(id));
    },
    deleteAll(channelId) {
      const ids = "(SELECT id FROM messages WHERE channel_id = ?)";
      for (const table of ["reactions", "attachments"]) {
        database.run(`DELETE FROM ${table} WHERE message_id IN ${ids}`, BigInt(channelId));
      }
      database.run("DELETE FROM messages WHERE channel_id = ?", BigInt(channelId));
    },
    pin(id, at) {
      database.run("UPDATE messages SET pinned_at = ? WHERE id = ?", at, BigInt(id));
    },
  };
}
