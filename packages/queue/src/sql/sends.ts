import type { Json } from "@tocsin/alert/plugin";
import { TocsinError } from "@tocsin/errors";
import type { Tx } from "@tocsin/store";
import { sql } from "kysely";
import type { Lease, Send, SendPlan } from "../delivery-log.ts";
import { nextId } from "../next-id.ts";
import type { CallContext } from "./context.ts";
import { heldLane } from "./leases.ts";
import { lockDeliveries } from "./lock-order.ts";
import { withQueue } from "./tables.ts";

/** A ULID's first character is 0 until the year 3084; without it 25 characters remain, as many as Discord's nonce takes. */
const newSendId = (nowMs: number): string => nextId(nowMs).slice(1);

/** Of a call that covers nothing, 0. */
const highestOf = (rows: readonly { readonly priority: number }[]): number =>
  rows.length === 0 ? 0 : Math.max(...rows.map(({ priority }) => priority));

/** What sealing needs to know of a delivery. */
interface SealedRow {
  readonly delivery_id: string;
  readonly subject_id: string;
  readonly priority: number;
  readonly traceparent: string | null;
}

/** Commits calls before they are made: see `DeliveryLog.seal`. */
export function sealSends<Operation extends Json>(
  context: CallContext,
  lease: Lease,
  plans: readonly SendPlan<Operation>[],
): Promise<readonly Send<Operation>[]> {
  if (plans.length === 0) return Promise.resolve([]);
  return context.store.write(async (tx) => {
    if ((await heldLane(tx, lease, context)) === null) return [];
    const calls = plans.map((plan) => ({ ...plan, sendId: newSendId(context.moment.nowMs) }));
    const rows = await markSealed(tx, lease, calls, context);
    const sends = calls.map((call) => toSend(lease, call, rows, context.moment.nowMs));
    await insertSends(tx, sends, context);
    return sends;
  });
}

/** Ties deliveries to the calls that show them. Throws when one of them is not to be had. */
async function markSealed(
  tx: Tx,
  { organizationId }: Lease,
  calls: readonly (SendPlan & { readonly sendId: string })[],
  context: CallContext,
): Promise<ReadonlyMap<string, SealedRow>> {
  const { moment } = context;
  const covers = calls.flatMap(({ sendId, covers }) => covers.map((cover) => ({ ...cover, sendId })));
  if (covers.length === 0) return new Map();
  const deliveryIds = covers.map(({ deliveryId }) => deliveryId);
  await lockDeliveries(tx, organizationId, deliveryIds, context);
  const values = covers.map(
    ({ deliveryId, sendId, revision }) => sql`(${deliveryId}, ${sendId}, cast(${revision} as bigint))`,
  );
  // Due together with the call, so that a clock that steps back cannot come between the two.
  const { rows } = await sql<SealedRow>`
    with plan(delivery_id, send_id, revision) as (values ${sql.join(values)})
    update deliveries set send_id = plan.send_id, sealed_revision = plan.revision,
      due_at = ${moment.stored}, due_set_at = ${moment.stored}
    from plan
    where deliveries.organization_id = ${organizationId} and deliveries.delivery_id = plan.delivery_id
      and coalesce(deliveries.send_id, '') = ''
    returning deliveries.delivery_id, subject_id, priority, traceparent`.execute(withQueue(tx));
  if (rows.length < covers.length) {
    throw new TocsinError(
      "a delivery that is to be sealed is not open, or sealed already: seal what `due` has just given",
      {
        code: "QUEUE_NOT_OPEN",
      },
    );
  }
  return new Map(rows.map((row) => [row.delivery_id, row]));
}

function toSend<Operation extends Json>(
  { organizationId, laneId }: Lease,
  { sendId, operation, covers }: SendPlan<Operation> & { readonly sendId: string },
  rows: ReadonlyMap<string, SealedRow>,
  sealedAt: number,
): Send<Operation> {
  const covered = covers.map(({ deliveryId }) => rows.get(deliveryId) as SealedRow);
  return {
    organizationId,
    laneId,
    sendId,
    operation,
    covers: covers.map(({ deliveryId, revision }, index) => ({
      deliveryId,
      subjectId: (covered[index] as SealedRow).subject_id,
      revision,
    })),
    priority: highestOf(covered),
    attemptCount: 1,
    lostAnswerCount: 0,
    sealedAt,
    traceparent: covered.find(({ traceparent }) => traceparent !== null)?.traceparent ?? null,
  };
}

async function insertSends(tx: Tx, sends: readonly Send[], { moment }: CallContext): Promise<void> {
  await withQueue(tx)
    .insertInto("sends")
    .values(
      sends.map((send) => ({
        organization_id: send.organizationId,
        send_id: send.sendId,
        lane_id: send.laneId,
        operation: JSON.stringify(send.operation),
        attempt_count: send.attemptCount,
        lost_answer_count: send.lostAnswerCount,
        is_answered: 0,
        due_at: moment.stored,
        due_set_at: moment.stored,
        traceparent: send.traceparent,
        sealed_at: send.sealedAt,
      })),
    )
    .execute();
}

/** Takes up sealed calls whose answer never came, counting one more attempt before it is made. */
export async function resumeSends(context: CallContext, lease: Lease, maxCount: number): Promise<readonly Send[]> {
  const { store, moment } = context;
  const { organizationId, laneId } = lease;
  // Asked before the write: nearly always there is none, and a commit costs an fsync.
  const due = await withQueue(store.read)
    .selectFrom("sends")
    .select("send_id")
    .where("organization_id", "=", organizationId)
    .where("lane_id", "=", laneId)
    .where(sql<boolean>`(due_at <= ${moment.stored} or ${moment.wentBackSince(sql`due_set_at`)})`)
    .orderBy("send_id")
    .limit(maxCount)
    .execute();
  if (due.length === 0) return [];
  return store.write(async (tx) => {
    if ((await heldLane(tx, lease, context)) === null) return [];
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
        .returning(["operation", "attempt_count", "lost_answer_count", "sealed_at", "traceparent"])
        .executeTakeFirst();
      // Settled since it was asked for.
      if (row === undefined) continue;
      const covers = await db
        .selectFrom("deliveries")
        .select(["delivery_id", "subject_id", "sealed_revision", "priority"])
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
        priority: highestOf(covers),
        attemptCount: row.attempt_count,
        lostAnswerCount: row.lost_answer_count,
        sealedAt: row.sealed_at,
        traceparent: row.traceparent,
      });
    }
    return sends;
  });
}
