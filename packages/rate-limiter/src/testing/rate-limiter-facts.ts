import assert from "node:assert/strict";
import type { RateLimitAlgorithm, RateLimiterDriverCapabilities } from "../driver.ts";
import { callerClockFacts } from "./caller-clock-facts.ts";
import { countingFacts } from "./counting-facts.ts";
import type { Facts } from "./harness.ts";
import { serverClockFacts, sharingFacts } from "./sharing-facts.ts";
import { timeFacts } from "./time-facts.ts";

const ALGORITHMS: readonly RateLimitAlgorithm[] = ["gcra", "sliding-window"];

const contractFacts: Facts = {
  "states its version and what it can do": async (harness) => {
    const { specVersion, capabilities } = await harness.create();
    assert.equal(specVersion, 1);
    assert.deepEqual(capabilities, harness.capabilities);
  },
};

/** Every fact that a driver with `capabilities` must hold, by group. */
export function rateLimiterFacts({ clock, shared }: RateLimiterDriverCapabilities): Readonly<Record<string, Facts>> {
  const groups = ALGORITHMS.map((algorithm): [string, Facts] => [
    algorithm,
    {
      ...countingFacts(algorithm),
      ...timeFacts(algorithm),
      ...(clock === "caller" ? callerClockFacts(algorithm) : serverClockFacts(algorithm)),
      ...(shared ? sharingFacts(algorithm) : {}),
    },
  ]);
  return { "the driver": contractFacts, ...Object.fromEntries(groups) };
}
