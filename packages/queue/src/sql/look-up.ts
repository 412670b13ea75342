import type { Json, Reason } from "@tocsin/alert/plugin";
import type { Database } from "@tocsin/store";
import type { LookUp } from "../settled-waiters.ts";
import { withQueue } from "./tables.ts";

type Found = Awaited<ReturnType<LookUp>> extends ReadonlyMap<string, infer Value> ? Value : never;

/** Which of the deliveries are open, and which are dead. First the open ones: what dies in between is then found dead. */
export async function lookUpDeliveries(
  db: Database,
  organizationId: string,
  deliveryIds: readonly string[],
): Promise<ReadonlyMap<string, Found>> {
  const open = await withQueue(db)
    .selectFrom("deliveries")
    .select("delivery_id")
    .where("organization_id", "=", organizationId)
    .where("delivery_id", "in", deliveryIds)
    .execute();
  const found = new Map<string, Found>(open.map((row) => [row.delivery_id, { kind: "pending" }]));
  const others = deliveryIds.filter((deliveryId) => !found.has(deliveryId));
  if (others.length === 0) return found;
  const dead = await withQueue(db)
    .selectFrom("dead_letters")
    .select(["delivery_id", "reason", "details", "may_be_delivered"])
    .where("organization_id", "=", organizationId)
    .where("delivery_id", "in", others)
    .execute();
  for (const row of dead) {
    found.set(row.delivery_id, {
      kind: row.may_be_delivered === 1 ? "unknown" : "rejected",
      reason: row.reason as Reason,
      details: JSON.parse(row.details) as Json,
    });
  }
  return found;
}
