import { snowflakeAt } from "../snowflake.ts";
import type { Database } from "./database.ts";
import type { StoredMessage } from "./objects.ts";
import { createPrune, type Prune } from "./prune-table.ts";

/** A message that one user sees. */
export type EphemeralMessage = StoredMessage & { readonly viewer_id: string };

/**
 * Messages that only one user sees, apart from all others: no route of a channel knows them, whoever has the token of
 * their interaction does.
 */
export interface EphemeralMessages {
  get(id: string): EphemeralMessage | undefined;
  /** Those that `viewerId` sees in a channel, newest first. */
  list(
    channelId: string,
    viewerId: string,
    page: { readonly maxCount: number; readonly beforeId?: string },
  ): EphemeralMessage[];
  put(message: EphemeralMessage): void;
  /** Its files go with it. */
  delete(id: string): void;
  /** Deletes all of a channel that goes. */
  deleteAll(channelId: string): void;
  readonly prune: Prune;
}

export function createEphemeralMessages(database: Database): EphemeralMessages {
  /** The greatest that SQLite can compare with. */
  const MAX_ID = 2n ** 63n - 1n;
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.body)) as EphemeralMessage;
  return {
    get(id) {
      const row = database.get("SELECT body FROM ephemeral_messages WHERE id = ?", BigInt(id));
      return row && parse(row);
    },
    list: (channelId, viewerId, { maxCount, beforeId }) =>
      database
        .all(
          `SELECT body FROM ephemeral_messages WHERE channel_id = ? AND viewer_id = ? AND id < ?
           ORDER BY id DESC LIMIT ?`,
          BigInt(channelId),
          BigInt(viewerId),
          beforeId === undefined ? MAX_ID : BigInt(beforeId),
          maxCount,
        )
        .map(parse),
    put(message) {
      database.run(
        `INSERT OR REPLACE INTO ephemeral_messages (id, channel_id, viewer_id, created_at, body) VALUES (?, ?, ?, ?, ?)`,
        BigInt(message.id),
        BigInt(message.channel_id),
        BigInt(message.viewer_id),
        Math.trunc(snowflakeAt(message.id)),
        JSON.stringify(message),
      );
    },
    delete(id) {
      database.run("DELETE FROM attachments WHERE message_id = ?", BigInt(id));
      database.run("DELETE FROM ephemeral_messages WHERE id = ?", BigInt(id));
    },
    deleteAll(channelId) {
      const ids = "(SELECT id FROM ephemeral_messages WHERE channel_id = ?)";
      database.run(`DELETE FROM attachments WHERE message_id IN ${ids}`, BigInt(channelId));
      database.run("DELETE FROM ephemeral_messages WHERE channel_id = ?", BigInt(channelId));
    },
    prune: createPrune(database, "ephemeral_messages"),
  };
}
