import type { Outcome } from "@tocsin/alert/plugin";
import type { DiscordOperation, MessageRef } from "@tocsin/discord-transport";
import { isTocsinError } from "@tocsin/errors";
import type { LaneRef, Lease, Send } from "@tocsin/queue";
import { permitPriority } from "../priority.ts";
import type { Destination } from "../routing/routing.ts";
import { MAX_PERMIT_WAIT_MS } from "./within-limits.ts";

export interface ExecuteOptions {
  readonly destinationOf: (lane: LaneRef) => Destination | undefined;
  readonly stopSending: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/** How long a transport has, after it was told to give up, to say whether its call may have been done. */
const LAST_WORD_MS = 250;

/** Makes a sealed call. Whatever a transport does, there is an outcome: one that throws or hangs must not stop its lane. */
export async function executeSend(send: Send, lease: Lease, options: ExecuteOptions): Promise<Outcome<MessageRef>> {
  const destination = options.destinationOf(send);
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
  // Sealed while the lease ran out, or the process began to end: nobody would tell the transport to give up any more.
  if (options.stopSending.aborted) return { kind: "retryable", reason: "aborted" };
  const operation = send.operation as unknown as DiscordOperation;
  const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<Outcome<MessageRef>>();
  const onStop = () => setTimeout(() => giveUp({ kind: "unknown", reason: "aborted" }), LAST_WORD_MS);
  options.stopSending.addEventListener("abort", onStop, { once: true });
  try {
    const execution = destination.transport.execute(operation, {
      nonce: send.sendId,
      priority: permitPriority(send.priority),
      maxPermitWaitMs: MAX_PERMIT_WAIT_MS,
      signal: options.stopSending,
      deadlineAt: lease.expiresAt,
    });
    return await Promise.race([execution, givenUp]);
  } catch (error) {
    options.onError(error);
    const code = isTocsinError(error) ? error.code : "unknown";
    return { kind: "unknown", reason: "other", details: { message: "the transport failed", code } };
  } finally {
    options.stopSending.removeEventListener("abort", onStop);
  }
}
