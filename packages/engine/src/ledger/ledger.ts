import type { MessageRef } from "@tocsin/discord-transport";
import type { LaneRef } from "@tocsin/queue";
import type { Database, Tx } from "@tocsin/store";
import { sql } from "kysely";
import { withEngine } from "../tables.ts";

/** The message that shows a subject at one destination. */
export interface LedgerEntry extends MessageRef {
  readonly laneId: string;
  readonly subjectId: string;
  readonly revision: number;
  readonly sentAt: number;
  /** Answers that were lost before this one: each may have left another message. */
  readonly possibleDuplicateCount: number;
}

interface Row {
  readonly lane_id: string;
  readonly subject_id: string;
  readonly revision: number;
  readonly channel_id: string;
  readonly message_id: string;
  readonly thread_id: string | null;
  readonly sent_at: number;
  readonly possible_duplicate_count: number;
}

const toEntry = (row: Row): LedgerEntry => ({
  laneId: row.lane_id,
  subjectId: row.subject_id,
  revision: row.revision,
  channelId: row.channel_id,
  messageId: row.message_id,
  ...(row.thread_id === null ? {} : { threadId: row.thread_id }),
  sentAt: row.sent_at,
  possibleDuplicateCount: row.possible_duplicate_count,
});

/** Entries of a lane for some subjects, by subject. */
export async function entriesOfLane(
  db: Database,
  lane: LaneRef,
  subjectIds: readonly string[],
): Promise<ReadonlyMap<string, LedgerEntry>> {
  if (subjectIds.length === 0) return new Map();
  const rows = await withEngine(db)
    .selectFrom("messages")
    .selectAll()
    .where("organization_id", "=", lane.organizationId)
    .where("lane_id", "=", lane.laneId)
    .where("subject_id", "in", subjectIds)
    .execute();
  return new Map(rows.map((row) => [row.subject_id, toEntry(row)]));
}

/** The lanes that show a subject. */
export async function lanesThatShow(
  db: Database,
  organizationId: string,
  subjectId: string,
): Promise<readonly string[]> {
  const rows = await withEngine(db)
    .selectFrom("messages")
    .select("lane_id")
    .where("organization_id", "=", organizationId)
    .where("subject_id", "=", subjectId)
    .execute();
  return rows.map(({ lane_id }) => lane_id);
}

/** Every message of a subject. */
export async function entriesOfSubject(
  db: Database,
  organizationId: string,
  subjectId: string,
): Promise<readonly LedgerEntry[]> {
  const rows = await withEngine(db)
    .selectFrom("messages")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("subject_id", "=", subjectId)
    .orderBy("sent_at")
    .execute();
  return rows.map(toEntry);
}

/**
 * Notes that a message shows a revision now. Lost answers add up over the messages of a subject; an answer that is recorded
 * twice, since the first commit was not confirmed, counts once.
 */
export async function recordMessage(tx: Tx, organizationId: string, entry: LedgerEntry): Promise<void> {
  await withEngine(tx)
    .insertInto("messages")
    .values({
      organization_id: organizationId,
      lane_id: entry.laneId,
      subject_id: entry.subjectId,
      revision: entry.revision,
      channel_id: entry.channelId,
      message_id: entry.messageId,
      thread_id: entry.threadId ?? null,
      sent_at: entry.sentAt,
      possible_duplicate_count: entry.possibleDuplicateCount,
    })
    .onConflict((conflict) =>
      conflict.columns(["organization_id", "subject_id", "lane_id"]).doUpdateSet((excluded) => ({
        revision: excluded.ref("excluded.revision"),
        channel_id: excluded.ref("excluded.channel_id"),
        message_id: excluded.ref("excluded.message_id"),
        thread_id: excluded.ref("excluded.thread_id"),
        possible_duplicate_count: sql`case when excluded.message_id = messages.message_id
          then messages.possible_duplicate_count
          else messages.possible_duplicate_count + excluded.possible_duplicate_count end`,
      })),
    )
    .execute();
}

/** Forgets messages that are gone, so that the subject is shown by a new one. */
export async function forgetMessages(tx: Tx, lane: LaneRef, subjectIds: readonly string[]): Promise<void> {
  await withEngine(tx)
    .deleteFrom("messages")
    .where("organization_id", "=", lane.organizationId)
    .where("lane_id", "=", lane.laneId)
    .where("subject_id", "in", subjectIds)
    .execute();
}
