import type { Json } from "@tocsin/alert/plugin";
import type { DeliveryLog, LaneRef, Lease, Send } from "@tocsin/queue";
import { type PlannedSend, planLane } from "../plan/plan-lane.ts";
import type { LaneView } from "../routing/lane-view.ts";
import { restoreContext, tracer } from "../telemetry.ts";
import { type ReadLaneOptions, readLane } from "./read-lane.ts";
import { type WithinLimits, withinLimits } from "./within-limits.ts";

/** How far into the row is looked for what may go, where all in front waits for limits. */
const LOOK_AHEAD_COUNT = 32;

export interface PlanRoundOptions extends ReadLaneOptions {
  readonly log: DeliveryLog;
  /** The destination of a lane, or `undefined` when it is not configured any more. */
  readonly laneViewOf: (lane: LaneRef) => LaneView | undefined;
}

/** What a round seals, and when the rest may go, if it waits for limits. */
export interface SealedRound {
  readonly sends: readonly Send[];
  /** Epoch milliseconds. */
  readonly limitedUntil: number | null;
}

/** Plans what is due, and seals as many calls as may go now, at most `maxCount`. */
export async function planAndSeal(lease: Lease, maxCount: number, options: PlanRoundOptions): Promise<SealedRound> {
  const startTime = Date.now();
  const lookCount = Math.max(maxCount, options.laneViewOf(lease)?.lookCount ?? 0);
  let planned = await planDue(lease, lookCount, options);
  // New messages and edits have limits of their own: those in front must not hold up what may go behind them.
  if (planned.isHeldUp && lookCount < LOOK_AHEAD_COUNT) planned = await planDue(lease, LOOK_AHEAD_COUNT, options);
  const ready = planned.ready.slice(0, maxCount);
  if (ready.length === 0) return { sends: [], limitedUntil: planned.limitedUntil };
  for (const send of ready) recordPlanSpans(send, startTime);
  const sends = await options.log.seal(
    lease,
    ready.map(({ call, covers }) => ({
      operation: call as unknown as Json,
      covers: covers.map(({ delivery, revision }) => ({ deliveryId: delivery.deliveryId, revision })),
    })),
  );
  return { sends, limitedUntil: planned.limitedUntil };
}

interface Planned extends WithinLimits {
  /** Whether all that was looked at waits for limits, and more may be due behind it. */
  readonly isHeldUp: boolean;
}

/** Plans what is first in the row, ends what needs no call, and puts off what has to wait. */
async function planDue(lease: Lease, maxCount: number, options: PlanRoundOptions): Promise<Planned> {
  const { store, log, laneViewOf } = options;
  const deliveries = await log.due(lease, maxCount);
  if (deliveries.length === 0) return { ready: [], limitedUntil: null, isHeldUp: false };
  const view = laneViewOf(lease);
  if (view === undefined) return { ready: deliveries.map(unplanned), limitedUntil: null, isHeldUp: false };
  const { sends, holds, nothing } = planLane(await readLane(lease, deliveries, view, options));
  if (nothing.length + holds.length > 0) {
    await store.write(async (tx) => {
      if (nothing.length > 0) await log.close(tx, lease, nothing);
      if (holds.length > 0) await log.hold(tx, lease, holds);
    });
  }
  const within = await withinLimits(sends, view.destination.transport, options);
  const isHeldUp = within.ready.length === 0 && within.limitedUntil !== null && deliveries.length === maxCount;
  return { ...within, isHeldUp };
}

/** There is nothing to plan for a destination that is gone: its deliveries end as dead letters. */
const unplanned = (delivery: PlannedSend["covers"][number]["delivery"]): PlannedSend => ({
  call: null,
  covers: [{ delivery, revision: delivery.revision }],
});

/** The plan is made for several subjects at once; each one's trace gets its own span of it. */
function recordPlanSpans({ call, covers }: PlannedSend, startTime: number): void {
  for (const { delivery } of covers) {
    const attributes = {
      "tocsin.lane": delivery.laneId,
      "tocsin.operation": call?.operation.kind ?? "none",
      "tocsin.step": call?.step ?? "none",
    };
    tracer().startSpan("tocsin.plan", { attributes, startTime }, restoreContext(delivery.traceparent)).end();
  }
}
