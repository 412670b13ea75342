import assert from "node:assert/strict";
import type { Outcome } from "@tocsin/alert/plugin";
import type { DiscordMessage, MessageRef, Transport } from "../transport.ts";

/** Takes the reference out of a delivered outcome, and fails with the outcome when it is another. */
export function delivered(outcome: Outcome<MessageRef>): MessageRef {
  if (outcome.kind !== "delivered") assert.fail(`expected delivered, got ${JSON.stringify(outcome)}`);
  return outcome.value;
}

/** Checks kind and reason of an outcome that is not `delivered`. */
export function assertOutcome(outcome: Outcome<MessageRef>, kind: Outcome["kind"], reason: string): void {
  const actual = { kind: outcome.kind, reason: outcome.kind === "delivered" ? "" : outcome.reason };
  assert.deepEqual(actual, { kind, reason }, JSON.stringify(outcome));
}

/** Sends a message that must arrive. */
export async function send(transport: Transport, message: DiscordMessage, nonce: string): Promise<MessageRef> {
  return delivered(await transport.execute({ kind: "send", message }, { nonce }));
}
