import { setTimeout as delay } from "node:timers/promises";
import { isTocsinError } from "@tocsin/errors";

export interface SurelyOptions {
  /** Gives up: the last resort of a shutdown. */
  readonly hardStop: AbortSignal;
  readonly onError: (error: unknown) => void;
}

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;

/**
 * Writes what must not be lost because the store is busy or away for a while: tried again until `endsAt`, a time of
 * `performance.now()`, which no clock that is set moves. The first failure is reported. Rejects with the last one when that
 * time has come, and at once when trying again is of no use.
 */
export async function surely<T>(
  { hardStop, onError }: SurelyOptions,
  endsAt: number,
  write: () => Promise<T>,
): Promise<T> {
  for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(MAX_RETRY_MS, 2 * retryMs)) {
    try {
      return await write();
    } catch (error) {
      const isHopeless = !isTocsinError(error) || !error.retryable;
      if (isHopeless || hardStop.aborted || performance.now() >= endsAt) throw error;
      if (retryMs === FIRST_RETRY_MS) onError(error);
      await delay(retryMs);
    }
  }
}
