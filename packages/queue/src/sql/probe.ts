import type { Database } from "@tocsin/store";
import type { LaneRef } from "../delivery-log.ts";
import { withQueue } from "./tables.ts";

interface ProbeOptions {
  readonly nowMs: number;
  readonly maxCount: number;
  /** This process, when the store is exclusive: leases of all others are then abandoned. Otherwise `null`. */
  readonly soleOwner: string | null;
}

/**
 * Lanes that owe something at `nowMs`, that are not paused and that nobody drains.
 * Walks the lanes and asks an index for the earliest delivery of each, so a backlog of a million costs as much as one.
 */
export async function dueLanes(
  db: Database,
  { nowMs, maxCount, soleOwner }: ProbeOptions,
): Promise<readonly LaneRef[]> {
  const rows = await withQueue(db)
    .selectFrom("lanes")
    .select(["lanes.organization_id", "lanes.lane_id"])
    .where("lanes.paused_until", "<=", nowMs)
    .where((where) =>
      where.or([
        where("lanes.expires_at", "<=", nowMs),
        ...(soleOwner === null ? [] : [where("lanes.owner", "!=", soleOwner)]),
      ]),
    )
    .where((where) =>
      where.exists(
        where
          .selectFrom("deliveries")
          .select("deliveries.delivery_id")
          .whereRef("deliveries.organization_id", "=", "lanes.organization_id")
          .whereRef("deliveries.lane_id", "=", "lanes.lane_id")
          .where("deliveries.due_at", "<=", nowMs),
      ),
    )
    .limit(maxCount)
    .execute();
  return rows.map(({ organization_id, lane_id }) => ({ organizationId: organization_id, laneId: lane_id }));
}

/** When the lane will have something to do: its earliest delivery, but not before its pause ends. `null` when it owes nothing. */
export async function nextDueAt(db: Database, lane: LaneRef): Promise<number | null> {
  const row = await withQueue(db)
    .selectFrom("deliveries")
    .innerJoin("lanes", (join) =>
      join
        .onRef("lanes.organization_id", "=", "deliveries.organization_id")
        .onRef("lanes.lane_id", "=", "deliveries.lane_id"),
    )
    .select(["deliveries.due_at", "lanes.paused_until"])
    .where("deliveries.organization_id", "=", lane.organizationId)
    .where("deliveries.lane_id", "=", lane.laneId)
    .orderBy("deliveries.due_at")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : Math.max(row.due_at, row.paused_until);
}
