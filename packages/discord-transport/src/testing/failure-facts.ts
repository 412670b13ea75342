import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { Outcome } from "@tocsin/alert/plugin";
import type { DiscordOperation } from "../transport.ts";
import { assertOutcome, send } from "./delivered.ts";
import type { Facts, Fault, TransportHarness, TransportWorld } from "./harness.ts";

const SEND: DiscordOperation = { kind: "send", message: { content: "x" } };

/** One fault: what must come back for a send, and whether the message is there. */
interface FaultCase {
  readonly fault: Fault;
  readonly expected: readonly [kind: Outcome["kind"], reason: string];
  readonly messageCount: 0 | 1;
}

const LIMIT = { message: "You are being rate limited.", retry_after: 1.25, global: false };

const FAULTS: Readonly<Record<string, FaultCase>> = {
  "unknown, when the connection is cut before it is done": {
    fault: { kind: "cut", done: false },
    expected: ["unknown", "answer-lost"],
    messageCount: 0,
  },
  "unknown, when the connection is cut after it is done": {
    fault: { kind: "cut", done: true },
    expected: ["unknown", "answer-lost"],
    messageCount: 1,
  },
  "unknown, when only half of the answer comes": {
    fault: { kind: "half-answer" },
    expected: ["unknown", "answer-lost"],
    messageCount: 1,
  },
  "unknown, when the answer to a success is not Discord's": {
    fault: { kind: "answer", status: 200, body: "<html>welcome</html>" },
    expected: ["unknown", "answer-lost"],
    messageCount: 0,
  },
  "unknown, when the server fails at a point that nobody knows": {
    fault: { kind: "answer", status: 500, body: { code: 0, message: "500: Internal Server Error" } },
    expected: ["unknown", "server-error"],
    messageCount: 0,
  },
  "retryable, when the server is overloaded": {
    fault: {
      kind: "answer",
      status: 503,
      body: "upstream connect error or disconnect/reset before headers. reset reason: overflow",
    },
    expected: ["retryable", "server-error"],
    messageCount: 0,
  },
  "retryable, when it is limited": {
    fault: { kind: "answer", status: 429, headers: { "retry-after": "2", via: "1.1 google" }, body: LIMIT },
    expected: ["retryable", "rate-limited"],
    messageCount: 0,
  },
  "rejected, when the credential is dead": {
    fault: { kind: "answer", status: 401, body: { code: 50027, message: "Invalid Webhook Token" } },
    expected: ["rejected", "unauthorized"],
    messageCount: 0,
  },
  "rejected, when a permission is missing": {
    fault: { kind: "answer", status: 403, body: { code: 50013, message: "Missing Permissions" } },
    expected: ["rejected", "forbidden"],
    messageCount: 0,
  },
  "rejected, when the target is gone": {
    fault: { kind: "answer", status: 404, body: { code: 10003, message: "Unknown Channel" } },
    expected: ["rejected", "target-gone"],
    messageCount: 0,
  },
  "rejected, when it is too large": {
    fault: { kind: "answer", status: 413, body: { code: 40005, message: "Request entity too large" } },
    expected: ["rejected", "too-large"],
    messageCount: 0,
  },
};

const faultFacts: Facts = Object.fromEntries(
  Object.entries(FAULTS).map(([name, { fault, expected, messageCount }]) => [
    name,
    async (harness: TransportHarness) => {
      await using world = await harness.connect();
      world.spoilNext(fault);
      const outcome = await world.transport.execute(SEND, { nonce: "n1" });
      assertOutcome(outcome, ...expected);
      assertKeepsSecrets(outcome, world);
      assert.equal(world.requestCount(), 1, "one execution makes one request");
      await assertMessageCount(world, messageCount);
      // It goes on afterwards.
      await send(world.transport, { content: "next" }, "n2");
    },
  ]),
);

/** What comes back when something is in the way. */
export const failureFacts: Facts = {
  ...faultFacts,

  "with the longest delay that the limit states": async (harness) => {
    await using world = await harness.connect();
    const headers = { "retry-after": "2", "x-ratelimit-scope": "shared", via: "1.1 google" };
    world.spoilNext({ kind: "answer", status: 429, headers, body: LIMIT });
    const outcome = await world.transport.execute(SEND, { nonce: "n1" });
    assert.ok(outcome.kind === "retryable" && outcome.retryAfterMs === 2_000, JSON.stringify(outcome));
  },

  "retryable, when nobody listens": async (harness) => {
    await using world = await harness.connect();
    await world.goDown();
    const outcome = await world.transport.execute(SEND, { nonce: "n1" });
    assertOutcome(outcome, "retryable", "unreachable");
    assertKeepsSecrets(outcome, world);
  },

  "retryable, when an edit or a delete meets a failing server, since a second one does no harm": async (harness) => {
    await using world = await harness.connect();
    const { messageId } = await send(world.transport, { content: "x" }, "n1");
    for (const operation of [
      { kind: "edit", messageId, message: { content: "y" } },
      { kind: "delete", messageId },
    ] as const) {
      world.spoilNext({ kind: "answer", status: 502, body: "bad gateway" });
      assertOutcome(await world.transport.execute(operation, { nonce: "n2" }), "retryable", "server-error");
    }
  },

  "unknown, when no answer comes in time": async (harness) => {
    await using world = await harness.connect();
    // What the first send of a process costs is not part of the time limit under test.
    await send(world.transport, { content: "first" }, "n1");
    world.spoilNext({ kind: "silence", done: true });
    const outcome = await world.impatientTransport.execute(SEND, { nonce: "n2" });
    assertOutcome(outcome, "unknown", "timeout");
    assertKeepsSecrets(outcome, world);
    await assertMessageCount(world, 2);
  },

  "unknown, when the caller gives up on the way": async (harness) => {
    await using world = await harness.connect();
    world.spoilNext({ kind: "silence", done: true });
    const controller = new AbortController();
    const execution = world.transport.execute(SEND, { nonce: "n1", signal: controller.signal });
    await waitUntil(() => world.requestCount() === 1);
    controller.abort();
    assertOutcome(await execution, "unknown", "answer-lost");
    await assertMessageCount(world, 1);
  },

  "retryable without a request, when the caller gave up or the deadline is over": async (harness) => {
    await using world = await harness.connect();
    const aborted = await world.transport.execute(SEND, { nonce: "n1", signal: AbortSignal.abort() });
    assertOutcome(aborted, "retryable", "aborted");
    const expired = await world.transport.execute(SEND, { nonce: "n1", deadlineAt: Date.now() - 1 });
    assertOutcome(expired, "retryable", "expired");
    assert.equal(world.requestCount(), 0);
  },

  "loudly, when the nonce is longer than Discord takes": async (harness) => {
    await using world = await harness.connect();
    const failing = world.transport.execute(SEND, { nonce: "x".repeat(26) });
    await assert.rejects(failing, { code: "TRANSPORT_NONCE_INVALID" });
    assert.equal(world.requestCount(), 0);
  },
};

/** The far end may still be at work when the transport has given up. */
async function assertMessageCount(world: TransportWorld, expectedCount: number): Promise<void> {
  await waitUntil(async () => (await world.messages(world.channelId)).length >= expectedCount);
  assert.equal((await world.messages(world.channelId)).length, expectedCount);
}

/** Returns when `check` holds, and after five seconds in any case: what follows will say what is wrong. */
async function waitUntil(check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!(await check()) && performance.now() < deadline) await sleep(2);
}

function assertKeepsSecrets(outcome: unknown, world: TransportWorld): void {
  const text = JSON.stringify(outcome);
  for (const secret of world.secrets) assert.ok(!text.includes(secret), "the outcome repeats a secret");
}
