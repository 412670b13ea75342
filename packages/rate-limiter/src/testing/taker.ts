import { randomUUID } from "node:crypto";
import type { RateLimitDecision, RateLimiterDriver, RateLimitRule } from "../driver.ts";
import type { RateLimiterHarness } from "./harness.ts";

/** Takes from one key under one rule. */
export interface Taker {
  take(cost?: number): Promise<RateLimitDecision>;
  look(cost?: number): Promise<RateLimitDecision>;
  /** Takes what there is until a unit is denied, and gives that denial. */
  exhaust(): Promise<RateLimitDecision>;
}

/** What a test leaves to chance. */
export interface TakerOptions {
  /** @default a key that nobody else has */
  readonly key?: string;
  /** @default a driver of its own */
  readonly driver?: RateLimiterDriver;
  /** Added to the harness's time. @default 0 */
  readonly shiftMs?: () => number;
}

/** A taker that goes to `harness`'s driver without a limiter in between. */
export async function createTaker(
  harness: RateLimiterHarness,
  rule: RateLimitRule,
  options: TakerOptions = {},
): Promise<Taker> {
  const { key = randomUUID(), driver = await harness.create(), shiftMs = () => 0 } = options;
  const ask = (cost: number, dryRun: boolean): Promise<RateLimitDecision> =>
    driver.take(key, { ...rule, cost, dryRun, nowMs: harness.now() + shiftMs() });
  return {
    take: (cost = 1) => ask(cost, false),
    look: (cost = 1) => ask(cost, true),
    async exhaust() {
      // On a slow machine a unit may come back meanwhile, but not so often.
      for (let count = 0; count < 100; count += 1) {
        const decision = await ask(1, false);
        if (!decision.allowed) return decision;
        if (decision.remaining > 0) await ask(decision.remaining, false);
      }
      throw new Error(`a limit of ${rule.limit} cannot be used up`);
    },
  };
}
