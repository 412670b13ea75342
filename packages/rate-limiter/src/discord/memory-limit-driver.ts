import { DEFAULT_LIMITS } from "./default-limits.ts";
import type { DiscordRoute } from "./discord-route.ts";
import type { BucketModel, DiscordLimitDriver, DiscordLimits } from "./limit-driver.ts";
import { createLimitsState, sizeOf, sweep } from "./model/limits-state.ts";
import { settle } from "./model/settle.ts";
import { estimate, leave, prime, take } from "./model/take.ts";

/** Settings of {@link createMemoryLimitDriver}. */
export interface MemoryLimitDriverOptions {
  /** @default as in {@link DiscordLimits} */
  readonly limits?: Partial<DiscordLimits>;
  /** Limits whose numbers are known beforehand begin as if they were used up. @default false */
  readonly startsUsed?: boolean;
}

/** Keeps the state of the buckets in this process. */
export interface MemoryLimitDriver extends DiscordLimitDriver {
  /** Starts a bucket that nothing is known of with what was learned elsewhere. It will be full at `fullAt`. */
  prime(route: DiscordRoute, model: BucketModel, fullAt: number, nowMs: number): void;
}

/** What is idle is looked for each time that the state has doubled, and at least from here on. */
const MIN_SWEEP_COUNT = 2_000;

/**
 * Keeps the state of the buckets in this process; what is idle is forgotten. A restart forgets everything: each bucket is
 * then asked about with one request before more follow.
 */
export function createMemoryLimitDriver(options: MemoryLimitDriverOptions = {}): MemoryLimitDriver {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const state = createLimitsState(options.startsUsed);
  let sweepAtCount = MIN_SWEEP_COUNT;
  return {
    specVersion: 1,
    capabilities: { clock: "caller", shared: false },
    async take(request) {
      const { nowMs } = request;
      if (sizeOf(state) >= sweepAtCount) {
        sweep(state, nowMs);
        sweepAtCount = Math.max(MIN_SWEEP_COUNT, 2 * sizeOf(state));
      }
      return take(state, request, { nowMs, limits });
    },
    async settle(grant, observation, nowMs) {
      return settle(state, grant, observation, { nowMs, limits });
    },
    async leave(request) {
      leave(state, request);
    },
    async estimate(request, count) {
      return estimate(state, request, count, { nowMs: request.nowMs, limits });
    },
    prime: (route, model, fullAt, nowMs) => prime(state, route, model, fullAt, nowMs),
    async revive(credential) {
      state.deadCredentials.delete(credential);
    },
  };
}
