import type { Store, Tx } from "@tocsin/store";
import { sql } from "kysely";
import type { LaneState } from "../decide-retry.ts";
import type { LaneRef, Lease } from "../delivery-log.ts";
import { withQueue } from "./tables.ts";

interface LeaseOptions {
  readonly lane: LaneRef;
  readonly owner: string;
  readonly leaseMs: number;
  readonly nowMs: number;
}

/** Takes the lane when it is free, expired, or held by a former process of an exclusive store. */
export function takeLease(store: Store, { lane, owner, leaseMs, nowMs }: LeaseOptions): Promise<Lease | null> {
  const expiresAt = nowMs + leaseMs;
  return store.write(async (tx) => {
    const row = await withQueue(tx)
      .insertInto("lanes")
      .values({
        organization_id: lane.organizationId,
        lane_id: lane.laneId,
        owner,
        fence: 1,
        expires_at: expiresAt,
        paused_until: 0,
        failure_count: 0,
      })
      .onConflict((conflict) =>
        conflict
          .columns(["organization_id", "lane_id"])
          .doUpdateSet({ owner, fence: sql`lanes.fence + 1`, expires_at: expiresAt })
          .where("lanes.paused_until", "<=", nowMs)
          .where((where) =>
            where.or([
              where("lanes.expires_at", "<=", nowMs),
              ...(store.exclusiveOwner === null ? [] : [where("lanes.owner", "!=", owner)]),
            ]),
          ),
      )
      .returning(["fence", "failure_count"])
      .executeTakeFirst();
    if (row === undefined) return null;
    return { ...lane, owner, fence: row.fence, expiresAt, failureCount: row.failure_count };
  });
}

/** What the lane remembers, if this lease is still its newest. */
export async function heldLane(tx: Tx, lease: Lease): Promise<LaneState | null> {
  const row = await withQueue(tx)
    .selectFrom("lanes")
    .select(["failure_count as failureCount", "paused_until as pausedUntil"])
    .where("organization_id", "=", lease.organizationId)
    .where("lane_id", "=", lease.laneId)
    .where("owner", "=", lease.owner)
    .where("fence", "=", lease.fence)
    .executeTakeFirst();
  return row ?? null;
}

/** Notes how the destination behaves. */
export async function noteLane(tx: Tx, lease: Lease, { failureCount, pausedUntil }: LaneState): Promise<void> {
  await withQueue(tx)
    .updateTable("lanes")
    .set({ failure_count: failureCount, paused_until: pausedUntil })
    .where("organization_id", "=", lease.organizationId)
    .where("lane_id", "=", lease.laneId)
    .execute();
}

/** Gives the lane back, if this lease is still its newest. */
export async function dropLease(tx: Tx, lease: Lease): Promise<void> {
  await withQueue(tx)
    .updateTable("lanes")
    .set({ expires_at: 0 })
    .where("organization_id", "=", lease.organizationId)
    .where("lane_id", "=", lease.laneId)
    .where("owner", "=", lease.owner)
    .where("fence", "=", lease.fence)
    .execute();
}
