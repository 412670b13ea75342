import type { Database, Tx } from "@tocsin/store";
import { sql } from "kysely";
import type { Delivery, LaneRef, Lease } from "../delivery-log.ts";
import type { CallContext } from "./context.ts";
import { heldLane } from "./leases.ts";
import { lockDeliveries } from "./lock-order.ts";
import type { Moment } from "./moment.ts";
import { IS_UNSEALED, withQueue } from "./tables.ts";

export const DELIVERY_COLUMNS = [
  "organization_id as organizationId",
  "lane_id as laneId",
  "delivery_id as deliveryId",
  "subject_id as subjectId",
  "revision",
  "priority",
  "created_at as createdAt",
  "attempt_count as attemptCount",
  "traceparent",
] as const;

export const callersDueAt = (moment: Moment) => moment.toCaller(sql<number>`due_at`).as("dueAt");

/** Every open delivery of a subject. */
export async function openDeliveries(
  { store, moment }: CallContext,
  organizationId: string,
  subjectId: string,
): Promise<readonly Delivery[]> {
  const rows = await withQueue(store.read)
    .selectFrom("deliveries")
    .select(DELIVERY_COLUMNS)
    .select(callersDueAt(moment))
    .where("organization_id", "=", organizationId)
    .where("subject_id", "=", subjectId)
    .execute();
  // Sorted here: asked for this order, SQLite walks the primary key of all deliveries for it.
  return rows.sort((one, other) => (one.deliveryId < other.deliveryId ? -1 : 1));
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

/** Those of some subjects that a sealed call of the lane covers. */
export async function sealedSubjects(
  db: Database,
  lane: LaneRef,
  subjectIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (subjectIds.length === 0) return new Set();
  const rows = await withQueue(db)
    .selectFrom("deliveries")
    .select("subject_id")
    .where("organization_id", "=", lane.organizationId)
    .where("subject_id", "in", subjectIds)
    .where("lane_id", "=", lane.laneId)
    .where(sql<boolean>`coalesce(send_id, '') <> ''`)
    .execute();
  return new Set(rows.map((row) => row.subject_id));
}

/** Ends deliveries whose wanted revision is already shown. */
export async function closeDeliveries(
  tx: Tx,
  lease: Lease,
  shown: readonly { readonly deliveryId: string; readonly revision: number }[],
  context: CallContext,
): Promise<void> {
  if ((await heldLane(tx, lease, context)) === null) return;
  const { organizationId } = lease;
  await lockDeliveries(
    tx,
    organizationId,
    shown.map(({ deliveryId }) => deliveryId),
    context,
  );
  for (const { deliveryId, revision } of shown) {
    await withQueue(tx)
      .deleteFrom("deliveries")
      .where("organization_id", "=", organizationId)
      .where("delivery_id", "=", deliveryId)
      .where("revision", "<=", revision)
      .where(IS_UNSEALED)
      .execute();
  }
}

/** Puts deliveries off. */
export async function holdDeliveries(
  tx: Tx,
  lease: Lease,
  holds: readonly { readonly deliveryId: string; readonly revision: number; readonly dueAt: number }[],
  context: CallContext,
): Promise<void> {
  if ((await heldLane(tx, lease, context)) === null) return;
  const { moment } = context;
  const { organizationId } = lease;
  await lockDeliveries(
    tx,
    organizationId,
    holds.map(({ deliveryId }) => deliveryId),
    context,
  );
  for (const { deliveryId, revision, dueAt } of holds) {
    await withQueue(tx)
      .updateTable("deliveries")
      .set({ due_at: moment.at(dueAt), due_set_at: moment.stored })
      .where("organization_id", "=", organizationId)
      .where("delivery_id", "=", deliveryId)
      .where("revision", "<=", revision)
      .where(IS_UNSEALED)
      .execute();
  }
}
