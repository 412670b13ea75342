import type { RateLimiterDriver } from "../driver.ts";
import { wholeNumber } from "../errors.ts";
import { type GcraState, startGcra, takeGcra } from "../gcra.ts";
import { type SlidingWindowState, startSlidingWindow, takeSlidingWindow } from "../sliding-window.ts";
import { toDecision, toExactTake } from "../verdict.ts";
import { createKeyTable } from "./key-table.ts";

/** Settings of {@link createMemoryDriver}. */
export interface MemoryDriverOptions {
  /** Most keys that are remembered. From 1 to 16,000,000. @default 100_000 */
  readonly maxKeyCount?: number;
}

/** A driver that counts within this process. */
export interface MemoryDriver extends RateLimiterDriver {
  /** Keys that are remembered now. */
  readonly keyCount: number;
}

interface Counts {
  gcra: GcraState | null;
  slidingWindow: SlidingWindowState | null;
}

const DEFAULT_MAX_KEY_COUNT = 100_000;
/** A Map holds a little more than this. */
const MAX_MAX_KEY_COUNT = 16_000_000;

/**
 * Creates a driver that keeps its counts in the memory of this process, and loses them with it. The clock is the caller's:
 * limiters that share a memory driver must share a clock too, as they do by default.
 *
 * Memory is bounded. A key that is full again is forgotten as new keys come. Beyond `maxKeyCount` a new key takes the place
 * of the one that is nearest to full among a few that are looked at: forgetting errs towards allowing. A GCRA key holds two
 * numbers; a sliding window holds two numbers for each of at most `limit` takes, for a while twice that.
 */
export function createMemoryDriver(options: MemoryDriverOptions = {}): MemoryDriver {
  const maxKeyCount = wholeNumber("maxKeyCount", options.maxKeyCount ?? DEFAULT_MAX_KEY_COUNT, {
    min: 1,
    max: MAX_MAX_KEY_COUNT,
  });
  const table = createKeyTable<Counts>(maxKeyCount, () => ({ gcra: null, slidingWindow: null }));

  return {
    specVersion: 1,
    capabilities: { clock: "caller", shared: false },
    get keyCount() {
      return table.size;
    },
    async take(key, request) {
      const take = toExactTake(request);
      const entry = table.open(key, take.nowUs);
      const counts = entry.value;
      let verdict: ReturnType<typeof takeGcra>;
      if (request.algorithm === "gcra") {
        counts.gcra ??= startGcra(take.nowUs);
        verdict = takeGcra(counts.gcra, take);
      } else {
        counts.slidingWindow ??= startSlidingWindow();
        verdict = takeSlidingWindow(counts.slidingWindow, take);
      }
      const fullAtUs = take.nowUs + verdict.resetAfterUs;
      // The other algorithm's count of the same key may last longer.
      if (fullAtUs > entry.fullAtUs) entry.fullAtUs = fullAtUs;
      return toDecision(verdict);
    },
  };
}
