import type { Json, Outcome, Reason } from "@tocsin/alert/plugin";
import type { Tx } from "@tocsin/store";
import { sql } from "kysely";
import { decideRetry, type LaneState } from "../decide-retry.ts";
import type { Lease, Send, Settlement, Unfinished } from "../delivery-log.ts";
import { nextId } from "../next-id.ts";
import type { RetryPolicy } from "../retry.ts";
import type { CallContext } from "./context.ts";
import { heldLane, noteFailure, noteSuccess } from "./leases.ts";
import type { Moment } from "./moment.ts";
import { withQueue } from "./tables.ts";

export interface SettleOptions {
  readonly unfinished: readonly Unfinished[];
  readonly retry: RetryPolicy;
  readonly random: () => number;
}

/** What a covered delivery says about itself when the answer has come. */
interface CoveredRow {
  readonly delivery_id: string;
  readonly lane_id: string;
  readonly subject_id: string;
  readonly revision: number;
  readonly priority: number;
  readonly sealed_revision: number | null;
  readonly attempt_count: number;
  readonly traceparent: string | null;
  readonly created_at: number;
  readonly failing_since: number | null;
}

/** Records the answer to a sealed call: see `DeliveryLog.settle`. */
export async function settleSend(
  tx: Tx,
  lease: Lease,
  send: Send,
  outcome: Outcome<unknown>,
  context: CallContext & SettleOptions,
): Promise<Settlement> {
  const { moment } = context;
  const lane = await heldLane(tx, lease, context);
  if (lane === null) return { kind: "fenced" };
  const rows = await coveredRows(tx, send, context);
  switch (outcome.kind) {
    case "delivered":
      if (lane.failureCount > 0) await noteSuccess(tx, lease);
      await removeSend(tx, send);
      return { kind: "settled", openDeliveryIds: await settleShown(tx, send, rows, context) };
    case "rejected": {
      const details = outcome.details ?? null;
      const mayBeDelivered = send.lostAnswerCount > 0;
      return bury(tx, send, rows, { reason: outcome.reason, details, mayBeDelivered, moment });
    }
    case "retryable":
    case "unknown":
      return retry(tx, lease, send, { ...context, outcome, rows, lane });
  }
}

/** Throws a sealed call away: see `DeliveryLog.replan`. */
export async function replanSend(tx: Tx, lease: Lease, send: Send, context: CallContext): Promise<boolean> {
  const { moment } = context;
  if ((await heldLane(tx, lease, context)) === null) return false;
  await coveredRows(tx, send, context);
  await removeSend(tx, send);
  await reopen(tx, send, { moment, dueAt: moment.nowMs, isFailure: false });
  return true;
}

interface RetryInput extends CallContext, SettleOptions {
  readonly outcome: Extract<Outcome<unknown>, { kind: "retryable" | "unknown" }>;
  readonly rows: readonly CoveredRow[];
  readonly lane: LaneState;
}

async function retry(tx: Tx, lease: Lease, send: Send, input: RetryInput): Promise<Settlement> {
  const { outcome, rows, lane, moment, retry: policy, random } = input;
  const { nowMs } = moment;
  const since = rows.flatMap((row) => (row.failing_since === null ? [] : [row.failing_since]));
  const failingSince = since.length === 0 ? null : Math.min(...since);
  const decision = decideRetry({ ...send, outcome, failingSince, lane }, { policy, nowMs, random });
  if (decision.kind === "dead") {
    const details = { last_reason: outcome.reason, last_details: outcome.details ?? null };
    return bury(tx, send, rows, { ...decision, details, moment });
  }
  const { dueAt, counts, sealed } = decision;
  if (counts) await noteFailure(tx, lease, decision.lane, moment);
  if (!sealed) {
    await reopen(tx, send, { moment, dueAt, isFailure: counts });
    await removeSend(tx, send);
    return { kind: "reopened", dueAt };
  }
  const due = { due_at: moment.at(dueAt), due_set_at: moment.stored };
  await withQueue(tx)
    .updateTable("sends")
    .set({
      ...due,
      is_answered: outcome.kind === "retryable" ? 1 : 0,
      // A call that was given up before it began was no attempt. Absolute, so that recording it twice changes nothing.
      ...(counts || outcome.kind === "unknown" ? {} : { attempt_count: send.attemptCount - 1 }),
    })
    .where("organization_id", "=", send.organizationId)
    .where("send_id", "=", send.sendId)
    .execute();
  await withQueue(tx)
    .updateTable("deliveries")
    .set({ ...due, ...(counts ? { failing_since: sql<number>`coalesce(failing_since, ${nowMs})` } : {}) })
    .where("organization_id", "=", send.organizationId)
    .where("send_id", "=", send.sendId)
    .execute();
  return { kind: "unknown", dueAt };
}

/** The deliveries of a call, locked where writers run side by side: a newer revision waits until the answer is recorded. */
async function coveredRows(tx: Tx, send: Send, { locksRows }: CallContext): Promise<readonly CoveredRow[]> {
  const rows = await withQueue(tx)
    .selectFrom("deliveries")
    .select([
      "delivery_id",
      "lane_id",
      "subject_id",
      "revision",
      "priority",
      "sealed_revision",
      "attempt_count",
      "traceparent",
      "created_at",
      "failing_since",
    ])
    .where("organization_id", "=", send.organizationId)
    .where("send_id", "=", send.sendId)
    .$if(locksRows, (query) => query.orderBy(sql`subject_id collate "C"`).forUpdate())
    .execute();
  // Sorted here: asked for this order, SQLite walks the primary key of all deliveries for it.
  return rows.sort((one, other) => (one.delivery_id < other.delivery_id ? -1 : 1));
}

async function removeSend(tx: Tx, send: Send): Promise<void> {
  await withQueue(tx)
    .deleteFrom("sends")
    .where("organization_id", "=", send.organizationId)
    .where("send_id", "=", send.sendId)
    .execute();
}

/** Puts the deliveries of a call that surely did nothing back, to be planned anew. */
async function reopen(
  tx: Tx,
  send: Send,
  { moment, dueAt, isFailure }: { readonly moment: Moment; readonly dueAt: number; readonly isFailure: boolean },
): Promise<void> {
  const failure = isFailure
    ? {
        attempt_count: sql<number>`attempt_count + 1`,
        failing_since: sql<number>`coalesce(failing_since, ${moment.nowMs})`,
      }
    : {};
  await withQueue(tx)
    .updateTable("deliveries")
    .set({ send_id: null, sealed_revision: null, due_at: moment.at(dueAt), due_set_at: moment.stored, ...failure })
    .where("organization_id", "=", send.organizationId)
    .where("send_id", "=", send.sendId)
    .execute();
}

/** Ends each delivery whose wanted revision is shown now, and opens the others again. Returns the ids of the latter. */
async function settleShown(
  tx: Tx,
  send: Send,
  rows: readonly CoveredRow[],
  { moment, unfinished }: CallContext & SettleOptions,
): Promise<readonly string[]> {
  const wantsNewer = (row: CoveredRow) => row.revision > (row.sealed_revision ?? 0);
  const followed = new Map(unfinished.map((more) => [more.deliveryId, more]));
  const open = rows.filter((row) => wantsNewer(row) || followed.has(row.delivery_id));
  const shown = rows.filter((row) => !open.includes(row)).map((row) => row.delivery_id);
  await removeDeliveries(tx, send.organizationId, shown);
  for (const row of open) {
    const priority = wantsNewer(row) ? undefined : followed.get(row.delivery_id)?.priority;
    if (priority !== undefined) await setPriority(tx, send.organizationId, row.delivery_id, priority);
  }
  if (open.length > 0) await reopen(tx, send, { moment, dueAt: moment.nowMs, isFailure: false });
  return open.map((row) => row.delivery_id);
}

async function setPriority(tx: Tx, organizationId: string, deliveryId: string, priority: number): Promise<void> {
  await withQueue(tx)
    .updateTable("deliveries")
    .set({ priority })
    .where("organization_id", "=", organizationId)
    .where("delivery_id", "=", deliveryId)
    .execute();
}

interface Burial {
  readonly reason: Reason;
  readonly details: Json;
  readonly mayBeDelivered: boolean;
  readonly moment: Moment;
}

/** Moves what was given up to the dead letters. A delivery that wants a newer revision by now stays open with that one. */
async function bury(tx: Tx, send: Send, rows: readonly CoveredRow[], burial: Burial): Promise<Settlement> {
  const { reason, details, mayBeDelivered, moment } = burial;
  await removeSend(tx, send);
  const given = rows.filter((row) => reason === "expired" || row.revision <= (row.sealed_revision ?? 0));
  const letters = given.map((row) => ({
    organization_id: send.organizationId,
    dead_letter_id: nextId(moment.nowMs),
    delivery_id: row.delivery_id,
    lane_id: row.lane_id,
    subject_id: row.subject_id,
    revision: row.revision,
    priority: row.priority,
    reason,
    details: JSON.stringify(details),
    may_be_delivered: mayBeDelivered ? 1 : 0,
    operation: JSON.stringify(send.operation),
    attempt_count: row.attempt_count + send.attemptCount,
    traceparent: row.traceparent,
    created_at: row.created_at,
    died_at: moment.nowMs,
  }));
  if (letters.length > 0) await withQueue(tx).insertInto("dead_letters").values(letters).execute();
  const givenIds = given.map((row) => row.delivery_id);
  await removeDeliveries(tx, send.organizationId, givenIds);
  if (given.length < rows.length) await reopen(tx, send, { moment, dueAt: moment.nowMs, isFailure: false });
  return { kind: "dead", deadLetterIds: letters.map((letter) => letter.dead_letter_id) };
}

async function removeDeliveries(tx: Tx, organizationId: string, deliveryIds: readonly string[]): Promise<void> {
  if (deliveryIds.length === 0) return;
  await withQueue(tx)
    .deleteFrom("deliveries")
    .where("organization_id", "=", organizationId)
    .where("delivery_id", "in", deliveryIds)
    .execute();
}
