import assert from "node:assert/strict";
import type { Outcome } from "@tocsin/alert/plugin";
import type { DiscordMessage, DiscordOperation, MessageRef, Transport } from "../transport.ts";
import type { TransportWorld } from "./harness.ts";

/** Takes the value out of a delivered outcome, and fails with the outcome when it is another. */
export function delivered<T>(outcome: Outcome<T> | undefined): T {
  if (outcome?.kind !== "delivered") assert.fail(`expected delivered, got ${JSON.stringify(outcome)}`);
  return outcome.value;
}

/** Checks kind and reason of an outcome that is not `delivered`. */
export function assertOutcome(outcome: Outcome<unknown>, kind: Outcome["kind"], reason: string): void {
  const actual = { kind: outcome.kind, reason: outcome.kind === "delivered" ? "" : outcome.reason };
  assert.deepEqual(actual, { kind, reason }, JSON.stringify(outcome));
}

/** Sends a message that must arrive. */
export async function send(transport: Transport, message: DiscordMessage, nonce: string): Promise<MessageRef> {
  return delivered(await transport.execute({ kind: "send", message }, { nonce }));
}

/** Executes an operation that must be refused before a request is made. */
export async function assertRefusedUnasked(
  world: TransportWorld,
  operation: DiscordOperation,
  reason: string,
  transport: Transport = world.transport,
): Promise<void> {
  const before = world.requestCount();
  assertOutcome(await transport.execute(operation, { nonce: "refused" }), "rejected", reason);
  assert.equal(world.requestCount(), before, "what cannot be done makes no request");
}
