import { setTimeout as delay } from "node:timers/promises";
import { type Backends, isOutage } from "@tocsin/relay/backends";

export interface WaitForServicesOptions<T> {
  /** What needs the database. Called again when the database went away meanwhile. */
  readonly whenStored: () => Promise<T>;
  /** Told once, with what is missing, when it takes longer than it takes to connect. */
  readonly onWait: (missing: readonly string[]) => void;
  readonly stop: AbortSignal;
  /** Longer than connecting takes to what is there. @default 1_000 */
  readonly patienceMs?: number;
}

const RETRY_MS = 250;

/**
 * Does what needs the database as soon as it answers, and resolves with that when everything else answers too; `null` when
 * `stop` aborted before. Rejects with what `whenStored` throws, an outage apart, and when the database cannot be used at all.
 */
export async function waitForServices<T>(
  backends: Pick<Backends, "store" | "missing" | "ready">,
  { whenStored, onWait, stop, patienceMs = 1_000 }: WaitForServicesOptions<T>,
): Promise<T | null> {
  if (stop.aborted) return null;
  const { promise: stopped, resolve } = Promise.withResolvers<null>();
  stop.addEventListener("abort", () => resolve(null), { once: true });
  const patience = setTimeout(() => {
    const missing = backends.missing();
    if (missing.length > 0) onWait(missing);
  }, patienceMs);
  const work = async (): Promise<T> => {
    await backends.store.ready();
    const value = await untilStored(whenStored);
    await backends.ready();
    return value;
  };
  try {
    return await Promise.race([work(), stopped]);
  } finally {
    clearTimeout(patience);
  }
}

async function untilStored<T>(whenStored: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await whenStored();
    } catch (error) {
      if (!isOutage(error)) throw error;
    }
    await delay(RETRY_MS);
  }
}
