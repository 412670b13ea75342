import type { Outcome } from "@tocsin/alert/plugin";
import type { DiscordOperation, MessageRef } from "../../src/index.ts";
import type { BanGate } from "./ban-gate.ts";
import type { Place, Reader, SharedClock } from "./mixed-world.ts";

/** What came of all attempts. */
export interface Tally {
  /** Operations done, by path and kind. */
  readonly done: Map<string, number>;
  /** Outcomes that were not `delivered`, after what `withRetry` repeats, by kind and reason. */
  readonly failures: Map<string, number>;
  /**
   * Texts of new messages that a webhook gave up after the transport's time limit: on a machine that stands still for so long, the answer
   * may have been sent.
   */
  readonly timedOutTexts: Set<string>;
}

export interface RunOptions {
  readonly clock: SharedClock;
  readonly tally: Tally;
  readonly gate: BanGate;
}

/** Beyond this many failures in a row an operation is lost. Injected refusals count too, so it is generous. */
const MAX_ATTEMPT_COUNT = 15;

const count = (counts: Map<string, number>, name: string): void => {
  counts.set(name, (counts.get(name) ?? 0) + 1);
};

/**
 * Executes an operation until it is delivered, as a careful caller does: what is `unknown` is looked for where the transport can
 * look, and repeated otherwise. Refusals are the injected ones here, and repeated as well.
 */
export async function runSurely(
  place: Place,
  operation: DiscordOperation,
  nonce: string,
  options: RunOptions,
): Promise<MessageRef> {
  const { transport, reader } = place;
  const sentAfter = options.clock.now();
  const ref = await untilDelivered(`${operation.kind} ${nonce}`, options, async () => {
    const outcome = await transport.execute(operation, { nonce });
    if (outcome.kind === "unknown" && outcome.reason === "timeout" && operation.kind === "send") {
      options.tally.timedOutTexts.add(operation.message.content ?? "");
    }
    if (outcome.kind !== "unknown" || operation.kind !== "send" || reader === null) return outcome;
    const sent = { operation, nonce, sentAfter };
    const found = await untilDelivered(`find ${nonce}`, options, () => reader.findSent(sent));
    if (found[0] === undefined) return outcome;
    count(options.tally.failures, "unknown, and found again");
    return { kind: "delivered", value: found[0] };
  });
  count(options.tally.done, `${place.path} ${nameOf(operation)}`);
  return ref;
}

/** Asks until there is an answer. Throws for a place whose transport cannot read. */
export async function askSurely<T>(
  place: Place,
  name: string,
  options: RunOptions,
  ask: (reader: Reader) => Promise<Outcome<T>>,
): Promise<T> {
  const { reader } = place;
  if (reader === null) throw new TypeError("a webhook cannot read");
  const value = await untilDelivered(name, options, () => ask(reader));
  count(options.tally.done, `${place.path} ${name}`);
  return value;
}

async function untilDelivered<T>(
  name: string,
  { tally, gate }: RunOptions,
  attempt: () => Promise<Outcome<T>>,
): Promise<T> {
  let last: Outcome<T> | undefined;
  for (let attemptCount = 0; attemptCount < MAX_ATTEMPT_COUNT; attemptCount += 1) {
    last = await attempt();
    if (last.kind === "delivered") return last.value;
    count(tally.failures, `${last.kind} ${last.reason}`);
    await gate.pass(last);
  }
  throw new Error(`lost: ${name}: ${JSON.stringify(last)}`);
}

function nameOf(operation: DiscordOperation): string {
  if (operation.kind !== "send") return operation.kind;
  if (operation.threadName !== undefined) return "forum-post";
  if (operation.threadId !== undefined) return "thread-post";
  return operation.replyTo === undefined ? "send" : "reply";
}
