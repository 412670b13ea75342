import { describe } from "vitest";
import type { IdempotencyHarness } from "./harness.ts";
import { races } from "./races.ts";
import { refusals } from "./refusals.ts";
import { runsOnce } from "./run-once.ts";
import { statesOfAKey } from "./states.ts";
import { rightsOfAToken } from "./tokens.ts";
import { transactions } from "./transactions.ts";

/**
 * Every promise of `IdempotencyStore`, as tests of one driver. Call it in a test file of Vitest. The groups follow from the
 * capabilities: a transactional driver is tested inside transactions, a shared one with two clients.
 */
export function idempotencyContract<Tx = never>(harness: IdempotencyHarness<Tx>): void {
  describe(`${harness.name} keeps the contract of an idempotency store:`, () => {
    statesOfAKey(harness);
    rightsOfAToken(harness);
    races(harness);
    refusals(harness);
    runsOnce(harness);
    if (harness.capabilities.transactional) transactions(harness);
  });
}
