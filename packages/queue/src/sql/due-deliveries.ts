import { sql } from "kysely";
import type { Delivery } from "../delivery-log.ts";
import type { LaneRef } from "../lane-ref.ts";
import type { CallContext } from "./context.ts";
import { callersDueAt, DELIVERY_COLUMNS } from "./open-deliveries.ts";
import { ONLY_BY_TIME, withQueue } from "./tables.ts";

/** Rows that are looked at beyond those that are asked for: a few may be put off. Few, or Postgres sorts a small lane. */
const MARGIN_COUNT = 32;
/** Where more are put off: how many of each priority are looked at, and then how many of those that are due for longest. */
const WINDOW_COUNT = 256;

const inOrder = (one: Delivery, other: Delivery): number =>
  other.priority - one.priority || (one.deliveryId < other.deliveryId ? -1 : 1);

/**
 * Unsealed deliveries of a lane whose time has come, in the order in which they are to be sent.
 *
 * Reads a bounded number of rows. With more than {@link WINDOW_COUNT} of one priority put off in front, and more than that
 * due behind them, those that are due for longest come first.
 */
export async function dueDeliveries(
  context: CallContext,
  lane: LaneRef,
  maxCount: number,
): Promise<readonly Delivery[]> {
  const limit = maxCount + MARGIN_COUNT;
  const first = await window(context, lane, { limit });
  const due = dueOf(first);
  if (due.length >= maxCount || first.length < limit) return due.slice(0, maxCount);
  return dueBehindPutOff(context, lane, maxCount);
}

async function dueBehindPutOff(context: CallContext, lane: LaneRef, maxCount: number): Promise<readonly Delivery[]> {
  const found = new Map<string, Delivery>();
  const add = (due: readonly Delivery[]) => {
    for (const delivery of due) found.set(delivery.deliveryId, delivery);
  };
  let priority = await nextPriority(context, lane, null);
  let isCutShort = false;
  while (priority !== null && found.size < maxCount) {
    const rows = await window(context, lane, { priority, limit: WINDOW_COUNT });
    add(dueOf(rows));
    isCutShort ||= found.size < maxCount && rows.length === WINDOW_COUNT;
    priority = await nextPriority(context, lane, priority);
  }
  if (isCutShort) add(await dueForLongest(context, lane));
  return [...found.values()].sort(inOrder).slice(0, maxCount);
}

interface WindowRow extends Delivery {
  /** SQLite's 0 or 1. */
  readonly isDue: boolean | number;
}

const dueOf = (rows: readonly WindowRow[]): readonly Delivery[] =>
  rows.flatMap(({ isDue, ...delivery }) => (isDue ? [delivery] : []));

const unsealedOf = ({ store }: CallContext, lane: LaneRef) =>
  withQueue(store.read)
    .selectFrom("deliveries")
    .where("organization_id", "=", lane.organizationId)
    .where("lane_id", "=", lane.laneId)
    .where("send_id", "is", null);

/** The first of a lane, or of one priority of it, in the order in which they are to be sent; due or not. */
function window(
  context: CallContext,
  lane: LaneRef,
  { priority, limit }: { readonly priority?: number; readonly limit: number },
): Promise<readonly WindowRow[]> {
  const { moment } = context;
  const isDue = sql<boolean>`(due_at <= ${moment.stored} or ${moment.wentBackSince(sql`due_set_at`)})`;
  return unsealedOf(context, lane)
    .select(DELIVERY_COLUMNS)
    .select([callersDueAt(moment), isDue.as("isDue")])
    .$if(priority !== undefined, (query) => query.where("priority", "=", priority as number))
    .orderBy("priority", "desc")
    .orderBy("delivery_id")
    .limit(limit)
    .execute();
}

/** The highest priority of which something is open, or the highest below another. */
async function nextPriority(context: CallContext, lane: LaneRef, below: number | null): Promise<number | null> {
  const row = await unsealedOf(context, lane)
    .select("priority")
    .$if(below !== null, (query) => query.where("priority", "<", below as number))
    .orderBy("priority", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.priority ?? null;
}

/** What is due for longest, and what was put off before the clock was set back. */
function dueForLongest(context: CallContext, lane: LaneRef): Promise<readonly Delivery[]> {
  const { store, moment } = context;
  const byTime = () =>
    unsealedOf(context, lane).where(ONLY_BY_TIME).select(DELIVERY_COLUMNS).select(callersDueAt(moment));
  const due = byTime().where(sql<boolean>`due_at <= ${moment.stored}`).orderBy("due_at").limit(WINDOW_COUNT);
  const putOff = byTime()
    .where(moment.wentBackSince(sql`due_set_at`))
    .orderBy("due_set_at", "desc")
    .limit(WINDOW_COUNT);
  return withQueue(store.read)
    .selectFrom(due.as("due"))
    .selectAll()
    .unionAll(withQueue(store.read).selectFrom(putOff.as("put_off")).selectAll())
    .execute();
}
