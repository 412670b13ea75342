import type { LaneRef } from "@tocsin/queue";
import type { Database, Tx } from "@tocsin/store";
import type { Insertable, Selectable } from "kysely";
import { type EngineTables, withEngine } from "../tables.ts";
import type { LedgerEntry } from "./ledger-entry.ts";

type Row = Selectable<EngineTables["messages"]>;

const toEntry = (row: Row): LedgerEntry => ({
  laneId: row.lane_id,
  subjectId: row.subject_id,
  revision: row.revision,
  channelId: row.channel_id,
  messageId: row.message_id,
  ...(row.thread_id === null ? {} : { threadId: row.thread_id }),
  sentAt: row.sent_at,
  postedAt: row.posted_at,
  possibleDuplicateCount: row.possible_duplicate_count,
  face: row.face as LedgerEntry["face"],
  position: row.position,
  memberCount: row.member_count,
  toldSeverity: row.told_severity as LedgerEntry["toldSeverity"],
  toldStatus: row.told_status as LedgerEntry["toldStatus"],
  ownThreadId: row.own_thread_id,
  threadState: row.thread_state as LedgerEntry["threadState"],
  threadTags: row.thread_tags,
});

const toRow = (organizationId: string, entry: LedgerEntry): Insertable<EngineTables["messages"]> => ({
  organization_id: organizationId,
  lane_id: entry.laneId,
  subject_id: entry.subjectId,
  revision: entry.revision,
  channel_id: entry.channelId,
  message_id: entry.messageId,
  thread_id: entry.threadId ?? null,
  sent_at: entry.sentAt,
  posted_at: entry.postedAt,
  possible_duplicate_count: entry.possibleDuplicateCount,
  face: entry.face,
  position: entry.position,
  member_count: entry.memberCount,
  told_severity: entry.toldSeverity,
  told_status: entry.toldStatus,
  own_thread_id: entry.ownThreadId,
  thread_state: entry.threadState,
  thread_tags: entry.threadTags,
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

/** Entries of a lane that some messages show, by subject. */
export async function entriesOfMessages(
  db: Database,
  lane: LaneRef,
  messageIds: readonly string[],
): Promise<readonly LedgerEntry[]> {
  if (messageIds.length === 0) return [];
  const rows = await withEngine(db)
    .selectFrom("messages")
    .selectAll()
    .where("organization_id", "=", lane.organizationId)
    .where("message_id", "in", messageIds)
    .where("lane_id", "=", lane.laneId)
    .execute();
  return rows.map(toEntry);
}

/** Writes what is true of some subjects at a destination from now on. */
export async function recordEntries(tx: Tx, organizationId: string, entries: readonly LedgerEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await withEngine(tx)
    .insertInto("messages")
    .values(entries.map((entry) => toRow(organizationId, entry)))
    .onConflict((conflict) =>
      conflict.columns(["organization_id", "subject_id", "lane_id"]).doUpdateSet((excluded) => ({
        revision: excluded.ref("excluded.revision"),
        channel_id: excluded.ref("excluded.channel_id"),
        message_id: excluded.ref("excluded.message_id"),
        thread_id: excluded.ref("excluded.thread_id"),
        posted_at: excluded.ref("excluded.posted_at"),
        possible_duplicate_count: excluded.ref("excluded.possible_duplicate_count"),
        face: excluded.ref("excluded.face"),
        position: excluded.ref("excluded.position"),
        member_count: excluded.ref("excluded.member_count"),
        told_severity: excluded.ref("excluded.told_severity"),
        told_status: excluded.ref("excluded.told_status"),
        own_thread_id: excluded.ref("excluded.own_thread_id"),
        thread_state: excluded.ref("excluded.thread_state"),
        thread_tags: excluded.ref("excluded.thread_tags"),
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

/** Of some messages of a lane, those that show something. */
export async function knownMessages(
  db: Database,
  lane: LaneRef,
  messageIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const entries = await entriesOfMessages(db, lane, messageIds);
  return new Set(entries.map(({ messageId }) => messageId));
}
