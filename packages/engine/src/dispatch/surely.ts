import { setTimeout as delay } from "node:timers/promises";
import { isTocsinError } from "@tocsin/errors";
import type { Lease } from "@tocsin/queue";

export interface SurelyOptions {
  readonly now: () => number;
  /** Gives up: the last resort of a shutdown. */
  readonly hardStop: AbortSignal;
  readonly onError: (error: unknown) => void;
}

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;

/**
 * Writes what must not be lost because the store is busy or away for a while: tried again while the lease holds. The first
 * failure is reported. Rejects with the last one when the lease is over, and at once when trying again is of no use.
 */
export async function surely<T>(
  lease: Lease,
  { now, hardStop, onError }: SurelyOptions,
  write: () => Promise<T>,
): Promise<T> {
  for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(MAX_RETRY_MS, 2 * retryMs)) {
    try {
      return await write();
    } catch (error) {
      const isHopeless = !isTocsinError(error) || !error.retryable;
      if (isHopeless || hardStop.aborted || now() >= lease.expiresAt) throw error;
      if (retryMs === FIRST_RETRY_MS) onError(error);
      await delay(retryMs);
    }
  }
}
