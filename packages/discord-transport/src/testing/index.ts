export type { FarMessage, FarThread, Fault, TestRunner, TransportHarness, TransportWorld } from "./harness.ts";
export { transportContract } from "./transport-contract.ts";
