import type { RateLimitDecision, RateLimiterDriver, TakeRequest } from "./driver.ts";
import { unavailable } from "./errors.ts";
import type { LimiterMetrics } from "./limiter-metrics.ts";
import type { FallbackEvent } from "./rate-limiter.ts";
import { within } from "./within.ts";

/** What {@link createFailover} works with. */
export interface FailoverOptions {
  readonly driver: RateLimiterDriver;
  readonly fallback: RateLimiterDriver | null;
  readonly timeoutMs: number;
  readonly probeIntervalMs: number;
  readonly onFallback: (event: FallbackEvent) => void;
  readonly metrics: LimiterMetrics;
}

/**
 * Asks the driver, and the fallback while the driver fails. States:
 *
 * | state | entered | left |
 * | --- | --- | --- |
 * | present | at the start; when a probe was answered | when a take fails or takes too long |
 * | away | when a take or a probe fails | by a probe: the first take after `probeIntervalMs` goes to the driver |
 *
 * While away, no take waits but the one that is the probe.
 */
export function createFailover(options: FailoverOptions): Pick<RateLimiterDriver, "take"> {
  const { driver, fallback, timeoutMs, probeIntervalMs, onFallback, metrics } = options;
  // A driver in this process answers at once or never.
  const isRemote = driver.capabilities.shared;
  const ask = (key: string, request: TakeRequest): Promise<RateLimitDecision> =>
    isRemote ? within(timeoutMs, driver.take(key, request)) : driver.take(key, request);
  let away: { readonly error: unknown; readonly probeAtMs: number } | null = null;

  const tell = (event: FallbackEvent): void => {
    if (fallback === null) return;
    // A report that fails, now or later, must not decide about a request.
    (async () => onFallback(event))().catch(() => undefined);
  };
  const askFallback = async (key: string, request: TakeRequest, error: unknown): Promise<RateLimitDecision> => {
    if (fallback !== null) {
      try {
        const decision = await fallback.take(key, request);
        if (!request.dryRun) metrics.fellBack();
        return decision;
      } catch {
        // What is wrong with the driver says more than what is wrong with its stand-in.
      }
    }
    if (!request.dryRun) metrics.failed();
    throw unavailable(error);
  };

  return {
    async take(key, request) {
      if (away !== null) {
        if (request.nowMs < away.probeAtMs) return await askFallback(key, request, away.error);
        // Keeps the takes that come meanwhile from waiting too.
        away = { ...away, probeAtMs: request.nowMs + probeIntervalMs + timeoutMs };
      }
      const isProbe = away !== null;
      let decision: RateLimitDecision;
      try {
        decision = await ask(key, request);
      } catch (error) {
        const wasPresent = away === null;
        away = { error, probeAtMs: request.nowMs + probeIntervalMs };
        if (wasPresent) tell({ kind: "entered", error });
        return await askFallback(key, request, error);
      }
      // An answer to a take from before the failure proves nothing.
      if (isProbe && away !== null) {
        away = null;
        tell({ kind: "left" });
      }
      return decision;
    },
  };
}
