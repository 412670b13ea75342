import { SpanStatusCode } from "@opentelemetry/api";
import type { Json, Outcome } from "@tocsin/alert/plugin";
import type { MessageRef } from "@tocsin/discord-transport";
import type { DeliveryLog, Drain, LaneRef, Lease, Send, Settlement } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { findAlerts } from "../alerts/alert-rows.ts";
import type { EngineEvent } from "../engine.ts";
import { entriesOfLane } from "../ledger/ledger.ts";
import { type PlannedSend, planLane } from "../plan/plan-lane.ts";
import type { Destination } from "../routing/routing.ts";
import { inSpan, restoreContext, tracer } from "../telemetry.ts";
import { executeSend } from "./execute-send.ts";
import { leaveToLimiter } from "./leave-to-limiter.ts";
import { settleOutcome } from "./settle-outcome.ts";
import { surely } from "./surely.ts";
import { tellSettlement } from "./tell-settlement.ts";
import { MAX_LIMITED_MS, type WithinLimits, withinLimits } from "./within-limits.ts";

/** A drain ends after this many calls or this long, so that lanes take turns. */
const MAX_SEND_COUNT = 20;
const MAX_DRAIN_MS = 5_000;
/** Calls of one lane that are on the wire together. They never belong to one subject: it has one open delivery. */
const CONCURRENT_SEND_COUNT = 5;
/** How long an answer waits for a store that is away. */
const MAX_SETTLE_MS = 10 * 60_000;
/** How far into the row is looked for what may go, where all in front waits for limits. */
const LOOK_AHEAD_COUNT = 32;

export interface DrainOptions {
  readonly store: Store;
  readonly log: DeliveryLog;
  /** The destination of a lane, or `undefined` when it is not configured any more. */
  readonly destinationOf: (lane: LaneRef) => Destination | undefined;
  readonly now: () => number;
  readonly leaseMs: number;
  /** Gives up what is on the wire: the last resort of a shutdown. */
  readonly hardStop: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
  readonly onError: (error: unknown) => void;
}

/** One drain's own. */
interface Draining extends DrainOptions {
  /** Gives up what is on the wire: the lease is over, or the process ends. */
  readonly stopSending: AbortSignal;
}

/** Makes the function that works on one lane: resume what was sealed, plan, seal, send, settle. */
export function createDrain(options: DrainOptions): Drain {
  const { log, leaseMs } = options;
  return async (lane, signal) => {
    // Not by the clock, since one that is set back would make the lease look longer than it is.
    const leaseEndsAt = performance.now() + leaseMs;
    const lease = await log.lease(lane, { leaseMs });
    if (lease === null) return null;
    const leaseOver = AbortSignal.timeout(Math.max(0, Math.floor(leaseEndsAt - performance.now())));
    const stopSending = AbortSignal.any([options.hardStop, leaseOver]);
    let limitedUntil: number | null;
    try {
      limitedUntil = await drainLease(lease, signal, { ...options, stopSending });
    } catch (error) {
      await surely(options, leaseEndsAt, () => log.release(lease));
      throw error;
    }
    const { nextDueAt } = await surely(options, leaseEndsAt, () => log.release(lease));
    // What is due waits for Discord's limits; it stays due, so that something more urgent is not held up with it.
    return nextDueAt === null ? null : Math.max(nextDueAt, limitedUntil ?? 0);
  };
}

/** What a round of a lane came to. */
type Round =
  | { readonly kind: "sent"; readonly count: number }
  /** The lane is to be left alone: it owes nothing, has failed, or waits for Discord's limits until `limitedUntil`. */
  | { readonly kind: "over"; readonly limitedUntil: number | null };

async function drainLease(lease: Lease, signal: AbortSignal, options: Draining): Promise<number | null> {
  const endAt = performance.now() + MAX_DRAIN_MS;
  // A destination that just failed is tried with one call, not with a burst.
  const maxCount = lease.failureCount > 0 ? 1 : CONCURRENT_SEND_COUNT;
  for (let sentCount = 0; sentCount < MAX_SEND_COUNT && performance.now() < endAt && !signal.aborted; ) {
    const round = await runRound(lease, maxCount, options);
    if (round.kind === "over") return round.limitedUntil;
    sentCount += round.count;
  }
  return null;
}

async function runRound(lease: Lease, maxCount: number, options: Draining): Promise<Round> {
  // What was sealed before a crash or a lost answer, and new plans beside it: one call that never succeeds stops no other.
  const resumed = await options.log.resume(lease, Math.ceil(maxCount / 2));
  const planned = await planAndSeal(lease, Math.max(1, maxCount - resumed.length), options);
  const sends = [...resumed, ...planned.sends];
  if (sends.length === 0) return { kind: "over", limitedUntil: planned.limitedUntil };
  // All of them end before the lease is given back: the next drainer must not repeat what is on the wire.
  const results = await Promise.allSettled(sends.map((send) => sendAndSettle(lease, send, options)));
  const sent = results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
  if (!sent.some(({ settlement }) => pausesLane(settlement))) return { kind: "sent", count: sends.length };
  const deferrals = sent.flatMap(({ limitedUntil }) => limitedUntil ?? []);
  return { kind: "over", limitedUntil: deferrals.length === 0 ? null : Math.min(...deferrals) };
}

const pausesLane = ({ kind }: Settlement): boolean => kind === "reopened" || kind === "unknown" || kind === "fenced";

interface Sealed {
  readonly sends: readonly Send[];
  readonly limitedUntil: number | null;
}

async function planAndSeal(lease: Lease, maxCount: number, options: DrainOptions): Promise<Sealed> {
  const { log } = options;
  const startTime = Date.now();
  let planned = await planDue(lease, maxCount, options);
  // New messages and edits have limits of their own: those in front must not hold up what may go behind them.
  if (planned.isHeldUp) planned = await planDue(lease, LOOK_AHEAD_COUNT, options);
  const ready = planned.ready.slice(0, maxCount);
  if (ready.length === 0) return { sends: [], limitedUntil: planned.limitedUntil };
  for (const send of ready) recordPlanSpan(send, startTime);
  const sends = await log.seal(
    lease,
    ready.map(({ delivery, revision, operation }) => ({
      operation: operation as Json,
      covers: [{ deliveryId: delivery.deliveryId, revision }],
    })),
  );
  return { sends, limitedUntil: planned.limitedUntil };
}

interface Planned extends WithinLimits {
  /** Whether all that was looked at waits for limits, and more may be due behind it. */
  readonly isHeldUp: boolean;
}

/** Plans what is first in the row, and ends what needs no call. */
async function planDue(lease: Lease, maxCount: number, options: DrainOptions): Promise<Planned> {
  const { store, log, destinationOf } = options;
  const deliveries = await log.due(lease, maxCount);
  if (deliveries.length === 0) return { ready: [], limitedUntil: null, isHeldUp: false };
  const subjectIds = deliveries.map(({ subjectId }) => subjectId);
  const [subjects, ledger] = await Promise.all([
    findAlerts(store.read, lease.organizationId, subjectIds),
    entriesOfLane(store.read, lease, subjectIds),
  ]);
  const plan = planLane({ destination: destinationOf(lease) ?? {}, deliveries, subjects, ledger });
  if (plan.nothing.length > 0) await store.write((tx) => log.close(tx, lease, plan.nothing));
  const within = await withinLimits(plan.sends, destinationOf(lease)?.transport, options);
  const isHeldUp = within.ready.length === 0 && within.limitedUntil !== null && deliveries.length === maxCount;
  return { ...within, isHeldUp };
}

/** The plan is made for several subjects at once; each one's trace gets its own span of it. */
function recordPlanSpan({ delivery, operation }: PlannedSend, startTime: number): void {
  const attributes = { "tocsin.lane": delivery.laneId, "tocsin.operation": operation?.kind ?? "none" };
  tracer().startSpan("tocsin.plan", { attributes, startTime }, restoreContext(delivery.traceparent)).end();
}

interface Sent {
  readonly settlement: Settlement;
  readonly limitedUntil: number | null;
}

/** Makes a sealed call and records its answer. */
function sendAndSettle(lease: Lease, send: Send, options: Draining): Promise<Sent> {
  const attributes = { "tocsin.lane": send.laneId, "tocsin.send.attempt_count": send.attemptCount };
  return inSpan("tocsin.send", { parent: restoreContext(send.traceparent), attributes }, async (span) => {
    const answer = await executeSend(send, lease, options);
    span.setAttribute("tocsin.outcome", answer.kind);
    if (answer.kind !== "delivered") {
      span.setAttribute("tocsin.reason", answer.reason);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    const outcome = leaveToLimiter(answer, options.destinationOf(send)?.transport);
    const settlement = await settleSurely(lease, send, outcome, options);
    tellSettlement(send, outcome, settlement, options.onEvent);
    const isDeferred = outcome.kind === "retryable" && outcome.reason === "deferred";
    const limitedMs = isDeferred ? Math.min(MAX_LIMITED_MS, outcome.retryAfterMs ?? 0) : null;
    return { settlement, limitedUntil: limitedMs === null ? null : options.now() + limitedMs };
  });
}

/**
 * An answer that is known must not become a lost one because the store is busy or away. Also when the lease is over: as long
 * as nobody else has taken the lane, the answer counts, and otherwise the fence refuses it.
 */
function settleSurely(
  lease: Lease,
  send: Send,
  outcome: Outcome<MessageRef>,
  options: DrainOptions,
): Promise<Settlement> {
  const enforcesNonce = options.destinationOf(send)?.transport.capabilities.enforcesNonce ?? false;
  return surely(options, performance.now() + MAX_SETTLE_MS, () =>
    settleOutcome({ ...options, lease, send, outcome, enforcesNonce, nowMs: options.now() }),
  );
}
