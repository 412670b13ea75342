import type { Json, Reason } from "@tocsin/alert/plugin";
import { TocsinError } from "@tocsin/errors";
import type { Database } from "@tocsin/store";
import { type Selectable, sql } from "kysely";
import type { DeadLetter, DeadLetterFilter, DeadLetterPage, DeadLetterQuery } from "../dead-letter.ts";
import { type QueueTables, withQueue } from "./tables.ts";

const toDeadLetter = (row: Selectable<QueueTables["dead_letters"]>): DeadLetter => ({
  organizationId: row.organization_id,
  laneId: row.lane_id,
  deadLetterId: row.dead_letter_id,
  deliveryId: row.delivery_id,
  subjectId: row.subject_id,
  revision: row.revision,
  priority: row.priority,
  reason: row.reason as Reason,
  details: JSON.parse(row.details) as Json,
  mayBeDelivered: row.may_be_delivered === 1,
  operation: JSON.parse(row.operation) as Json,
  attemptCount: row.attempt_count,
  createdAt: row.created_at,
  diedAt: row.died_at,
});

/** The rows of an organisation that a filter finds. */
export function matching(organizationId: string, { laneId, reason }: DeadLetterFilter) {
  return [
    sql<boolean>`organization_id = ${organizationId}`,
    ...(laneId === undefined ? [] : [sql<boolean>`lane_id = ${laneId}`]),
    ...(reason === undefined ? [] : [sql<boolean>`reason = ${reason}`]),
  ].reduce((all, each) => sql<boolean>`${all} and ${each}`);
}

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
  return rows.map(toDeadLetter);
}

const isCount = (value: number, max: number): boolean => Number.isInteger(value) && value >= 1 && value <= max;

/** One page, newest first: see `DeliveryLog.deadLetters`. */
export async function listDeadLetters(
  db: Database,
  organizationId: string,
  { page = 1, perPage = 20, ...filter }: DeadLetterQuery,
): Promise<DeadLetterPage> {
  if (!isCount(page, Number.MAX_SAFE_INTEGER) || !isCount(perPage, 100)) {
    throw new TocsinError(`a page is a number from 1 and has 1 to 100 entries, got page ${page} of ${perPage}`, {
      code: "QUEUE_INVALID_OPTION",
    });
  }
  const found = withQueue(db).selectFrom("dead_letters").where(matching(organizationId, filter));
  const [rows, { count }] = await Promise.all([
    found
      .selectAll()
      .orderBy("dead_letter_id", "desc")
      .limit(perPage)
      .offset((page - 1) * perPage)
      .execute(),
    found.select(sql<number>`count(*)`.as("count")).executeTakeFirstOrThrow(),
  ]);
  return { deadLetters: rows.map(toDeadLetter), totalCount: count };
}

export async function findDeadLetter(
  db: Database,
  organizationId: string,
  deadLetterId: string,
): Promise<DeadLetter | null> {
  const row = await withQueue(db)
    .selectFrom("dead_letters")
    .selectAll()
    .where("organization_id", "=", organizationId)
    .where("dead_letter_id", "=", deadLetterId)
    .executeTakeFirst();
  return row === undefined ? null : toDeadLetter(row);
}
