import type { Outcome } from "@tocsin/alert/plugin";
import type { MessageRef, Transport } from "@tocsin/discord-transport";

/** "Unknown Webhook" and "Invalid Webhook Token": the target itself is gone, not one message of it. */
const DEAD_TARGET_CODES = new Set([10015, 50027]);

const codeOf = (outcome: Outcome<unknown>): unknown =>
  outcome.kind === "rejected" && typeof outcome.details === "object" && outcome.details !== null
    ? (outcome.details as { readonly code?: unknown }).code
    : undefined;

/**
 * Calls a target that has said that it is gone never again: Discord bans addresses that go on calling. Its answer is
 * repeated until the process starts anew, when one call finds out whether the target has come back.
 */
export function guardDeadTarget(transport: Transport): Transport {
  let dead: Outcome<MessageRef> | null = null;
  return {
    ...transport,
    async execute(operation, options) {
      if (dead !== null) return dead;
      const outcome = await transport.execute(operation, options);
      if (DEAD_TARGET_CODES.has(codeOf(outcome) as number)) dead = outcome;
      return outcome;
    },
  };
}
