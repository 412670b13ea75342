import { describe } from "vitest";
import { declareClosing } from "./closing.ts";
import { declareLocks } from "./locks.ts";
import { declareMigrations } from "./migrations.ts";
import { declareReads } from "./reads.ts";
import type { StoreHarness } from "./store-harness.ts";
import { createOpener } from "./store-opener.ts";
import { declareWrites } from "./writes.ts";

/**
 * What every `Store` keeps to, as vitest tests. Call it in a test file of the implementation:
 * `storeContract({ capabilities: { isShared, isSerial }, create: async () => ({ open, close }) })`.
 */
export function storeContract(harness: StoreHarness): void {
  const open = createOpener(harness);
  describe("writes", () => declareWrites(open, harness.capabilities));
  describe("reads", () => declareReads(open));
  describe("lock", () => declareLocks(open, harness.capabilities));
  describe("migrations", () => declareMigrations(open, harness.capabilities));
  describe("closing", () => declareClosing(open));
}
