import { setTimeout as sleep } from "node:timers/promises";

/** How long and how often {@link waitFor} looks. */
export interface WaitForOptions {
  /** Gives up after this many milliseconds. @default 5000 */
  readonly timeoutMs?: number;
  /** Pause between two looks, 1 to 50 milliseconds. @default 10 */
  readonly intervalMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const DEFAULT_INTERVAL_MS = 10;
const MAX_INTERVAL_MS = 50;

/**
 * Calls `check` until it gives something truthy, and resolves with that. For things that happen in another process, where
 * no event can be awaited.
 *
 * A `check` that throws counts as "not yet". After `timeoutMs` it rejects with an Error whose cause is the last thing thrown.
 */
export async function waitFor<T>(
  check: () => T | Promise<T>,
  options: WaitForOptions = {},
): Promise<Exclude<T, false | null | undefined | 0 | "">> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, intervalMs = DEFAULT_INTERVAL_MS } = options;
  if (!(intervalMs >= 1 && intervalMs <= MAX_INTERVAL_MS)) {
    throw new RangeError(`intervalMs must be from 1 to ${MAX_INTERVAL_MS}, got ${intervalMs}`);
  }
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await check();
      if (value) return value as Exclude<T, false | null | undefined | 0 | "">;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline) throw new Error(`nothing to see within ${timeoutMs} ms`, { cause });
    await sleep(intervalMs);
  }
}
