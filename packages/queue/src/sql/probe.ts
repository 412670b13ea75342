import { type ExpressionBuilder, sql } from "kysely";
import type { LaneRef } from "../lane-ref.ts";
import type { CallContext } from "./context.ts";
import { mayBeFree } from "./leases.ts";
import { leftMs, type Moment } from "./moment.ts";
import { ONLY_BY_TIME, type QueueTables, withQueue } from "./tables.ts";

/** Where a probe that was cut short by its limit goes on. */
export type ProbeCursor = LaneRef | null;

/**
 * Each is one step into an index, whatever the backlog. Scalar queries, since a planner may turn EXISTS into a join that
 * reads all deliveries.
 */
const ofLane = (where: ExpressionBuilder<QueueTables, "lanes">) =>
  where
    .selectFrom("deliveries")
    .whereRef("deliveries.organization_id", "=", "lanes.organization_id")
    .whereRef("deliveries.lane_id", "=", "lanes.lane_id")
    .where(ONLY_BY_TIME)
    .limit(1);
const earliestDueAt = (where: ExpressionBuilder<QueueTables, "lanes">) =>
  ofLane(where).select("deliveries.due_at").orderBy("deliveries.due_at");
const newestDueSetAt = (where: ExpressionBuilder<QueueTables, "lanes">) =>
  ofLane(where).select("deliveries.due_set_at").orderBy("deliveries.due_set_at", "desc");

const isOwed = (where: ExpressionBuilder<QueueTables, "lanes">, moment: Moment) =>
  sql<boolean>`(${earliestDueAt(where)} <= ${moment.stored} or ${moment.wentBackSince(sql`${newestDueSetAt(where)}`)})`;

/**
 * Lanes that owe something, that are not paused and that nobody drains. Goes around: a probe that found as many as it may
 * is continued by the next.
 */
export async function dueLanes(
  { store, moment }: CallContext,
  maxCount: number,
  cursor: ProbeCursor,
): Promise<{ readonly lanes: readonly LaneRef[]; readonly cursor: ProbeCursor }> {
  const find = (range: ReturnType<typeof sql<boolean>> | null, limit: number): Promise<readonly LaneRef[]> =>
    withQueue(store.read)
      .selectFrom("lanes")
      .select(["lanes.organization_id as organizationId", "lanes.lane_id as laneId"])
      .where(mayBeFree(moment, store.exclusiveOwner))
      .where((where) => isOwed(where, moment))
      .$if(range !== null, (query) => query.where(range as NonNullable<typeof range>))
      .orderBy("lanes.organization_id")
      .orderBy("lanes.lane_id")
      .limit(limit)
      .execute();

  if (cursor === null) {
    const lanes = await find(null, maxCount);
    return { lanes, cursor: lanes.length < maxCount ? null : (lanes.at(-1) ?? null) };
  }
  const place = sql`(lanes.organization_id, lanes.lane_id)`;
  const here = sql`(${cursor.organizationId}, ${cursor.laneId})`;
  const behind = await find(sql<boolean>`${place} > ${here}`, maxCount);
  if (behind.length === maxCount) return { lanes: behind, cursor: behind.at(-1) ?? null };
  const before = await find(sql<boolean>`${place} <= ${here}`, maxCount - behind.length);
  const isWhole = behind.length + before.length < maxCount;
  return { lanes: [...behind, ...before], cursor: isWhole ? null : (before.at(-1) ?? null) };
}

/** When the lane will have something to do: its earliest delivery, but not before its pause ends. `null` when it owes nothing. */
export async function nextDueAt({ store, moment }: CallContext, lane: LaneRef): Promise<number | null> {
  const row = await withQueue(store.read)
    .selectFrom("lanes")
    .select((select) => [
      moment.until(sql`${earliestDueAt(select)}`).as("dueInMs"),
      moment.wentBackSince(sql`${newestDueSetAt(select)}`).as("clockWentBack"),
      moment.until(sql`lanes.paused_at`).as("pausedInMs"),
      moment.until(sql`lanes.paused_until`).as("pauseEndsInMs"),
    ])
    .where("organization_id", "=", lane.organizationId)
    .where("lane_id", "=", lane.laneId)
    .executeTakeFirst();
  if (row === undefined || row.dueInMs === null) return null;
  const dueInMs = row.clockWentBack ? Math.min(0, row.dueInMs) : row.dueInMs;
  const pauseMs = leftMs({ sinceInMs: row.pausedInMs, untilInMs: row.pauseEndsInMs });
  return moment.nowMs + (pauseMs > 0 ? Math.max(dueInMs, pauseMs) : dueInMs);
}
