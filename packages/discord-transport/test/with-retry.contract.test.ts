import { describe, expect, test } from "vitest";
import { type RetryOptions, type Transport, withRetry } from "../src/index.ts";
import { type Fault, type TransportHarness, transportContract } from "../src/testing/index.ts";
import { botHarness, webhookHarness } from "./emulator-world.ts";

/** The same worlds, their transports behind a retry. */
function retrying(harness: TransportHarness, options: RetryOptions): TransportHarness {
  const wrap = (transport: Transport): Transport => withRetry(transport, options);
  return {
    ...harness,
    async connect() {
      const world = await harness.connect();
      return {
        ...world,
        transport: wrap(world.transport),
        impatientTransport: wrap(world.impatientTransport),
        ...(world.forumTransport && { forumTransport: wrap(world.forumTransport) }),
      };
    },
  };
}

/** A clock that stands still, a day ahead, and a deadline before any pause could end: one attempt is all there is. */
const standing = Date.now() + 86_400_000;
const NO_TIME: RetryOptions = { deadlineMs: 1, now: () => standing };
/** Pauses take no time, also where a limit asks for a second or two. */
const QUICK: RetryOptions = { random: () => 0, sleep: async () => undefined };

describe("with a retry that has no time for a second attempt", () => {
  transportContract({ describe, test }, retrying(webhookHarness, NO_TIME));
});

/** Groups that spoil no request. In the others one attempt is to fail, and a retry would not let it. */
const UNSPOILT: ReadonlySet<string> = new Set(["says", "delivers", "a thread", "a forum post"]);

describe("with a retry that has time", () => {
  const applying = (name: string, body: () => void): unknown => (UNSPOILT.has(name) ? describe(name, body) : undefined);
  transportContract({ describe: applying, test }, retrying(webhookHarness, QUICK));
});

const SEND = { kind: "send", message: { content: "x" } } as const;
const LIMIT = { message: "You are being rate limited.", retry_after: 1.25, global: false };
const surelyUndone: readonly Fault[] = [
  { kind: "answer", status: 503 },
  { kind: "answer", status: 429, headers: { via: "1.1 google" }, body: LIMIT },
  { kind: "answer", status: 403, body: "<html>blocked</html>" },
];

describe.each([
  ["webhook", webhookHarness],
  ["bot", botHarness],
] as const)("a %s with a retry", (name, harness) => {
  test("delivers once after failures that did nothing", async () => {
    await using world = await retrying(harness, QUICK).connect();
    for (const fault of surelyUndone) world.spoilNext(fault);
    expect(await world.transport.execute(SEND, { nonce: "n1" })).toMatchObject({ kind: "delivered" });
    expect(world.requestCount()).toBe(surelyUndone.length + 1);
    expect(await world.messages(world.channelId)).toHaveLength(1);
  });

  test("never shows a message twice whose answer was lost", async () => {
    for (const done of [true, false]) {
      await using world = await retrying(harness, QUICK).connect();
      world.spoilNext({ kind: "cut", done });
      const outcome = await world.transport.execute(SEND, { nonce: "n1" });
      expect(outcome.kind).toBe(name === "bot" ? "delivered" : "unknown");
      expect(await world.messages(world.channelId)).toHaveLength(name === "bot" || done ? 1 : 0);
    }
  });

  test("repeats an edit and a delete whose answer was lost", async () => {
    await using world = await retrying(harness, QUICK).connect();
    const sent = await world.transport.execute(SEND, { nonce: "n1" });
    const { messageId } = sent.kind === "delivered" ? sent.value : { messageId: "" };
    for (const operation of [
      { kind: "edit", messageId, message: { content: "y" } },
      { kind: "delete", messageId },
    ] as const) {
      world.spoilNext({ kind: "cut", done: true });
      expect(await world.transport.execute(operation, { nonce: "n2" })).toMatchObject({ kind: "delivered" });
    }
    expect(await world.messages(world.channelId)).toEqual([]);
  });
});
