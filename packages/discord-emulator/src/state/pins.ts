import type { Database } from "./database.ts";
import type { StoredMessage } from "./objects.ts";

/** A pinned message; `pinnedAt` in epoch milliseconds. */
export interface Pin {
  readonly message: StoredMessage;
  readonly pinnedAt: number;
}

/** Which messages of a channel are pinned. They are pinned through the message log. */
export interface Pins {
  count(channelId: string): number;
  /** When the last one was pinned, epoch milliseconds. */
  lastAt(channelId: string): number | undefined;
  /** Last pinned first, `beforeAt` (epoch milliseconds) excluded. */
  list(channelId: string, page: { readonly beforeAt: number; readonly maxCount: number }): Pin[];
}

export function createPins(database: Database): Pins {
  return {
    count: (channelId) =>
      Number(
        database.get(
          "SELECT COUNT(*) AS count FROM messages WHERE channel_id = ? AND pinned_at IS NOT NULL",
          BigInt(channelId),
        )?.count,
      ),
    lastAt(channelId) {
      const at = database.get(
        "SELECT MAX(pinned_at) AS at FROM messages WHERE channel_id = ? AND pinned_at IS NOT NULL",
        BigInt(channelId),
      )?.at;
      return typeof at === "number" ? at : undefined;
    },
    list: (channelId, { beforeAt, maxCount }) =>
      database
        .all(
          `SELECT body, pinned_at FROM messages WHERE channel_id = ? AND pinned_at IS NOT NULL AND pinned_at < ?
           ORDER BY pinned_at DESC, id DESC LIMIT ?`,
          BigInt(channelId),
          beforeAt,
          maxCount,
        )
        .map((row) => ({
          message: { ...(JSON.parse(String(row.body)) as StoredMessage), pinned: true },
          pinnedAt: Number(row.pinned_at),
        })),
  };
}
