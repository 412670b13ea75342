import { SpanStatusCode } from "@opentelemetry/api";
import type { Lease, Send, Settlement } from "@tocsin/queue";
import type { EngineEvent } from "../engine.ts";
import { knownMessages } from "../ledger/ledger.ts";
import type { LaneView } from "../routing/lane-view.ts";
import { inSpan, restoreContext } from "../telemetry.ts";
import { executeSend } from "./execute-send.ts";
import { leaveToLimiter } from "./leave-to-limiter.ts";
import type { PlanRoundOptions } from "./plan-round.ts";
import { settleOutcome } from "./settle-outcome.ts";
import { surely } from "./surely.ts";
import { tellSettlement } from "./tell-settlement.ts";
import { MAX_LIMITED_MS } from "./within-limits.ts";

/** How long an answer waits for a store that is away. */
const MAX_SETTLE_MS = 10 * 60_000;

export interface SendOptions extends PlanRoundOptions {
  /** Gives up what is on the wire: the lease is over, or the process ends. */
  readonly stopSending: AbortSignal;
  /** Gives up what is on the wire: the last resort of a shutdown. */
  readonly hardStop: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
}

export interface Sent {
  readonly settlement: Settlement;
  /** When our own limits let it go, if they have put it off: epoch milliseconds. */
  readonly limitedUntil: number | null;
}

/** Makes a sealed call and records its answer. */
export function sendAndSettle(lease: Lease, send: Send, options: SendOptions): Promise<Sent> {
  const attributes = { "tocsin.lane": send.laneId, "tocsin.send.attempt_count": send.attemptCount };
  return inSpan("tocsin.send", { parent: restoreContext(send.traceparent), attributes }, async (span) => {
    const executed = await executeSend(send, lease, {
      ...options,
      knownMessages: (lane, messageIds) => knownMessages(options.store.read, lane, messageIds),
    });
    const answer = executed.outcome;
    span.setAttribute("tocsin.outcome", answer.kind);
    if (answer.kind !== "delivered") {
      span.setAttribute("tocsin.reason", answer.reason);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    const view: LaneView | undefined = options.laneViewOf(send);
    const outcome = leaveToLimiter(answer, view?.destination.transport);
    // An answer that is known must not become a lost one because the store is busy or away. Also when the lease is over: as
    // long as nobody else has taken the lane, the answer counts, and otherwise the fence refuses it.
    const { settlement, isSkipped } = await surely(options, performance.now() + MAX_SETTLE_MS, () =>
      settleOutcome({ ...options, lease, send, executed: { ...executed, outcome }, nowMs: options.now() }),
    );
    tellSettlement({ send, outcome, settlement, isSkipped }, options.onEvent);
    const isDeferred = outcome.kind === "retryable" && outcome.reason === "deferred";
    const limitedMs = isDeferred ? Math.min(MAX_LIMITED_MS, outcome.retryAfterMs ?? 0) : null;
    return { settlement, limitedUntil: limitedMs === null ? null : options.now() + limitedMs };
  });
}
