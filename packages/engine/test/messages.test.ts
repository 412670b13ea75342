import { BOT_CAPABILITIES, type DiscordOperation, WEBHOOK_CAPABILITIES } from "@tocsin/discord-transport";
import { waitFor } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import type { AlertRecord, Condition, Destination } from "../src/index.ts";
import {
  type Answer,
  alertOf,
  type Call,
  delivered,
  type Harness,
  type HarnessOptions,
  openHarness,
  scriptedTransport,
  shownTitles,
} from "./harness.ts";

interface Scene {
  readonly answer?: Answer;
  readonly capabilities?: typeof BOT_CAPABILITIES;
  readonly destination?: Partial<Destination>;
  readonly options?: Partial<HarnessOptions>;
}

/** One destination, reached by a bot unless told otherwise, that takes everything. */
async function openScene({
  answer = delivered,
  capabilities = BOT_CAPABILITIES,
  destination = {},
  options = {},
}: Scene = {}) {
  const transport = scriptedTransport(answer, capabilities);
  const destinations = { alerts: { transport, ...destination } };
  const harness = await openHarness({
    organization: { destinations, routes: [{ destinations: ["alerts"] }] },
    ...options,
  });
  harness.engine.start();
  return { transport, harness };
}

async function accept(harness: Harness, input: Record<string, unknown>): Promise<AlertRecord> {
  const result = await harness.engine.forOrganization("default").accept(alertOf(input));
  if (result.kind !== "created" && result.kind !== "updated") throw new Error(result.kind);
  return result.record;
}

const idle = (harness: Harness) =>
  waitFor(async () => expect((await harness.engine.status()).openDeliveryCount).toBe(0), { timeoutMs: 5_000 });

const notification = async (harness: Harness, { id }: AlertRecord) =>
  (await harness.engine.forOrganization("default").get(id))?.notifications[0];

const steps = (calls: readonly Call[]): readonly string[] => calls.map(({ operation }) => stepOf(operation));

function stepOf(operation: DiscordOperation): string {
  if (operation.kind === "update-thread") return operation.archived === false ? "open-thread" : "close-thread";
  if (operation.kind !== "send") return operation.kind;
  if (operation.replyTo !== undefined) return "reply";
  return operation.threadId === undefined ? "send" : "thread-post";
}

const DISK = { title: "disk full", dedup_key: "disk" };

describe("a thread for each alert", () => {
  test("is started from the message, told of the resolve and closed", async () => {
    const { transport, harness } = await openScene();
    await using _ = harness;
    const record = await accept(harness, DISK);
    await idle(harness);
    expect(steps(transport.calls)).toEqual(["send", "start-thread"]);
    const { messageId, threadId } = (await notification(harness, record)) ?? {};
    expect(threadId).toBe(messageId);
    await accept(harness, { ...DISK, status: "resolved" });
    await idle(harness);
    expect(steps(transport.calls).slice(2)).toEqual(["edit", "thread-post", "close-thread"]);
    expect(transport.calls[3]?.operation).toMatchObject({ threadId });
    expect(await notification(harness, record)).toMatchObject({ status: "delivered", messageId });
  });

  test("that Discord refuses is left out: the message stands, and an operator hears of it once", async () => {
    const refuse: Answer = (call, index) =>
      call.operation.kind === "start-thread"
        ? { kind: "rejected", reason: "forbidden", details: { status: 403, code: 50013 } }
        : delivered(call, index);
    const { transport, harness } = await openScene({ answer: refuse });
    await using _ = harness;
    const record = await accept(harness, DISK);
    await idle(harness);
    await accept(harness, { ...DISK, status: "resolved" });
    await idle(harness);
    expect(steps(transport.calls)).toEqual(["send", "start-thread", "edit"]);
    expect(harness.events).toMatchObject([
      { kind: "step-skipped", alertId: record.id, step: "start-thread", reason: "forbidden" },
    ]);
    expect(await harness.engine.status()).toMatchObject({ deadDeliveryCount: 0 });
  });

  test("comes after every message that is not shown yet", async () => {
    const transport = scriptedTransport(delivered, BOT_CAPABILITIES);
    const organization = { destinations: { alerts: { transport } }, routes: [{ destinations: ["alerts"] }] };
    await using harness = await openHarness({ organization });
    for (let index = 0; index < 12; index++) await accept(harness, { title: `alert ${index}` });
    harness.engine.start();
    await idle(harness);
    expect(steps(transport.calls.slice(0, 12))).toEqual(Array(12).fill("send"));
    expect(steps(transport.calls.slice(12))).toEqual(Array(12).fill("start-thread"));
  });

  test("does not keep an alert that is shown pending", async () => {
    let hold = () => {};
    const held = new Promise<void>((resolve) => {
      hold = resolve;
    });
    const answer: Answer = async (call, index) => {
      if (call.operation.kind === "start-thread") await held;
      return delivered(call, index);
    };
    const { transport, harness } = await openScene({ answer });
    await using _ = harness;
    const record = await accept(harness, { ...DISK, severity: "critical" });
    await waitFor(() => expect(transport.calls).toHaveLength(2), { timeoutMs: 2_000 });
    expect(await notification(harness, record)).toMatchObject({ status: "delivered" });
    expect(await harness.engine.status()).toMatchObject({ openDeliveryCount: 1, oldestUndeliveredCriticalMs: null });
    hold();
    await idle(harness);
  });

  test("of a forum is the post: opened for an edit when somebody closed it, retagged, told and closed", async () => {
    let archived = false;
    const answer: Answer = (call, index) => {
      if (call.operation.kind === "edit" && archived) {
        archived = false;
        return { kind: "rejected", reason: "unsupported", details: { status: 400, code: 50083 } };
      }
      return delivered(call, index);
    };
    const forumTagIds = { info: ["1"], resolved: ["2"] };
    const { transport, harness } = await openScene({ answer, destination: { forum: true, forumTagIds } });
    await using _ = harness;
    await accept(harness, DISK);
    await idle(harness);
    archived = true;
    await accept(harness, { ...DISK, status: "resolved" });
    await idle(harness);
    expect(steps(transport.calls)).toEqual(["send", "edit", "open-thread", "edit", "thread-post", "close-thread"]);
    expect(transport.calls[0]?.operation).toMatchObject({ threadName: "disk full", appliedTagIds: ["1"] });
    expect(transport.calls[5]?.operation).toMatchObject({ archived: true, appliedTagIds: ["1", "2"] });
  });
});

describe("an alert that gets worse", () => {
  test.each([
    { escalation: "reply", content: undefined },
    { escalation: "ping", content: "<@&300000000000000001>" },
  ] as const)("is edited, and told of by a $escalation", async ({ escalation, content }) => {
    const mentions = { roles: ["300000000000000001"], minSeverity: "critical" } as const;
    const destination = { thread: false, escalation, mentions };
    const { transport, harness } = await openScene({ destination });
    await using _ = harness;
    const record = await accept(harness, DISK);
    await idle(harness);
    await accept(harness, { ...DISK, severity: "critical" });
    await idle(harness);
    expect(steps(transport.calls)).toEqual(["send", "edit", "reply"]);
    const { messageId } = (await notification(harness, record)) ?? {};
    const [, , reply] = transport.calls;
    expect(reply?.operation).toMatchObject({ replyTo: messageId, message: { allowed_mentions: { parse: [] } } });
    const text = JSON.stringify(reply?.operation);
    expect(text.includes("<@&300000000000000001>")).toBe(content !== undefined);
    expect(text).toMatch(/critical/);
    // Told once, whatever comes after.
    await accept(harness, { ...DISK, severity: "critical", message: "still" });
    await idle(harness);
    expect(steps(transport.calls).slice(3)).toEqual(["edit"]);
  });

  test("is only edited where the route says so", async () => {
    const { transport, harness } = await openScene({ destination: { thread: false, escalation: "edit" } });
    await using _ = harness;
    await accept(harness, DISK);
    await idle(harness);
    await accept(harness, { ...DISK, severity: "critical" });
    await idle(harness);
    expect(steps(transport.calls)).toEqual(["send", "edit"]);
  });
});

test("an edit that Discord refuses for the message's age becomes a reply, which is edited from then on", async () => {
  let nowMs = 1_800_000_000_000;
  const answer: Answer = (call, index) =>
    call.operation.kind === "edit" && call.operation.messageId === "200000000000000000"
      ? { kind: "retryable", reason: "rate-limited", retryAfterMs: 60_000, details: { status: 429, code: 30046 } }
      : delivered(call, index);
  const { transport, harness } = await openScene({
    answer,
    destination: { thread: false },
    options: { now: () => nowMs },
  });
  await using _ = harness;
  const record = await accept(harness, DISK);
  await idle(harness);
  nowMs += 2 * 3_600_000;
  await accept(harness, { ...DISK, status: "resolved" });
  await idle(harness);
  expect(steps(transport.calls)).toEqual(["send", "edit", "reply"]);
  expect(transport.calls[2]?.operation).toMatchObject({ replyTo: "200000000000000000" });
  expect(await notification(harness, record)).toMatchObject({ status: "delivered", messageId: "200000000000000002" });
  expect(harness.events).toEqual([]);
});

describe("alerts that share a message", () => {
  async function openPack(scene: Scene = {}) {
    const transport = scriptedTransport(scene.answer ?? delivered, WEBHOOK_CAPABILITIES);
    const destinations = { alerts: { transport, ...scene.destination } };
    const organization = { destinations, routes: [{ destinations: ["alerts"] }] };
    const harness = await openHarness({ organization });
    const records = [];
    for (let index = 0; index < 8; index++) {
      records.push(await accept(harness, { title: `alert ${index}`, dedup_key: `key ${index}` }));
    }
    harness.engine.start();
    await idle(harness);
    return { transport, harness, records };
  }

  test("are edited together, each at its newest, and each knows where it is", async () => {
    const { transport, harness, records } = await openPack();
    await using _ = harness;
    expect(transport.calls.map((call) => shownTitles([call]).length)).toEqual([8]);
    await accept(harness, { title: "alert 3", dedup_key: "key 3", status: "resolved" });
    await idle(harness);
    await accept(harness, { title: "alert 5 is worse", dedup_key: "key 5" });
    await idle(harness);
    expect(steps(transport.calls)).toEqual(["send", "edit", "edit"]);
    const last = transport.calls.slice(-1);
    expect(shownTitles(last)).toEqual(records.map((_, index) => (index === 5 ? "alert 5 is worse" : `alert ${index}`)));
    expect(JSON.stringify(last)).toContain("resolved");
    for (const record of records) {
      expect(await notification(harness, record)).toMatchObject({
        status: "delivered",
        messageId: "200000000000000000",
      });
    }
  });

  test("whose message was deleted are shown anew when they have news", async () => {
    let isGone = false;
    const answer: Answer = (call, index) =>
      call.operation.kind === "edit" && isGone
        ? { kind: "rejected", reason: "target-gone", details: { status: 404, code: 10008 } }
        : delivered(call, index);
    const { transport, harness } = await openPack({ answer });
    await using _ = harness;
    isGone = true;
    await accept(harness, { title: "alert 3 again", dedup_key: "key 3" });
    await idle(harness);
    expect(steps(transport.calls)).toEqual(["send", "edit", "send"]);
    expect(shownTitles(transport.calls.slice(-1))).toEqual(["alert 3 again"]);
  });

  test("are counted as one message that may stand twice when its answer was lost", async () => {
    let isLost = true;
    const answer: Answer = (call, index) => {
      if (!isLost) return delivered(call, index);
      isLost = false;
      return { kind: "unknown", reason: "answer-lost" };
    };
    const { transport, harness, records } = await openPack({ answer });
    await using _ = harness;
    expect(transport.calls[0]?.operation).toEqual(transport.calls[1]?.operation);
    expect(await notification(harness, records[7] as AlertRecord)).toMatchObject({ possibleDuplicateCount: 1 });
  });

  test("are a list where a route asks for one: edited with what becomes of them, left by what turns critical", async () => {
    const { transport, harness } = await openPack({ destination: { digest: { minCount: 6 } } });
    await using _ = harness;
    expect(steps(transport.calls)).toEqual(["send"]);
    expect(JSON.stringify(transport.calls[0]?.operation)).toContain("alert 7");
    await accept(harness, { title: "alert 2", dedup_key: "key 2", status: "resolved" });
    await idle(harness);
    await accept(harness, { title: "alert 4", dedup_key: "key 4", severity: "critical" });
    await idle(harness);
    expect(steps(transport.calls)).toEqual(["send", "edit", "send"]);
    expect(shownTitles(transport.calls.slice(-1))).toEqual(["alert 4"]);
  });
});

describe("a silence", () => {
  test("keeps an alert back until it ends; one that is over by then is not shown", async () => {
    let nowMs = 1_800_000_000_000;
    const untilAt = nowMs + 60_000;
    const conditionsOf = async (_organizationId: string, records: readonly AlertRecord[]) =>
      new Map<string, Condition>(nowMs < untilAt ? records.map(({ id }) => [id, { kind: "silenced", untilAt }]) : []);
    const { transport, harness } = await openScene({
      destination: { thread: false },
      options: { conditionsOf, now: () => nowMs },
    });
    await using _ = harness;
    const record = await accept(harness, DISK);
    await accept(harness, { title: "over soon", dedup_key: "over" });
    await accept(harness, { title: "over soon", dedup_key: "over", status: "resolved" });
    await waitFor(async () => expect((await harness.engine.status()).openDeliveryCount).toBe(1), { timeoutMs: 2_000 });
    expect(transport.calls).toEqual([]);
    expect(await notification(harness, record)).toMatchObject({ status: "pending" });
    nowMs = untilAt;
    await idle(harness);
    expect(shownTitles(transport.calls)).toEqual(["disk full"]);
  });

  test("that is over holds nothing back, whoever still tells of it", async () => {
    const conditionsOf = async (_organizationId: string, records: readonly AlertRecord[]) =>
      new Map<string, Condition>(records.map(({ id }) => [id, { kind: "muted", untilAt: Date.now() - 1 }]));
    const { transport, harness } = await openScene({ destination: { thread: false }, options: { conditionsOf } });
    await using _ = harness;
    await accept(harness, DISK);
    await idle(harness);
    expect(steps(transport.calls)).toEqual(["send"]);
  });

  test("that nobody can tell holds nothing back", async () => {
    const { transport, harness } = await openScene({
      destination: { thread: false },
      options: { conditionsOf: () => Promise.reject(new Error("no silences")) },
    });
    await using _ = harness;
    await accept(harness, DISK);
    await idle(harness);
    expect(steps(transport.calls)).toEqual(["send"]);
    expect(harness.errors).toHaveLength(1);
  });
});

test("a message whose answer was lost is looked for once its nonce is forgotten, and not sent again", async () => {
  let nowMs = 1_800_000_000_000;
  const lost: Answer = () => ({ kind: "unknown", reason: "answer-lost" });
  const transport = {
    ...scriptedTransport(lost, BOT_CAPABILITIES),
    findSent: async () => ({
      kind: "delivered" as const,
      value: [{ channelId: "100000000000000001", messageId: "400000000000000001" }],
    }),
  };
  const destinations = { alerts: { transport, thread: false } };
  const organization = { destinations, routes: [{ destinations: ["alerts"] }] };
  await using harness = await openHarness({ organization, now: () => nowMs, retry: { baseMs: 1_000, maxMs: 1_000 } });
  harness.engine.start();
  const record = await accept(harness, DISK);
  await waitFor(() => expect(harness.events).toMatchObject([{ kind: "destination-paused" }]), { timeoutMs: 2_000 });
  nowMs += 10 * 60_000;
  await idle(harness);
  expect(transport.calls).toHaveLength(1);
  expect(await notification(harness, record)).toMatchObject({ messageId: "400000000000000001", status: "delivered" });
});
