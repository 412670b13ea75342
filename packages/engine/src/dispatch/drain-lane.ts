import { SpanStatusCode } from "@opentelemetry/api";
import type { Json, Outcome } from "@tocsin/alert/plugin";
import type { DiscordOperation, MessageRef } from "@tocsin/discord-transport";
import type { DeliveryLog, Drain, LaneRef, Lease, Send, Settlement } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { findAlerts } from "../alerts/alert-rows.ts";
import { entriesOfLane } from "../ledger/ledger.ts";
import { type PlannedSend, planLane } from "../plan/plan-lane.ts";
import type { Destination } from "../routing/routing.ts";
import { inSpan, restoreContext, tracer } from "../telemetry.ts";
import { settleOutcome } from "./settle-outcome.ts";

/** A drain ends after this many calls or this long, so that lanes take turns. */
const MAX_SEND_COUNT = 20;
const MAX_DRAIN_MS = 5_000;
/** Calls of one lane that are on the wire together. They never belong to one subject: it has one open delivery. */
const CONCURRENT_SEND_COUNT = 5;

export interface DrainOptions {
  readonly store: Store;
  readonly log: DeliveryLog;
  /** The destination of a lane, or `undefined` when it is not configured any more. */
  readonly destinationOf: (lane: LaneRef) => Destination | undefined;
  readonly now: () => number;
  readonly leaseMs: number;
  /** Gives up what is on the wire: the last resort of a shutdown. */
  readonly hardStop: AbortSignal;
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
  for (let sentCount = 0; sentCount < MAX_SEND_COUNT && options.now() < endAt && !signal.aborted; ) {
    const sends = await nextSends(lease, options);
    if (sends.length === 0) return;
    sentCount += sends.length;
    const settlements = await Promise.all(sends.map((send) => sendAndSettle(lease, send, options)));
    if (settlements.some(pausesLane)) return;
  }
}

const pausesLane = ({ kind }: Settlement): boolean => kind === "reopened" || kind === "unknown" || kind === "fenced";

/** What was sealed before a crash or a lost answer comes first; then new plans. */
async function nextSends(lease: Lease, options: DrainOptions): Promise<readonly Send[]> {
  const resumed = await options.log.resume(lease, CONCURRENT_SEND_COUNT);
  return resumed.length > 0 ? resumed : planAndSeal(lease, options);
}

async function planAndSeal(lease: Lease, { store, log, destinationOf }: DrainOptions): Promise<readonly Send[]> {
  const deliveries = await log.due(lease, CONCURRENT_SEND_COUNT);
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
    const destination = options.destinationOf(send);
    const outcome = await execute(send, destination, options.hardStop);
    span.setAttribute("tocsin.outcome", outcome.kind);
    if (outcome.kind !== "delivered") {
      span.setAttribute("tocsin.reason", outcome.reason);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    return settleOutcome({
      ...options,
      lease,
      send,
      outcome,
      enforcesNonce: destination?.transport.capabilities.enforcesNonce ?? false,
      nowMs: options.now(),
    });
  });
}

async function execute(
  send: Send,
  destination: Destination | undefined,
  signal: AbortSignal,
): Promise<Outcome<MessageRef>> {
  if (destination === undefined) {
    return {
      kind: "rejected",
      reason: "removed",
      details: { message: `destination "${send.laneId}" is not configured` },
    };
  }
  if (send.operation === null) {
    return { kind: "rejected", reason: "other", details: { message: "the alert could not be rendered" } };
  }
  return destination.transport.execute(send.operation as unknown as DiscordOperation, { nonce: send.sendId, signal });
}
