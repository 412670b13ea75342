import type { Database } from "./database.ts";

/** Counting takes a walk through an index: it is done once in so many calls. */
const COUNT_EVERY = 100;

/** Forgets rows made before `at` (epoch milliseconds), and, now and then, the oldest beyond `maxCount`; with the files that belong to them. */
export type Prune = (at: number, maxCount: number) => void;

/** Creates one for a table with `id` and `created_at`. At most 100 rows too many are kept. */
export function createPrune(database: Database, table: "interactions" | "ephemeral_messages"): Prune {
  let callCount = 0;

  function remove(where: string, bound: number | bigint): void {
    const ids = `(SELECT id FROM ${table} WHERE ${where})`;
    database.run(`DELETE FROM attachments WHERE message_id IN ${ids}`, bound);
    database.run(`DELETE FROM ${table} WHERE ${where}`, bound);
  }

  return (at, maxCount) => {
    remove("created_at < ?", Math.trunc(at));
    const isCounting = callCount % COUNT_EVERY === 0;
    callCount += 1;
    if (!isCounting) return;
    // The index on `created_at` holds the ids as well, and is much smaller than the table.
    const newestOfExcess = `SELECT id FROM ${table} INDEXED BY ${table}_by_age ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET ?`;
    const excess = database.get(`SELECT CAST(id AS TEXT) AS id FROM (${newestOfExcess})`, maxCount);
    if (excess) remove("id <= ?", BigInt(String(excess.id)));
  };
}
