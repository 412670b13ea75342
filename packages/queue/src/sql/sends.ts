import type { Json } from "@tocsin/alert/plugin";
import type { Store, Tx } from "@tocsin/store";
import { sql } from "kysely";
import type { Lease, Send, SendPlan } from "../delivery-log.ts";
import { nextId } from "../next-id.ts";
import { heldLane } from "./leases.ts";
import { withQueue } from "./tables.ts";

/** A ULID's first character is 0 until the year 3084; without it 25 characters remain, as many as Discord's nonce takes. */
const newSendId = (nowMs: number): string => nextId(nowMs).slice(1);

/** Commits calls before they are made. Empty when the lease is not the newest any more. */
export function sealSends<Operation extends Json>(
  store: Store,
  lease: Lease,
  plans: readonly SendPlan<Operation>[],
  nowMs: number,
): Promise<readonly Send<Operation>[]> {
  return store.write(async (tx) => {
    if ((await heldLane(tx, lease)) === null) return [];
    const sends: Send<Operation>[] = [];
    for (const plan of plans) sends.push(await sealOne(tx, lease, plan, nowMs));
    return sends;
  });
}

async function sealOne<Operation extends Json>(
  tx: Tx,
  lease: Lease,
  { operation, covers }: SendPlan<Operation>,
  nowMs: number,
): Promise<Send<Operation>> {
  const db = withQueue(tx);
  const sendId = newSendId(nowMs);
  const covered: Send["covers"][number][] = [];
  let traceparent: string | null = null;
  for (const { deliveryId, revision } of covers) {
    const row = await db
      .updateTable("deliveries")
      // Due together with the call, so that a clock that steps back cannot come between the two.
      .set({ send_id: sendId, sealed_revision: revision, due_at: nowMs })
      .where("organization_id", "=", lease.organizationId)
      .where("delivery_id", "=", deliveryId)
      .where("send_id", "is", null)
      .returning(["subject_id", "traceparent"])
      .executeTakeFirstOrThrow();
    traceparent ??= row.traceparent;
    covered.push({ deliveryId, subjectId: row.subject_id, revision });
  }
  await db
    .insertInto("sends")
    .values({
      organization_id: lease.organizationId,
      send_id: sendId,
      lane_id: lease.laneId,
      operation: JSON.stringify(operation),
      attempt_count: 1,
      lost_answer_count: 0,
      is_answered: 0,
      due_at: nowMs,
      traceparent,
      sealed_at: nowMs,
    })
    .execute();
  const { organizationId, laneId } = lease;
  return {
    organizationId,
    laneId,
    sendId,
    operation,
    covers: covered,
    attemptCount: 1,
    lostAnswerCount: 0,
    traceparent,
  };
}

/** Takes up sealed calls whose answer never came, counting one more attempt before it is made. */
export async function resumeSends(
  store: Store,
  lease: Lease,
  maxCount: number,
  nowMs: number,
): Promise<readonly Send[]> {
  const { organizationId, laneId } = lease;
  // Asked before the write: nearly always there is none, and a commit costs an fsync.
  const due = await withQueue(store.read)
    .selectFrom("sends")
    .select("send_id")
    .where("organization_id", "=", organizationId)
    .where("lane_id", "=", laneId)
    .where("due_at", "<=", nowMs)
    .orderBy("send_id")
    .limit(maxCount)
    .execute();
  if (due.length === 0) return [];
  return store.write(async (tx) => {
    if ((await heldLane(tx, lease)) === null) return [];
    const db = withQueue(tx);
    const sends: Send[] = [];
    for (const { send_id: sendId } of due) {
      const row = await db
        .updateTable("sends")
        .set({
          attempt_count: sql`attempt_count + 1`,
          lost_answer_count: sql`lost_answer_count + 1 - is_answered`,
          is_answered: 0,
        })
        .where("organization_id", "=", organizationId)
        .where("send_id", "=", sendId)
        .returning(["operation", "attempt_count", "lost_answer_count", "traceparent"])
        .executeTakeFirstOrThrow();
      const covers = await db
        .selectFrom("deliveries")
        .select(["delivery_id", "subject_id", "sealed_revision"])
        .where("organization_id", "=", organizationId)
        .where("send_id", "=", sendId)
        .execute();
      sends.push({
        organizationId,
        laneId,
        sendId,
        operation: JSON.parse(row.operation) as Json,
        covers: covers.map((cover) => ({
          deliveryId: cover.delivery_id,
          subjectId: cover.subject_id,
          revision: cover.sealed_revision ?? 0,
        })),
        attemptCount: row.attempt_count,
        lostAnswerCount: row.lost_answer_count,
        traceparent: row.traceparent,
      });
    }
    return sends;
  });
}
