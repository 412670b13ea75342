export type { Facts, RateLimiterHarness } from "./harness.ts";
export { rateLimiterContract } from "./rate-limiter-contract.ts";
export { rateLimiterFacts } from "./rate-limiter-facts.ts";
