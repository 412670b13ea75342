import type { Json, Outcome, Reason } from "@tocsin/alert/plugin";
import type { Tx } from "@tocsin/store";
import { sql } from "kysely";
import { decideRetry, type LaneState } from "../decide-retry.ts";
import type { Lease, Send, Settlement } from "../delivery-log.ts";
import { nextId } from "../next-id.ts";
import type { RetryPolicy } from "../retry.ts";
import { heldLane, noteLane } from "./leases.ts";
import { withQueue } from "./tables.ts";

export interface SettleOptions {
  readonly retry: RetryPolicy;
  readonly random: () => number;
  readonly nowMs: number;
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
  options: SettleOptions,
): Promise<Settlement> {
  const lane = await heldLane(tx, lease);
  if (lane === null) return { kind: "fenced" };
  const rows = await coveredRows(tx, send);
  switch (outcome.kind) {
    case "delivered":
      // A pause that another answer asked for meanwhile stays.
      await noteLane(tx, lease, { ...lane, failureCount: 0 });
      await removeSend(tx, send);
      return { kind: "settled", openDeliveryIds: await settleShown(tx, send, rows, options.nowMs) };
    case "rejected": {
      const details = outcome.details ?? null;
      const mayBeDelivered = send.lostAnswerCount > 0;
      return bury(tx, send, rows, { reason: outcome.reason, details, mayBeDelivered, nowMs: options.nowMs });
    }
    case "retryable":
    case "unknown":
      return retry(tx, lease, send, { outcome, rows, lane, options });
  }
}

/** Throws a sealed call away: see `DeliveryLog.replan`. */
export async function replanSend(tx: Tx, lease: Lease, send: Send, nowMs: number): Promise<boolean> {
  if ((await heldLane(tx, lease)) === null) return false;
  await removeSend(tx, send);
  await reopen(tx, send, { dueAt: nowMs, failedAt: null });
  return true;
}

interface RetryInput {
  readonly outcome: Extract<Outcome<unknown>, { kind: "retryable" | "unknown" }>;
  readonly rows: readonly CoveredRow[];
  readonly lane: LaneState;
  readonly options: SettleOptions;
}

async function retry(tx: Tx, lease: Lease, send: Send, input: RetryInput): Promise<Settlement> {
  const { outcome, rows, lane, options } = input;
  const { retry: policy, random, nowMs } = options;
  const since = rows.flatMap((row) => (row.failing_since === null ? [] : [row.failing_since]));
  const failingSince = since.length === 0 ? null : Math.min(...since);
  const decision = decideRetry({ ...send, outcome, failingSince, lane }, { policy, nowMs, random });
  if (decision.kind === "dead") {
    const details = { last_reason: outcome.reason, last_details: outcome.details ?? null };
    return bury(tx, send, rows, { ...decision, details, nowMs });
  }
  await noteLane(tx, lease, decision.lane);
  const { dueAt, counts, sealed } = decision;
  if (!sealed) {
    await reopen(tx, send, { dueAt, failedAt: counts ? nowMs : null });
    await removeSend(tx, send);
    return { kind: "reopened", dueAt };
  }
  await withQueue(tx)
    .updateTable("sends")
    .set({ due_at: dueAt, is_answered: outcome.kind === "retryable" ? 1 : 0 })
    .where("organization_id", "=", send.organizationId)
    .where("send_id", "=", send.sendId)
    .execute();
  await withQueue(tx)
    .updateTable("deliveries")
    .set({ due_at: dueAt, ...(counts ? { failing_since: sql<number>`coalesce(failing_since, ${nowMs})` } : {}) })
    .where("organization_id", "=", send.organizationId)
    .where("send_id", "=", send.sendId)
    .execute();
  return { kind: "unknown", dueAt };
}

async function coveredRows(tx: Tx, send: Send): Promise<readonly CoveredRow[]> {
  // Sorted here: asked for an order, SQLite walks the primary key of all deliveries for it.
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
    .execute();
  return rows.sort((one, other) => (one.delivery_id < other.delivery_id ? -1 : 1));
}

async function removeSend(tx: Tx, send: Send): Promise<void> {
  await withQueue(tx)
    .deleteFrom("sends")
    .where("organization_id", "=", send.organizationId)
    .where("send_id", "=", send.sendId)
    .execute();
}

/** Puts the deliveries of a call that surely did nothing back, to be planned anew. `failedAt` when it was a failure. */
async function reopen(
  tx: Tx,
  send: Send,
  { dueAt, failedAt }: { readonly dueAt: number; readonly failedAt: number | null },
): Promise<void> {
  const failure =
    failedAt === null
      ? {}
      : {
          attempt_count: sql<number>`attempt_count + 1`,
          failing_since: sql<number>`coalesce(failing_since, ${failedAt})`,
        };
  await withQueue(tx)
    .updateTable("deliveries")
    .set({ send_id: null, sealed_revision: null, due_at: dueAt, ...failure })
    .where("organization_id", "=", send.organizationId)
    .where("send_id", "=", send.sendId)
    .execute();
}

/** Ends each delivery whose wanted revision is shown now, and opens the others again. Returns the ids of the latter. */
async function settleShown(tx: Tx, send: Send, rows: readonly CoveredRow[], nowMs: number): Promise<readonly string[]> {
  const open: string[] = [];
  for (const row of rows) {
    if (row.revision > (row.sealed_revision ?? 0)) open.push(row.delivery_id);
    else await removeDelivery(tx, send.organizationId, row.delivery_id);
  }
  if (open.length > 0) await reopen(tx, send, { dueAt: nowMs, failedAt: null });
  return open;
}

interface Burial {
  readonly reason: Reason;
  readonly details: Json;
  readonly mayBeDelivered: boolean;
  readonly nowMs: number;
}

/** Moves what was given up to the dead letters. A delivery that wants a newer revision by now stays open with that one. */
async function bury(tx: Tx, send: Send, rows: readonly CoveredRow[], burial: Burial): Promise<Settlement> {
  const { reason, details, mayBeDelivered, nowMs } = burial;
  await removeSend(tx, send);
  const deadLetterIds: string[] = [];
  for (const row of rows) {
    if (reason !== "expired" && row.revision > (row.sealed_revision ?? 0)) continue;
    const deadLetterId = nextId(nowMs);
    deadLetterIds.push(deadLetterId);
    await withQueue(tx)
      .insertInto("dead_letters")
      .values({
        organization_id: send.organizationId,
        dead_letter_id: deadLetterId,
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
        died_at: nowMs,
      })
      .execute();
    await removeDelivery(tx, send.organizationId, row.delivery_id);
  }
  if (deadLetterIds.length < rows.length) await reopen(tx, send, { dueAt: nowMs, failedAt: null });
  return { kind: "dead", deadLetterIds };
}

async function removeDelivery(tx: Tx, organizationId: string, deliveryId: string): Promise<void> {
  await withQueue(tx)
    .deleteFrom("deliveries")
    .where("organization_id", "=", organizationId)
    .where("delivery_id", "=", deliveryId)
    .execute();
}
