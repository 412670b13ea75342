import { createOpenBench, type DeliveryLogHarness } from "./delivery-log/bench.ts";
import { clockStepsContract } from "./delivery-log/clock-steps.ts";
import { countingContract } from "./delivery-log/counting.ts";
import { deadLettersContract } from "./delivery-log/dead-letters.ts";
import { followingContract } from "./delivery-log/following.ts";
import { leasingContract } from "./delivery-log/leasing.ts";
import { owingContract } from "./delivery-log/owing.ts";
import { sealingContract } from "./delivery-log/sealing.ts";
import { settlingContract } from "./delivery-log/settling.ts";
import { waitingContract } from "./delivery-log/waiting.ts";

/**
 * What every `DeliveryLog` keeps to, as vitest tests. Call it in a test file of the implementation:
 * `deliveryLogContract({ create: async ({ now, random, retry }) => ({ log, createRival, write, close }) })`.
 */
export function deliveryLogContract(harness: DeliveryLogHarness): void {
  const open = createOpenBench(harness);
  owingContract(open);
  leasingContract(open);
  sealingContract(open);
  settlingContract(open);
  followingContract(open);
  clockStepsContract(open);
  deadLettersContract(open);
  waitingContract(open);
  countingContract(open);
}
