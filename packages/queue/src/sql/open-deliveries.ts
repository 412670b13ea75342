import type { Database, Tx } from "@tocsin/store";
import { sql } from "kysely";
import type { Delivery, LaneRef, Lease } from "../delivery-log.ts";
import { heldLane } from "./leases.ts";
import { withQueue } from "./tables.ts";

const COLUMNS = [
  "organization_id as organizationId",
  "lane_id as laneId",
  "delivery_id as deliveryId",
  "subject_id as subjectId",
  "revision",
  "priority",
  "due_at as dueAt",
  "created_at as createdAt",
  "attempt_count as attemptCount",
  "traceparent",
] as const;

/** Unsealed deliveries of a lane whose time has come, in the order in which they are to be sent. */
export function dueDeliveries(
  db: Database,
  lane: LaneRef,
  { nowMs, maxCount }: { readonly nowMs: number; readonly maxCount: number },
): Promise<readonly Delivery[]> {
  return (
    withQueue(db)
      .selectFrom("deliveries")
      .select(COLUMNS)
      .where("organization_id", "=", lane.organizationId)
      .where("lane_id", "=", lane.laneId)
      .where("send_id", "is", null)
      // The plus keeps SQLite from walking the index by time and sorting the whole backlog: the order has an index of its own.
      .where(sql<number>`+due_at`, "<=", nowMs)
      .orderBy("priority", "desc")
      .orderBy("delivery_id")
      .limit(maxCount)
      .execute()
  );
}

/** Every open delivery of a subject. */
export function openDeliveries(db: Database, organizationId: string, subjectId: string): Promise<readonly Delivery[]> {
  return withQueue(db)
    .selectFrom("deliveries")
    .select(COLUMNS)
    .where("organization_id", "=", organizationId)
    .where("subject_id", "=", subjectId)
    .orderBy("delivery_id")
    .execute();
}

/** The lanes that owe something for a subject. */
export async function lanesOfSubject(
  db: Database,
  organizationId: string,
  subjectId: string,
): Promise<readonly string[]> {
  const rows = await withQueue(db)
    .selectFrom("deliveries")
    .select("lane_id")
    .where("organization_id", "=", organizationId)
    .where("subject_id", "=", subjectId)
    .execute();
  return rows.map(({ lane_id }) => lane_id);
}

/** Ends deliveries whose wanted revision is already shown. */
export async function closeDeliveries(
  tx: Tx,
  lease: Lease,
  shown: readonly { readonly deliveryId: string; readonly revision: number }[],
): Promise<void> {
  if ((await heldLane(tx, lease)) === null) return;
  for (const { deliveryId, revision } of shown) {
    await withQueue(tx)
      .deleteFrom("deliveries")
      .where("organization_id", "=", lease.organizationId)
      .where("delivery_id", "=", deliveryId)
      .where("revision", "<=", revision)
      .where("send_id", "is", null)
      .execute();
  }
}

/** Puts deliveries off. */
export async function holdDeliveries(
  tx: Tx,
  lease: Lease,
  holds: readonly { readonly deliveryId: string; readonly dueAt: number }[],
): Promise<void> {
  if ((await heldLane(tx, lease)) === null) return;
  for (const { deliveryId, dueAt } of holds) {
    await withQueue(tx)
      .updateTable("deliveries")
      .set({ due_at: dueAt })
      .where("organization_id", "=", lease.organizationId)
      .where("delivery_id", "=", deliveryId)
      .where("send_id", "is", null)
      .execute();
  }
}

/** How much is open, and since when. */
export async function openSummary(
  db: Database,
  minPriority: number,
): Promise<{ readonly openCount: number; readonly oldestCreatedAt: number | null }> {
  const { openCount, oldestCreatedAt } = await withQueue(db)
    .selectFrom("deliveries")
    .select([
      sql<number>`count(*)`.as("openCount"),
      sql<number | null>`min(case when priority >= ${minPriority} then created_at end)`.as("oldestCreatedAt"),
    ])
    .executeTakeFirstOrThrow();
  return { openCount, oldestCreatedAt };
}
