import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import type { Database } from "../store.ts";
import type { ConnectionPool } from "./connection-pool.ts";

/**
 * Asks the server over one of the pool's connections whether it takes writes. Rejects when it does not, is not reached, or
 * says nothing for `timeoutMs`: a connection may be dead without knowing it, and then the next question goes over another.
 */
export async function assertWritable(writers: ConnectionPool, timeoutMs: number): Promise<void> {
  const connection = await writers.connect();
  const answered = new AbortController();
  let isWritable = false;
  try {
    const silence = delay(timeoutMs, undefined, { signal: answered.signal }).then(() => {
      throw new Error(`no answer within ${timeoutMs} ms`);
    });
    isWritable = await Promise.race([takesWrites(connection.database), silence]);
  } finally {
    answered.abort();
    // A session keeps the setting that it began with, so one that takes no writes never will.
    connection.release(!isWritable);
  }
  if (!isWritable) throw new Error("the server takes no writes: it is a standby, or was made read-only");
}

async function takesWrites(db: Database): Promise<boolean> {
  const { rows } = await sql<{ answer: string }>`select current_setting('transaction_read_only') as answer`.execute(db);
  return rows[0]?.answer === "off";
}
