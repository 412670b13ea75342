import type { Outcome } from "@tocsin/alert/plugin";
import type { MessageRef } from "@tocsin/discord-transport";
import { isTocsinError } from "@tocsin/errors";
import type { LaneRef, Lease, Send } from "@tocsin/queue";
import type { SealedCall } from "../plan/sealed-call.ts";
import { permitPriority } from "../priority.ts";
import type { LaneView } from "../routing/lane-view.ts";
import { findFate, type KnownMessages } from "./unresolved-fate.ts";
import { MAX_PERMIT_WAIT_MS } from "./within-limits.ts";

export interface ExecuteOptions {
  readonly laneViewOf: (lane: LaneRef) => LaneView | undefined;
  /** Of some messages of a lane, those that the ledger has. */
  readonly knownMessages: (lane: LaneRef, messageIds: readonly string[]) => ReturnType<KnownMessages>;
  readonly stopSending: AbortSignal;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

/** The answer to a sealed call. */
export interface Executed {
  readonly outcome: Outcome<MessageRef>;
  /** Messages that earlier attempts may have left beside the one that was delivered. */
  readonly possibleDuplicateCount: number;
}

/** How long a transport has, after it was told to give up, to say whether its call may have been done. */
const LAST_WORD_MS = 250;

/** Makes a sealed call. Whatever a transport does, there is an outcome: one that throws or hangs must not stop its lane. */
export async function executeSend(send: Send, lease: Lease, options: ExecuteOptions): Promise<Executed> {
  const view = options.laneViewOf(send);
  if (view === undefined) {
    return surely({
      kind: "rejected",
      reason: "removed",
      details: { message: `destination "${send.laneId}" is not configured` },
    });
  }
  if (send.operation === null) {
    return surely({ kind: "rejected", reason: "other", details: { message: "the alert could not be rendered" } });
  }
  // Sealed while the lease ran out, or the process began to end: nobody would tell the transport to give up any more.
  if (options.stopSending.aborted) return surely({ kind: "retryable", reason: "aborted" });
  const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<Executed>();
  const onStop = () => setTimeout(() => giveUp(surely({ kind: "unknown", reason: "aborted" })), LAST_WORD_MS);
  options.stopSending.addEventListener("abort", onStop, { once: true });
  try {
    return await Promise.race([attempt(send, lease, view, options), givenUp]);
  } catch (error) {
    options.onError(error);
    const code = isTocsinError(error) ? error.code : "unknown";
    return surely({ kind: "unknown", reason: "other", details: { message: "the transport failed", code } });
  } finally {
    options.stopSending.removeEventListener("abort", onStop);
  }
}

async function attempt(send: Send, lease: Lease, view: LaneView, options: ExecuteOptions): Promise<Executed> {
  const { operation } = send.operation as unknown as SealedCall;
  const { transport } = view.destination;
  const execution = {
    priority: permitPriority(send.priority),
    maxPermitWaitMs: MAX_PERMIT_WAIT_MS,
    signal: options.stopSending,
    deadlineAt: lease.expiresAt,
  };
  const knownMessages = (messageIds: readonly string[]) => options.knownMessages(send, messageIds);
  const fate = await findFate(send, operation, { transport, knownMessages, execution, now: options.now });
  if (fate.kind === "outcome") return surely(fate.outcome);
  const outcome = await transport.execute(operation, { ...execution, nonce: send.sendId });
  return { outcome, possibleDuplicateCount: fate.isSafe ? 0 : send.lostAnswerCount };
}

const surely = (outcome: Outcome<MessageRef>): Executed => ({ outcome, possibleDuplicateCount: 0 });
