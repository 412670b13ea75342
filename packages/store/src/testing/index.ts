export { storeContract } from "./store-contract.ts";
export type { StoreHarness, StoreUnderTest } from "./store-harness.ts";
