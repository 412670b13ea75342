export { idempotencyContract } from "./contract.ts";
export type { IdempotencyHarness, IdempotencySubject } from "./harness.ts";
