import type { Outcome } from "@tocsin/alert/plugin";
import { createFakeClock } from "@tocsin/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BOT_CAPABILITIES } from "./capabilities.ts";
import type { DiscordOperation, ExecuteOptions, MessageRef, Transport } from "./transport.ts";
import { type RetryOptions, withRetry } from "./with-retry.ts";

type Answer = Outcome<MessageRef>;
const REF: MessageRef = { channelId: "1", messageId: "2" };
const DELIVERED: Answer = { kind: "delivered", value: REF };
const BUSY: Answer = { kind: "retryable", reason: "server-error" };
const LOST: Answer = { kind: "unknown", reason: "answer-lost", details: { code: "ECONNRESET" } };
const FORBIDDEN: Answer = { kind: "rejected", reason: "forbidden", details: { status: 403 } };
const limited = (retryAfterMs: number): Answer => ({ kind: "retryable", reason: "rate-limited", retryAfterMs });

const SEND: DiscordOperation = { kind: "send", message: { content: "x" } };
const POST: DiscordOperation = { kind: "send", message: { content: "x" }, threadName: "disk full" };
const HARMLESS: readonly DiscordOperation[] = [
  { kind: "edit", messageId: "2", message: { content: "y" } },
  { kind: "delete", messageId: "2" },
  { kind: "start-thread", messageId: "2", name: "disk full" },
  { kind: "update-thread", threadId: "2", archived: true },
  { kind: "react", messageId: "2", emoji: "👍" },
];

/** A transport that gives these answers one after the other, the last one for ever, and notes when it was called. */
function scripted(
  answers: readonly Answer[],
  { enforcesNonce = true, executionMs = 0, options = {} as RetryOptions } = {},
) {
  const clock = createFakeClock();
  const startedAt = clock.now();
  const calls: { readonly atMs: number; readonly execution: ExecuteOptions }[] = [];
  let isClosed = false;
  const inner: Transport = {
    capabilities: { ...BOT_CAPABILITIES, enforcesNonce },
    async execute(_operation, execution) {
      if (isClosed) throw new Error("called although it is closed");
      const answer = answers[Math.min(calls.length, answers.length - 1)] as Answer;
      calls.push({ atMs: clock.now() - startedAt, execution });
      if (executionMs > 0) await clock.sleep(executionMs);
      return answer;
    },
    close: async () => {
      isClosed = true;
    },
  };
  // The longest pause each time, unless the test says otherwise.
  const transport = withRetry(inner, { random: () => 1, now: clock.now, sleep: clock.sleep, ...options });
  return { transport, inner, clock, calls, times: () => calls.map(({ atMs }) => atMs) };
}

async function outcomeOf(
  world: ReturnType<typeof scripted>,
  operation = SEND,
  execution: Partial<ExecuteOptions> = {},
) {
  const pending = world.transport.execute(operation, { nonce: "n1", ...execution });
  await world.clock.advanceThrough(200_000);
  return await pending;
}

describe("what is retryable", () => {
  test("is done again until it succeeds, with the same nonce", async () => {
    const world = scripted([BUSY, BUSY, DELIVERED]);
    expect(await outcomeOf(world)).toEqual(DELIVERED);
    expect(world.calls.map(({ execution }) => execution.nonce)).toEqual(["n1", "n1", "n1"]);
  });

  test("waits as long as the server asks, neither less nor more", async () => {
    const world = scripted([limited(7_000), limited(1.5), DELIVERED]);
    expect(await outcomeOf(world)).toEqual(DELIVERED);
    expect(world.times()).toEqual([0, 7_000, 7_002]);
  });

  test("else waits longer each time, up to maxMs", async () => {
    const world = scripted([BUSY], { options: { baseMs: 100, maxMs: 1_000, deadlineMs: 3_800 } });
    await outcomeOf(world);
    expect(world.times()).toEqual([0, 100, 300, 700, 1_500, 2_500, 3_500]);
  });

  test("a random part of that, so that many do not come back together", async () => {
    const parts = [0, 0.5, 0.25];
    const options = { baseMs: 1_000, random: () => parts.shift() ?? 1 };
    const world = scripted([BUSY, BUSY, BUSY, DELIVERED], { options });
    await outcomeOf(world);
    expect(world.times()).toEqual([0, 1, 1_001, 2_001]);
  });

  test("comes back as it last was, with the number of attempts, when the time is over", async () => {
    const world = scripted([BUSY, limited(40_000), limited(40_000)]);
    expect(await outcomeOf(world)).toEqual({ ...limited(40_000), details: { attempt_count: 3 } });
    expect(world.times()).toEqual([0, 500, 40_500]);
  });
});

describe("the deadline", () => {
  test("no pause begins that would end on it or after it", async () => {
    const world = scripted([limited(60_000)]);
    const pending = world.transport.execute(SEND, { nonce: "n1" });
    expect(await pending).toEqual({ ...limited(60_000), details: { attempt_count: 1 } });
    expect(world.clock.sleepingCount).toBe(0);
  });

  test("is the call's own where that is earlier, and the transport is told", async () => {
    const world = scripted([BUSY], { options: { baseMs: 300 } });
    const deadlineAt = world.clock.now() + 1_000;
    await outcomeOf(world, SEND, { deadlineAt });
    expect(world.times()).toEqual([0, 300, 900]);
    expect(world.calls.every(({ execution }) => execution.deadlineAt === deadlineAt)).toBe(true);
  });

  test("that the transport says is over is over", async () => {
    const world = scripted([{ kind: "retryable", reason: "expired" }]);
    expect(await outcomeOf(world)).toEqual({ kind: "retryable", reason: "expired", details: { attempt_count: 1 } });
    expect(world.calls).toHaveLength(1);
  });
});

describe("what may have been done", () => {
  test("is done again where a second time does no harm", async () => {
    for (const operation of HARMLESS) {
      const world = scripted([LOST, LOST, DELIVERED], { enforcesNonce: false });
      expect(await outcomeOf(world, operation)).toEqual(DELIVERED);
      expect(world.calls).toHaveLength(3);
    }
  });

  test("is sent again where the transport enforces the nonce", async () => {
    const world = scripted([LOST, DELIVERED]);
    expect(await outcomeOf(world)).toEqual(DELIVERED);
    expect(world.calls.map(({ execution }) => execution.nonce)).toEqual(["n1", "n1"]);
  });

  test("is not sent again by a webhook, nor as a forum post", async () => {
    for (const [operation, enforcesNonce] of [
      [SEND, false],
      [POST, true],
    ] as const) {
      const world = scripted([LOST, DELIVERED], { enforcesNonce });
      expect(await outcomeOf(world, operation)).toEqual({ ...LOST, details: { code: "ECONNRESET", attempt_count: 1 } });
      expect(world.calls).toHaveLength(1);
    }
  });

  test("is sent again only while the nonce is known, however long the deadline and the server's delays are", async () => {
    const world = scripted([LOST, limited(59_000), limited(5_000), DELIVERED], { options: { deadlineMs: 3_600_000 } });
    expect(await outcomeOf(world)).toMatchObject({ kind: "unknown" });
    expect(world.times()).toEqual([0, 500, 59_500]);
    const startedAt = world.clock.now() - 200_000;
    expect(world.calls.map(({ execution }) => (execution.deadlineAt ?? 0) - startedAt)).toEqual([
      3_600_000, 60_000, 60_000,
    ]);
  });

  test("stays unknown when the last attempt of a send failed for sure: an earlier one may have arrived", async () => {
    const rejected = scripted([LOST, FORBIDDEN]);
    expect(await outcomeOf(rejected)).toEqual({
      kind: "unknown",
      reason: "answer-lost",
      details: { status: 403, attempt_count: 2, last_outcome: "rejected", last_reason: "forbidden" },
    });
    const busy = scripted([BUSY, LOST, limited(90_000)]);
    expect(await outcomeOf(busy)).toMatchObject({ kind: "unknown", details: { attempt_count: 3 } });
  });

  test("tells of the last attempt when that is without an answer too", async () => {
    const timeout: Answer = { kind: "unknown", reason: "timeout" };
    const world = scripted([LOST, timeout], { options: { deadlineMs: 600 } });
    expect(await outcomeOf(world)).toEqual({ ...timeout, details: { attempt_count: 2 } });
  });
});

test("what is rejected is not done again", async () => {
  const world = scripted([FORBIDDEN, DELIVERED]);
  expect(await outcomeOf(world)).toEqual({ ...FORBIDDEN, details: { status: 403, attempt_count: 1 } });
  expect(world.calls).toHaveLength(1);
});

describe("the signal", () => {
  test("ends a pause at once, with the outcome before it", async () => {
    const world = scripted([limited(30_000), DELIVERED]);
    const controller = new AbortController();
    const pending = world.transport.execute(SEND, { nonce: "n1", signal: controller.signal });
    await world.clock.advanceThrough(1_000);
    expect(world.clock.sleepingCount).toBe(1);
    controller.abort();
    expect(await pending).toEqual({ ...limited(30_000), details: { attempt_count: 1 } });
    expect(world.clock.sleepingCount).toBe(0);
  });

  test("that aborts during an attempt lets no other one begin", async () => {
    const world = scripted([BUSY, DELIVERED], { executionMs: 100 });
    const controller = new AbortController();
    const pending = world.transport.execute(SEND, { nonce: "n1", signal: controller.signal });
    await world.clock.advanceThrough(50);
    controller.abort();
    await world.clock.advanceThrough(10_000);
    expect(await pending).toMatchObject(BUSY);
    expect(world.calls).toHaveLength(1);
  });
});

describe("close", () => {
  test("ends pauses and lets the attempt under way finish; nothing is called afterwards", async () => {
    const pausing = scripted([limited(30_000), DELIVERED]);
    const paused = pausing.transport.execute(SEND, { nonce: "n1" });
    await pausing.clock.advanceThrough(1);
    await pausing.transport.close();
    expect(await paused).toMatchObject(limited(30_000));

    const working = scripted([BUSY, DELIVERED], { executionMs: 100 });
    const worked = working.transport.execute(SEND, { nonce: "n1" });
    await working.clock.advanceThrough(50);
    await working.transport.close();
    await working.clock.advanceThrough(10_000);
    expect(await worked).toMatchObject(BUSY);
    expect(working.calls).toHaveLength(1);
  });
});

describe("what reads", () => {
  test("is repeated after retryable and unknown, with its own options", async () => {
    const clock = createFakeClock();
    const answers: Outcome<readonly never[]>[] = [
      { kind: "retryable", reason: "rate-limited", retryAfterMs: 100 },
      { kind: "unknown", reason: "timeout" },
      { kind: "delivered", value: [] },
    ];
    const asked: unknown[] = [];
    const read = async (...call: unknown[]) => {
      asked.push(call);
      return answers[asked.length - 1] as Outcome<readonly never[]>;
    };
    const { inner } = scripted([DELIVERED]);
    const transport = withRetry(
      { ...inner, findSent: read, fetchMessages: read, fetchReactions: read },
      { now: clock.now, sleep: clock.sleep, random: () => 0 },
    );
    const deadlineAt = clock.now() + 60_000;
    for (const ask of [
      () => transport.fetchMessages?.({ maxCount: 5 }, { priority: "low" }),
      () => transport.fetchReactions?.({ messageId: "2", emoji: "👍" }),
      () => transport.findSent?.({ operation: { kind: "send", message: {} }, nonce: "n1", sentAfter: 0 }),
    ]) {
      asked.length = 0;
      const pending = ask();
      await clock.advanceThrough(1_000);
      expect(await pending).toEqual({ kind: "delivered", value: [] });
      expect(asked).toHaveLength(3);
    }
    asked.length = 0;
    const pending = transport.fetchMessages?.({ maxCount: 5 }, { priority: "low", deadlineAt });
    await clock.advanceThrough(1_000);
    await pending;
    expect(asked).toEqual([0, 1, 2].map(() => [{ maxCount: 5 }, { priority: "low", deadlineAt }]));
  });

  test("is absent where the transport cannot, as estimates are", () => {
    const { transport, inner } = scripted([DELIVERED]);
    expect(Object.keys(transport).sort()).toEqual(["capabilities", "close", "execute"]);
    expect(transport.capabilities).toEqual(inner.capabilities);
  });

  test("estimates are the transport's", async () => {
    const { inner } = scripted([DELIVERED]);
    const transport = withRetry({ ...inner, estimateWaits: async (operations) => operations.map(() => 7) });
    expect(await transport.estimateWaits?.([SEND, SEND])).toEqual([7, 7]);
  });
});

test("what the transport throws is thrown, and what it says beside an object is kept", async () => {
  const { inner } = scripted([DELIVERED]);
  const failing = withRetry({ ...inner, execute: () => Promise.reject(new Error("misuse")) });
  await expect(failing.execute(SEND, { nonce: "n1" })).rejects.toThrow("misuse");
  const talking = scripted([{ kind: "rejected", reason: "other", details: ["a", "b"] }]);
  expect(await outcomeOf(talking)).toMatchObject({ details: { details: ["a", "b"], attempt_count: 1 } });
});

test("runs on the clock of the machine without being told a clock", async () => {
  const { inner, calls } = scripted([BUSY, BUSY, DELIVERED]);
  const transport = withRetry(inner, { baseMs: 1 });
  expect(await transport.execute(SEND, { nonce: "n1" })).toEqual(DELIVERED);
  expect(calls).toHaveLength(3);
});

test.each([
  { deadlineMs: 0 },
  { deadlineMs: Number.NaN },
  { deadlineMs: Number.POSITIVE_INFINITY },
  { baseMs: 0 },
  { baseMs: 2_000, maxMs: 1_000 },
  { maxMs: Number.NaN },
])("refuses settings that cannot work: %j", (options) => {
  const { inner } = scripted([DELIVERED]);
  expect(() => withRetry(inner, options)).toThrow(expect.objectContaining({ code: "TRANSPORT_OPTION_INVALID" }));
});

test("whatever comes: never past the deadline, never a lost send twice, never after an end", async () => {
  const answer = fc.oneof(
    fc.constantFrom(DELIVERED, BUSY, LOST, FORBIDDEN),
    fc.integer({ min: 0, max: 40_000 }).map(limited),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      fc.constantFrom(SEND, POST, ...HARMLESS),
      fc.integer({ min: 1, max: 100_000 }),
      async (answers, enforcesNonce, operation, deadlineMs) => {
        const world = scripted(answers, { enforcesNonce, executionMs: 10, options: { deadlineMs } });
        const outcome = await outcomeOf(world, operation);
        const given = world.times().map((_, index) => answers[Math.min(index, answers.length - 1)]);
        const before = given.slice(0, -1);
        expect(Math.max(...world.times())).toBeLessThan(deadlineMs);
        expect(before.every((earlier) => earlier?.kind === "retryable" || earlier?.kind === "unknown")).toBe(true);
        const isRisky = operation.kind === "send" && !(enforcesNonce && operation.threadName === undefined);
        if (isRisky) expect(before).not.toContain(LOST);
        // A send that may have arrived is never called undone.
        if (operation.kind === "send" && given.includes(LOST)) expect(["delivered", "unknown"]).toContain(outcome.kind);
        else expect(outcome.kind).toBe(given.at(-1)?.kind);
      },
    ),
    { numRuns: 200 },
  );
});
