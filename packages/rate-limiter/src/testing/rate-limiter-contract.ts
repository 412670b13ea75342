import { afterAll, describe, test } from "vitest";
import type { RateLimiterHarness } from "./harness.ts";
import { rateLimiterFacts } from "./rate-limiter-facts.ts";

/**
 * Declares the tests that every {@link RateLimiterDriver} must pass. Call it at the top of a test file or inside a
 * `describe`.
 */
export function rateLimiterContract(harness: RateLimiterHarness): void {
  afterAll(() => harness.close?.());
  for (const [group, facts] of Object.entries(rateLimiterFacts(harness.capabilities))) {
    describe(group, () => {
      for (const [fact, prove] of Object.entries(facts)) test(fact, () => prove(harness));
    });
  }
}
