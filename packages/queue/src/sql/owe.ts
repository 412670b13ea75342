import type { Tx } from "@tocsin/store";
import { sql } from "kysely";
import type { Debt } from "../delivery-log.ts";
import { nextId } from "../next-id.ts";
import { withQueue } from "./tables.ts";

/** Inserts or raises the open delivery of each lane and subject. A sealed one keeps its time: that is the retry's. */
export async function owe(tx: Tx, debts: readonly Debt[], nowMs: number): Promise<void> {
  if (debts.length === 0) return;
  const db = withQueue(tx);
  // Never updates a lane: every accept would queue for the same row.
  await db
    .insertInto("lanes")
    .values(
      debts.map((debt) => ({
        organization_id: debt.organizationId,
        lane_id: debt.laneId,
        owner: "",
        fence: 0,
        expires_at: 0,
        paused_until: 0,
        failure_count: 0,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db
    .insertInto("deliveries")
    .values(
      debts.map((debt) => ({
        organization_id: debt.organizationId,
        delivery_id: nextId(nowMs),
        lane_id: debt.laneId,
        subject_id: debt.subjectId,
        revision: debt.revision,
        priority: debt.priority,
        due_at: debt.dueAt,
        attempt_count: 0,
        traceparent: debt.traceparent ?? null,
        created_at: nowMs,
        failing_since: null,
        send_id: null,
        sealed_revision: null,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(["organization_id", "lane_id", "subject_id"]).doUpdateSet({
        revision: sql`case when excluded.revision > deliveries.revision then excluded.revision else deliveries.revision end`,
        priority: sql`case when excluded.priority > deliveries.priority then excluded.priority else deliveries.priority end`,
        due_at: sql`case when deliveries.send_id is null and excluded.due_at < deliveries.due_at then excluded.due_at else deliveries.due_at end`,
        traceparent: sql`coalesce(excluded.traceparent, deliveries.traceparent)`,
      }),
    )
    .execute();
}
