export { type ApprovalKeyParts, approvalKey } from "./approval-key.ts";
export { createIdempotency } from "./create-idempotency.ts";
export { fingerprintOf } from "./fingerprint.ts";
export type { Idempotency, RunOnceContext, RunOnceOptions, RunOnceResult } from "./idempotency.ts";
export type { IdempotencyKey } from "./idempotency-key.ts";
export type {
  BeginOptions,
  BeginResult,
  IdempotencyStore,
  IdempotencyStoreCapabilities,
  IdempotencyToken,
} from "./idempotency-store.ts";
export type { Json } from "./json.ts";
