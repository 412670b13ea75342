import type { Database } from "./database.ts";
import type { Channel } from "./objects.ts";

/** Lists of threads by their state. Each is read by an index: it costs what it answers. */
export interface Threads {
  /** Active threads of a guild, newest first. */
  active(guildId: string): Channel[];
  countActive(guildId: string): number;
  /** Archived threads of a channel, last archived first, `beforeAt` (epoch milliseconds) excluded. */
  archived(parentId: string, types: readonly number[], page: { beforeAt: number; maxCount: number }): Channel[];
  /** Archived private threads of a channel that a user belongs to, newest first. */
  archivedOf(userId: string, parentId: string, page: { beforeId: string; maxCount: number }): Channel[];
  /** Tells whether a thread of the channel was archived at exactly `at`, epoch milliseconds. */
  isTaken(parentId: string, at: number): boolean;
  /** Active threads whose time is over, at most 100. */
  due(now: number): Channel[];
}

const DUE_COUNT = 100;

export function createThreads(database: Database): Threads {
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.body)) as Channel;
  return {
    active: (guildId) =>
      database
        .all(
          "SELECT body FROM channels WHERE guild_id = ? AND archive_due_at IS NOT NULL ORDER BY id DESC",
          BigInt(guildId),
        )
        .map(parse),
    countActive: (guildId) =>
      Number(
        database.get(
          "SELECT COUNT(*) AS count FROM channels WHERE guild_id = ? AND archive_due_at IS NOT NULL",
          BigInt(guildId),
        )?.count,
      ),
    archived: (parentId, types, { beforeAt, maxCount }) =>
      database
        .all(
          `SELECT body FROM channels WHERE parent_id = ? AND archived_at < ? AND type IN (${types.map(Number).join(", ")})
           ORDER BY archived_at DESC, id DESC LIMIT ?`,
          BigInt(parentId),
          beforeAt,
          maxCount,
        )
        .map(parse),
    archivedOf: (userId, parentId, { beforeId, maxCount }) =>
      database
        .all(
          `SELECT body FROM channels JOIN thread_members ON thread_members.thread_id = channels.id
           WHERE thread_members.user_id = ? AND thread_members.thread_id < ? AND channels.parent_id = ?
             AND channels.type = 12 AND channels.archived_at IS NOT NULL
           ORDER BY thread_members.thread_id DESC LIMIT ?`,
          BigInt(userId),
          BigInt(beforeId),
          BigInt(parentId),
          maxCount,
        )
        .map(parse),
    isTaken: (parentId, at) =>
      database.get("SELECT 1 AS found FROM channels WHERE parent_id = ? AND archived_at = ?", BigInt(parentId), at) !==
      undefined,
    due: (now) =>
      database.all(`SELECT body FROM channels WHERE archive_due_at <= ? LIMIT ${DUE_COUNT}`, now).map(parse),
  };
}
