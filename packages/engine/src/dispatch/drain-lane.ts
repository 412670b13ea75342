import { setTimeout as delay } from "node:timers/promises";
import { SpanStatusCode } from "@opentelemetry/api";
import type { Json, Outcome } from "@tocsin/alert/plugin";
import type { MessageRef } from "@tocsin/discord-transport";
import { isTocsinError } from "@tocsin/errors";
import type { DeliveryLog, Drain, LaneRef, Lease, Send, Settlement } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { findAlerts } from "../alerts/alert-rows.ts";
import type { EngineEvent } from "../engine.ts";
import { entriesOfLane } from "../ledger/ledger.ts";
import { type PlannedSend, planLane } from "../plan/plan-lane.ts";
import type { Destination } from "../routing/routing.ts";
import { inSpan, restoreContext, tracer } from "../telemetry.ts";
import { executeSend } from "./execute-send.ts";
import { settleOutcome } from "./settle-outcome.ts";
import { tellSettlement } from "./tell-settlement.ts";

/** A drain ends after this many calls or this long, so that lanes take turns. */
const MAX_SEND_COUNT = 20;
const MAX_DRAIN_MS = 5_000;
/** Calls of one lane that are on the wire together. They never belong to one subject: it has one open delivery. */
const CONCURRENT_SEND_COUNT = 5;
/** How soon an answer is recorded again that the store did not take. */
const SETTLE_RETRY_MS = 100;

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

/** Makes the function that works on one lane: resume what was sealed, plan, seal, send, settle. */
export function createDrain(options: DrainOptions): Drain {
  const { log, leaseMs } = options;
  return async (lane, signal) => {
    const lease = await log.lease(lane, { leaseMs });
    if (lease === null) return null;
    try {
      await drainLease(lease, signal, options);
    } catch (error) {
      await log.release(lease);
      throw error;
    }
    return (await log.release(lease)).nextDueAt;
  };
}

async function drainLease(lease: Lease, signal: AbortSignal, options: DrainOptions): Promise<void> {
  const endAt = options.now() + MAX_DRAIN_MS;
  // A destination that just failed is tried with one call, not with a burst.
  const maxCount = lease.failureCount > 0 ? 1 : CONCURRENT_SEND_COUNT;
  for (let sentCount = 0; sentCount < MAX_SEND_COUNT && options.now() < endAt && !signal.aborted; ) {
    const sends = await nextSends(lease, maxCount, options);
    if (sends.length === 0) return;
    sentCount += sends.length;
    // All of them end before the lease is given back: the next drainer must not repeat what is on the wire.
    const results = await Promise.allSettled(sends.map((send) => sendAndSettle(lease, send, options)));
    for (const result of results) if (result.status === "rejected") throw result.reason;
    if (results.some((result) => result.status === "fulfilled" && pausesLane(result.value))) return;
  }
}

const pausesLane = ({ kind }: Settlement): boolean => kind === "reopened" || kind === "unknown" || kind === "fenced";

/** What was sealed before a crash or a lost answer, and new plans beside it: one call that never succeeds stops no other. */
async function nextSends(lease: Lease, maxCount: number, options: DrainOptions): Promise<readonly Send[]> {
  const resumed = await options.log.resume(lease, Math.ceil(maxCount / 2));
  const planned = await planAndSeal(lease, Math.max(1, maxCount - resumed.length), options);
  return [...resumed, ...planned];
}

async function planAndSeal(
  lease: Lease,
  maxCount: number,
  { store, log, destinationOf }: DrainOptions,
): Promise<readonly Send[]> {
  const deliveries = await log.due(lease, maxCount);
  if (deliveries.length === 0) return [];
  const startTime = Date.now();
  const subjectIds = deliveries.map(({ subjectId }) => subjectId);
  const [subjects, ledger] = await Promise.all([
    findAlerts(store.read, lease.organizationId, subjectIds),
    entriesOfLane(store.read, lease, subjectIds),
  ]);
  const { sends, nothing } = planLane({ destination: destinationOf(lease) ?? {}, deliveries, subjects, ledger });
  if (nothing.length > 0) await store.write((tx) => log.close(tx, lease, nothing));
  if (sends.length === 0) return [];
  for (const send of sends) recordPlanSpan(send, startTime);
  return log.seal(
    lease,
    sends.map(({ delivery, revision, operation }) => ({
      operation: operation as Json,
      covers: [{ deliveryId: delivery.deliveryId, revision }],
    })),
  );
}

/** The plan is made for several subjects at once; each one's trace gets its own span of it. */
function recordPlanSpan({ delivery, operation }: PlannedSend, startTime: number): void {
  const attributes = { "tocsin.lane": delivery.laneId, "tocsin.operation": operation?.kind ?? "none" };
  tracer().startSpan("tocsin.plan", { attributes, startTime }, restoreContext(delivery.traceparent)).end();
}

/** Makes a sealed call and records its answer. */
function sendAndSettle(lease: Lease, send: Send, options: DrainOptions): Promise<Settlement> {
  const attributes = { "tocsin.lane": send.laneId, "tocsin.send.attempt_count": send.attemptCount };
  return inSpan("tocsin.send", { parent: restoreContext(send.traceparent), attributes }, async (span) => {
    const outcome = await executeSend(send, lease, options);
    span.setAttribute("tocsin.outcome", outcome.kind);
    if (outcome.kind !== "delivered") {
      span.setAttribute("tocsin.reason", outcome.reason);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    const settlement = await settleSurely(lease, send, outcome, options);
    tellSettlement(send, outcome, settlement, options.onEvent);
    return settlement;
  });
}

/** An answer that is known must not become a lost one because the store is busy: it is recorded again while the lease holds. */
async function settleSurely(
  lease: Lease,
  send: Send,
  outcome: Outcome<MessageRef>,
  options: DrainOptions,
): Promise<Settlement> {
  const enforcesNonce = options.destinationOf(send)?.transport.capabilities.enforcesNonce ?? false;
  for (;;) {
    try {
      return await settleOutcome({ ...options, lease, send, outcome, enforcesNonce, nowMs: options.now() });
    } catch (error) {
      const isHopeless = !isTocsinError(error) || !error.retryable;
      if (isHopeless || options.hardStop.aborted || options.now() >= lease.expiresAt) throw error;
      options.onError(error);
      await delay(SETTLE_RETRY_MS);
    }
  }
}
