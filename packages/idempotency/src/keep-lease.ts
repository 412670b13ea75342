import { TocsinError } from "@tocsin/errors";
import type { IdempotencyStore, IdempotencyToken } from "./idempotency-store.ts";

/** How often in one lease it is extended, and how often while the store does not answer. */
const BEATS_PER_LEASE = 3;
const BEATS_IN_TROUBLE = 6;

export interface KeptLease {
  /** Aborts with `IDEMPOTENCY_LEASE_LOST` when the lease was lost, or with the caller's reason when the caller aborts. */
  readonly signal: AbortSignal;
  stop(): void;
}

export interface KeepLeaseOptions {
  readonly leaseMs: number;
  /** When the call that took the lease was made, on `performance.now()`. */
  readonly heldSince: number;
  readonly signal: AbortSignal | undefined;
}

export function leaseLost(message: string, cause?: unknown): TocsinError {
  return new TocsinError(message, { code: "IDEMPOTENCY_LEASE_LOST", retryable: true, cause });
}

/**
 * Extends the lease every third of it until it is stopped. The signal aborts when the store says that the lease is lost,
 * and also when the store has not answered for a whole lease: from then on somebody else may hold the key.
 */
export function keepLease(store: IdempotencyStore, token: IdempotencyToken, options: KeepLeaseOptions): KeptLease {
  const { leaseMs, heldSince, signal } = options;
  const controller = new AbortController();
  let beat: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;
  let lastFailure: unknown;
  let isStopped = false;

  function stop(): void {
    isStopped = true;
    clearTimeout(beat);
    clearTimeout(deadline);
  }
  function lose(error: TocsinError): void {
    stop();
    controller.abort(error);
  }
  // The clock that counts is this process's own: it moves on whatever the wall clock does.
  function holdUntil(endsAt: number): void {
    clearTimeout(deadline);
    const giveUp = () => lose(leaseLost("the lease could not be extended before it ran out", lastFailure));
    deadline = setTimeout(giveUp, endsAt - performance.now()).unref();
  }
  async function extend(): Promise<void> {
    const askedAt = performance.now();
    try {
      const answer = await store.extend(token, leaseMs);
      if (isStopped) return;
      if (answer === "lease-lost") return lose(leaseLost("the lease ran out, and the key is no longer this work's"));
      holdUntil(askedAt + leaseMs);
      extendAfter(leaseMs / BEATS_PER_LEASE);
    } catch (error) {
      lastFailure = error;
      if (!isStopped) extendAfter(leaseMs / BEATS_IN_TROUBLE);
    }
  }
  function extendAfter(ms: number): void {
    beat = setTimeout(() => void extend(), ms).unref();
  }

  holdUntil(heldSince + leaseMs);
  extendAfter(leaseMs / BEATS_PER_LEASE);
  return { signal: signal === undefined ? controller.signal : AbortSignal.any([controller.signal, signal]), stop };
}
