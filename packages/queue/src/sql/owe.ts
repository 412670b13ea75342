import type { Tx } from "@tocsin/store";
import { sql } from "kysely";
import type { Debt, OwedDelivery } from "../delivery-log.ts";
import { nextId } from "../next-id.ts";
import type { CallContext } from "./context.ts";
import { newLane } from "./leases.ts";
import { byKey } from "./lock-order.ts";
import { withQueue } from "./tables.ts";

const keyOf = ({ organizationId, laneId, subjectId }: Debt): string =>
  JSON.stringify([organizationId, laneId, subjectId]);

/** One debt a key: a statement may raise a row only once. */
function merge(debts: readonly Debt[]): readonly Debt[] {
  const merged = new Map<string, Debt>();
  for (const debt of debts) {
    const known = merged.get(keyOf(debt));
    const traceparent = debt.traceparent ?? known?.traceparent;
    merged.set(keyOf(debt), {
      ...debt,
      revision: Math.max(debt.revision, known?.revision ?? debt.revision),
      priority: Math.max(debt.priority, known?.priority ?? debt.priority),
      dueAt: Math.min(debt.dueAt, known?.dueAt ?? debt.dueAt),
      ...(traceparent === undefined ? {} : { traceparent }),
    });
  }
  return [...merged.values()].sort(byKey);
}

/** Databases limit how many values a statement may carry. */
const BATCH_COUNT = 500;

/** Inserts or raises the open delivery of each lane and subject. A sealed one keeps its time: that is the retry's. */
export async function owe(tx: Tx, debts: readonly Debt[], context: CallContext): Promise<readonly OwedDelivery[]> {
  const merged = merge(debts);
  const owed: OwedDelivery[] = [];
  for (let start = 0; start < merged.length; start += BATCH_COUNT) {
    owed.push(...(await oweBatch(tx, merged.slice(start, start + BATCH_COUNT), context)));
  }
  return owed;
}

async function oweBatch(tx: Tx, debts: readonly Debt[], { moment }: CallContext): Promise<readonly OwedDelivery[]> {
  const db = withQueue(tx);
  // Never updates a lane, and takes no lock on one that is there: every accept would queue for the same row.
  await db
    .insertInto("lanes")
    .values(debts.map(newLane))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const comesEarlier = sql<boolean>`deliveries.send_id is null and excluded.due_at < deliveries.due_at`;
  const rows = await db
    .insertInto("deliveries")
    .values(
      debts.map((debt) => ({
        organization_id: debt.organizationId,
        delivery_id: nextId(moment.nowMs),
        lane_id: debt.laneId,
        subject_id: debt.subjectId,
        revision: debt.revision,
        priority: debt.priority,
        due_at: moment.at(debt.dueAt),
        due_set_at: moment.stored,
        attempt_count: 0,
        traceparent: debt.traceparent ?? null,
        created_at: moment.nowMs,
        failing_since: null,
        send_id: null,
        sealed_revision: null,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(["organization_id", "subject_id", "lane_id"]).doUpdateSet({
        revision: sql`case when excluded.revision > deliveries.revision then excluded.revision else deliveries.revision end`,
        priority: sql`case when excluded.priority > deliveries.priority then excluded.priority else deliveries.priority end`,
        due_at: sql`case when ${comesEarlier} then excluded.due_at else deliveries.due_at end`,
        due_set_at: sql`case when ${comesEarlier} then excluded.due_set_at else deliveries.due_set_at end`,
        traceparent: sql`coalesce(excluded.traceparent, deliveries.traceparent)`,
      }),
    )
    .returning(["organization_id", "lane_id", "subject_id", "delivery_id"])
    .execute();
  return rows.map((row) => ({
    organizationId: row.organization_id,
    laneId: row.lane_id,
    subjectId: row.subject_id,
    deliveryId: row.delivery_id,
  }));
}
