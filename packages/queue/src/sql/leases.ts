import type { Tx } from "@tocsin/store";
import { sql } from "kysely";
import type { LaneState } from "../decide-retry.ts";
import type { Lease } from "../delivery-log.ts";
import type { LaneRef } from "../lane-ref.ts";
import type { CallContext } from "./context.ts";
import { leftMs, type Moment, startsInFuture } from "./moment.ts";
import { withQueue } from "./tables.ts";

interface LeaseOptions {
  readonly lane: LaneRef;
  readonly owner: string;
  readonly leaseMs: number;
}

const expiresAt = sql<number>`lanes.expires_at`;
const leasedAt = sql<number>`lanes.leased_at`;
const pausedUntil = sql<number>`lanes.paused_until`;
const pausedAt = sql<number>`lanes.paused_at`;

/** Whether nobody's lease and no pause stand against a drain of the lane, or one of them may be cut short. */
export function mayBeFree(moment: Moment, soleOwner: string | null) {
  const isAbandoned = soleOwner === null ? sql<boolean>`` : sql<boolean>`or lanes.owner <> ${soleOwner}`;
  return sql<boolean>`(${expiresAt} <= ${moment.stored} or ${moment.wentBackSince(leasedAt)} ${isAbandoned})
    and (${pausedUntil} <= ${moment.stored} or ${moment.wentBackSince(pausedAt)})`;
}

/** Takes the lane when it is free, expired, or held by a former process of an exclusive store. Never waits for another's lock. */
export function takeLease(context: CallContext, { lane, owner, leaseMs }: LeaseOptions): Promise<Lease | null> {
  const { store, locksRows, moment } = context;
  const ofLane = sql<boolean>`organization_id = ${lane.organizationId} and lane_id = ${lane.laneId}`;

  const findFree = (tx: Tx) =>
    withQueue(tx)
      .selectFrom("lanes")
      .select(["owner", "failure_count"])
      .select([
        moment.until(leasedAt).as("leasedInMs"),
        moment.until(expiresAt).as("expiresInMs"),
        moment.until(pausedAt).as("pausedInMs"),
        moment.until(pausedUntil).as("pauseEndsInMs"),
      ])
      .where(ofLane)
      .where(mayBeFree(moment, store.exclusiveOwner))
      .$if(locksRows, (query) => query.forUpdate().skipLocked())
      .executeTakeFirst();

  return store.write(async (tx) => {
    const row = (await findFree(tx)) ?? ((await addLane(tx, lane)) ? await findFree(tx) : undefined);
    if (row === undefined) return null;
    const lease = { sinceInMs: row.leasedInMs, untilInMs: row.expiresInMs };
    const pause = { sinceInMs: row.pausedInMs, untilInMs: row.pauseEndsInMs };
    const isAbandoned = store.exclusiveOwner !== null && row.owner !== owner;
    const isHeld = !isAbandoned && leftMs(lease) > 0;
    if (isHeld || leftMs(pause) > 0) {
      // The clock was set back. What stands against the drain counts from now, or it would last as long as the step.
      await withQueue(tx)
        .updateTable("lanes")
        .$if(startsInFuture(lease), (query) =>
          query.set({ leased_at: moment.stored, expires_at: moment.at(moment.nowMs + leftMs(lease)) }),
        )
        .$if(startsInFuture(pause), (query) =>
          query.set({ paused_at: moment.stored, paused_until: moment.at(moment.nowMs + leftMs(pause)) }),
        )
        .where(ofLane)
        .execute();
      return null;
    }
    const { fence } = await withQueue(tx)
      .updateTable("lanes")
      .set({
        owner,
        fence: sql`fence + 1`,
        leased_at: moment.stored,
        expires_at: moment.at(moment.nowMs + leaseMs),
      })
      .where(ofLane)
      .returning("fence")
      .executeTakeFirstOrThrow();
    return { ...lane, owner, fence, expiresAt: moment.nowMs + leaseMs, failureCount: row.failure_count };
  });
}

/** A lane that nobody has and that is not paused. */
export const newLane = (lane: LaneRef) => ({
  organization_id: lane.organizationId,
  lane_id: lane.laneId,
  owner: "",
  fence: 0,
  leased_at: 0,
  expires_at: 0,
  paused_at: 0,
  paused_until: 0,
  failure_count: 0,
});

/** Makes the lane, and tells whether it was not there. */
async function addLane(tx: Tx, lane: LaneRef): Promise<boolean> {
  const added = await withQueue(tx)
    .insertInto("lanes")
    .values(newLane(lane))
    .onConflict((conflict) => conflict.doNothing())
    .returning("lane_id")
    .executeTakeFirst();
  return added !== undefined;
}

/** What the lane remembers, if this lease is still its newest. Nobody can take the lane before the transaction ends. */
export async function heldLane(tx: Tx, lease: Lease, { moment, locksRows }: CallContext): Promise<LaneState | null> {
  const row = await withQueue(tx)
    .selectFrom("lanes")
    .select("failure_count")
    .select([moment.until(pausedAt).as("pausedInMs"), moment.until(pausedUntil).as("pauseEndsInMs")])
    .where("organization_id", "=", lease.organizationId)
    .where("lane_id", "=", lease.laneId)
    .where("owner", "=", lease.owner)
    .where("fence", "=", lease.fence)
    .$if(locksRows, (query) => query.forUpdate())
    .executeTakeFirst();
  if (row === undefined) return null;
  const pauseMs = leftMs({ sinceInMs: row.pausedInMs, untilInMs: row.pauseEndsInMs });
  return { failureCount: row.failure_count, pausedUntil: pauseMs === 0 ? 0 : moment.nowMs + pauseMs };
}

/** Ends the row of failures. A pause that another answer asked for stays. */
export async function noteSuccess(tx: Tx, lease: Lease): Promise<void> {
  await withQueue(tx)
    .updateTable("lanes")
    .set({ failure_count: 0 })
    .where("organization_id", "=", lease.organizationId)
    .where("lane_id", "=", lease.laneId)
    .execute();
}

/** Notes that the destination failed, and until when it is left alone. */
export async function noteFailure(tx: Tx, lease: Lease, state: LaneState, moment: Moment): Promise<void> {
  await withQueue(tx)
    .updateTable("lanes")
    .set({
      failure_count: state.failureCount,
      paused_at: moment.stored,
      paused_until: moment.at(state.pausedUntil),
    })
    .where("organization_id", "=", lease.organizationId)
    .where("lane_id", "=", lease.laneId)
    .execute();
}

/** Gives the lane back, if this lease is still its newest. */
export async function dropLease(tx: Tx, lease: Lease): Promise<void> {
  await withQueue(tx)
    .updateTable("lanes")
    .set({ leased_at: 0, expires_at: 0 })
    .where("organization_id", "=", lease.organizationId)
    .where("lane_id", "=", lease.laneId)
    .where("owner", "=", lease.owner)
    .where("fence", "=", lease.fence)
    .execute();
}
