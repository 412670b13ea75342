import { toTimestamp } from "../snowflake.ts";
import type { Database } from "./database.ts";

/** Somebody's belonging to a thread (docs: resources/channel, "Thread Member Object"). */
export interface ThreadMember {
  /** Of the thread. */
  readonly id: string;
  readonly user_id: string;
  readonly join_timestamp: string;
  readonly flags: number;
}

/** Who belongs to which thread. Events are the caller's. */
export interface ThreadMembers {
  get(threadId: string, userId: string): ThreadMember | undefined;
  /** Ascending by user id, after `afterId`. */
  list(threadId: string, page?: { afterId: string; maxCount: number }): ThreadMember[];
  count(threadId: string): number;
  /** `at`: epoch milliseconds. Returns whether the user was new. */
  add(threadId: string, userId: string, at: number): boolean;
  /** Returns whether the user was there. */
  remove(threadId: string, userId: string): boolean;
  /** Forgets all members of a thread that is gone. */
  forget(threadId: string): void;
}

const COLUMNS = "CAST(thread_id AS TEXT) AS thread_id, CAST(user_id AS TEXT) AS user_id, joined_at";

export function createThreadMembers(database: Database): ThreadMembers {
  const parse = (row: Record<string, unknown>): ThreadMember => ({
    id: String(row.thread_id),
    user_id: String(row.user_id),
    join_timestamp: toTimestamp(Number(row.joined_at)),
    flags: 0,
  });
  const both = (threadId: string, userId: string) => [BigInt(threadId), BigInt(userId)] as const;
  return {
    get(threadId, userId) {
      const row = database.get(
        `SELECT ${COLUMNS} FROM thread_members WHERE thread_id = ? AND user_id = ?`,
        ...both(threadId, userId),
      );
      return row && parse(row);
    },
    list: (threadId, { afterId, maxCount } = { afterId: "0", maxCount: -1 }) =>
      database
        .all(
          `SELECT ${COLUMNS} FROM thread_members WHERE thread_id = ? AND thread_members.user_id > ?
           ORDER BY thread_members.user_id LIMIT ?`,
          ...both(threadId, afterId),
          maxCount,
        )
        .map(parse),
    count: (threadId) =>
      Number(database.get("SELECT COUNT(*) AS count FROM thread_members WHERE thread_id = ?", BigInt(threadId))?.count),
    add: (threadId, userId, at) =>
      database.run(
        "INSERT OR IGNORE INTO thread_members (thread_id, user_id, joined_at) VALUES (?, ?, ?)",
        ...both(threadId, userId),
        Math.trunc(at),
      ) > 0,
    remove: (threadId, userId) =>
      database.run("DELETE FROM thread_members WHERE thread_id = ? AND user_id = ?", ...both(threadId, userId)) > 0,
    forget(threadId) {
      database.run("DELETE FROM thread_members WHERE thread_id = ?", BigInt(threadId));
    },
  };
}
