import type { Database } from "./database.ts";

/** Discord checks nonces "in the past few minutes" (docs: resources/message, "Create Message"); the exact span is unpublished. */
const DEFAULT_WINDOW_MS = 5 * 60_000;

/** Which message an author made under a nonce lately. */
export interface Nonces {
  find(
    authorId: string,
    nonce: string | number,
  ): { readonly messageId: string; readonly channelId: string } | undefined;
  remember(
    authorId: string,
    nonce: string | number,
    message: { readonly id: string; readonly channel_id: string },
  ): void;
}

export function createNonces(database: Database, now: () => number, windowMs: number = DEFAULT_WINDOW_MS): Nonces {
  return {
    find(authorId, nonce) {
      const row = database.get(
        `SELECT CAST(message_id AS TEXT) AS message_id, CAST(channel_id AS TEXT) AS channel_id FROM nonces
         WHERE author_id = ? AND nonce = ? AND created_at > ?`,
        BigInt(authorId),
        String(nonce),
        now() - windowMs,
      );
      return row && { messageId: String(row.message_id), channelId: String(row.channel_id) };
    },
    remember(authorId, nonce, message) {
      database.run("DELETE FROM nonces WHERE created_at <= ?", now() - windowMs);
      database.run(
        "INSERT OR REPLACE INTO nonces (author_id, nonce, message_id, channel_id, created_at) VALUES (?, ?, ?, ?, ?)",
        BigInt(authorId),
        String(nonce),
        BigInt(message.id),
        BigInt(message.channel_id),
        now(),
      );
    },
  };
}
