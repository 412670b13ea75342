import type { Json, Reason } from "@tocsin/alert/plugin";
import type { Database } from "@tocsin/store";
import { sql } from "kysely";
import type { DeadLetter } from "../delivery-log.ts";
import { withQueue } from "./tables.ts";

/** Dead letters of a subject, oldest first. */
export async function deadLettersOf(
  db: Database,
  organizationId: string,
  subjectId: string,
): Promise<readonly DeadLetter[]> {
  const rows = await withQueue(db)
    .selectFrom("dead_letters")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("subject_id", "=", subjectId)
    .orderBy("dead_letter_id")
    .execute();
  return rows.map((row) => ({
    organizationId: row.organization_id,
    laneId: row.lane_id,
    deadLetterId: row.dead_letter_id,
    subjectId: row.subject_id,
    revision: row.revision,
    reason: row.reason as Reason,
    details: JSON.parse(row.details) as Json,
    mayBeDelivered: row.may_be_delivered === 1,
    operation: JSON.parse(row.operation) as Json,
    attemptCount: row.attempt_count,
    createdAt: row.created_at,
    diedAt: row.died_at,
  }));
}

/** How many dead letters there are, over all organisations. */
export async function countDeadLetters(db: Database): Promise<number> {
  const { count } = await withQueue(db)
    .selectFrom("dead_letters")
    .select(sql<number>`count(*)`.as("count"))
    .executeTakeFirstOrThrow();
  return count;
}
