import { waitFor } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import type { Notification, OrganizationConfig } from "../src/index.ts";
import {
  type Answer,
  alertOf,
  delivered,
  type Harness,
  openHarness,
  scriptedTransport,
  shownTitles,
} from "./harness.ts";

const CHECKOUT = { title: "checkout error rate elevated", severity: "warn", context: "service=checkout env=prod" };

function toOne(transport: ReturnType<typeof scriptedTransport>): OrganizationConfig {
  return { destinations: { alerts: { transport } }, routes: [{ destinations: ["alerts"] }] };
}

const organizationOf = (harness: Harness) => harness.engine.forOrganization("default");

async function accept(harness: Harness, input: Record<string, unknown>): Promise<string> {
  const result = await organizationOf(harness).accept(alertOf(input));
  if (result.kind !== "created" && result.kind !== "updated") throw new Error(result.kind);
  return result.record.id;
}

async function notifications(harness: Harness, alertId: string): Promise<readonly Notification[]> {
  return (await organizationOf(harness).get(alertId))?.notifications ?? [];
}

const settled = (harness: Harness, alertId: string, status: Notification["status"] = "delivered") =>
  waitFor(
    async () => {
      const found = (await notifications(harness, alertId)).find((notification) => notification.status === status);
      expect(found).toBeDefined();
      return found as Notification;
    },
    { timeoutMs: 5_000 },
  );

describe("an accepted alert", () => {
  test("becomes one message, and its notification says where", async () => {
    const transport = scriptedTransport();
    await using harness = await openHarness({ organization: toOne(transport) });
    harness.engine.start();
    const alertId = await accept(harness, CHECKOUT);
    const notification = await settled(harness, alertId);
    expect(notification).toMatchObject({
      channel: "discord",
      destination: "alerts",
      channelId: "100000000000000001",
      messageId: "200000000000000000",
      sentAt: expect.any(Number),
    });
    expect(transport.calls).toHaveLength(1);
    expect(transport.calls[0]?.operation).toMatchObject({
      kind: "send",
      message: {
        embeds: [expect.objectContaining({ title: expect.stringContaining("checkout error rate elevated") })],
      },
    });
    expect(harness.errors).toEqual([]);
  });

  test("is kept while nothing delivers, and delivered after the start", async () => {
    const transport = scriptedTransport();
    await using harness = await openHarness({ organization: toOne(transport) });
    const alertId = await accept(harness, CHECKOUT);
    expect(await notifications(harness, alertId)).toMatchObject([{ status: "pending", sentAt: null }]);
    harness.engine.start();
    await settled(harness, alertId);
  });

  test("goes where its severity and topic say, and where its channels add", async () => {
    const [alerts, critical, forum, audit] = [
      scriptedTransport(),
      scriptedTransport(),
      scriptedTransport(),
      scriptedTransport(),
    ];
    await using harness = await openHarness({
      organization: {
        destinations: {
          alerts: { transport: alerts },
          critical: { transport: critical },
          forum: { transport: forum, forum: true },
          audit: { transport: audit },
        },
        routes: [
          { match: { topic: ["forum"] }, destinations: ["forum"] },
          { match: { severity: ["critical"] }, destinations: ["critical"] },
          { destinations: ["alerts"] },
        ],
      },
    });
    harness.engine.start();
    await settled(harness, await accept(harness, { title: "a" }));
    await settled(harness, await accept(harness, { title: "b", severity: "critical", channels: ["audit"] }));
    await settled(harness, await accept(harness, { title: "c", severity: "critical", topic: "forum" }));
    await waitFor(() => expect(audit.calls).toHaveLength(1), { timeoutMs: 2_000 });
    expect([alerts, critical, forum].map(({ calls }) => calls.length)).toEqual([1, 1, 1]);
    expect(forum.calls[0]?.operation).toMatchObject({ kind: "send", threadName: "c" });
  });

  test("names a channel that does not exist: nothing is stored", async () => {
    await using harness = await openHarness({ organization: toOne(scriptedTransport()) });
    const result = await organizationOf(harness).accept(alertOf({ title: "a", channels: ["pager"] }));
    expect(result).toMatchObject({
      kind: "unknown-channel",
      channel: "pager",
      known: ["alerts", "discord", "email", "slack", "webhook", "sms"],
    });
    expect(await organizationOf(harness).list({ page: 1, perPage: 20 })).toMatchObject({ total: 0 });
  });

  test("names a channel that is known but not configured: skipped, and said so", async () => {
    await using harness = await openHarness({ organization: toOne(scriptedTransport()) });
    harness.engine.start();
    const alertId = await accept(harness, { title: "a", channels: ["email", "slack"] });
    await settled(harness, alertId);
    expect(await notifications(harness, alertId)).toMatchObject([
      { channel: "discord", status: "delivered" },
      { channel: "email", status: "skipped", sentAt: null },
      { channel: "slack", status: "skipped", sentAt: null },
    ]);
  });
});

describe("an alert with a dedup_key", () => {
  test("is one alert and one message, edited to its newest revision", async () => {
    const transport = scriptedTransport();
    await using harness = await openHarness({ organization: toOne(transport) });
    harness.engine.start();
    const first = await accept(harness, { title: "disk 80 %", dedup_key: "disk" });
    await settled(harness, first);
    const second = await accept(harness, { title: "disk 90 %", dedup_key: "disk" });
    expect(second).toBe(first);
    await waitFor(() => expect(transport.calls).toHaveLength(2), { timeoutMs: 2_000 });
    expect(transport.calls[1]?.operation).toMatchObject({ kind: "edit", messageId: "200000000000000000" });
    expect(JSON.stringify(transport.calls[1]?.operation)).toContain("disk 90 %");
  });

  test("raised many times while nothing delivers is sent once, as it is now", async () => {
    const transport = scriptedTransport();
    await using harness = await openHarness({ organization: toOne(transport) });
    for (const used of [80, 85, 90]) await accept(harness, { title: `disk ${used} %`, dedup_key: "disk" });
    harness.engine.start();
    await waitFor(() => expect(transport.calls).toHaveLength(1), { timeoutMs: 2_000 });
    expect(JSON.stringify(transport.calls[0]?.operation)).toContain("disk 90 %");
    await waitFor(async () => (await harness.engine.status()).openDeliveryCount === 0);
    expect(transport.calls).toHaveLength(1);
  });

  test("that is resolved leaves the key to a new alert", async () => {
    await using harness = await openHarness({ organization: toOne(scriptedTransport()) });
    const first = await accept(harness, { title: "disk", dedup_key: "disk" });
    expect(await accept(harness, { title: "disk", dedup_key: "disk", status: "resolved" })).toBe(first);
    expect((await organizationOf(harness).get(first))?.record).toMatchObject({
      revision: 2,
      resolvedAt: expect.any(Number),
    });
    expect(await accept(harness, { title: "disk", dedup_key: "disk" })).not.toBe(first);
  });

  test("whose message was deleted by somebody is shown by a new one", async () => {
    const transport = scriptedTransport((call, index) =>
      call.operation.kind === "edit"
        ? { kind: "rejected", reason: "target-gone", details: { status: 404, code: 10008, message: "Unknown Message" } }
        : delivered(call, index),
    );
    await using harness = await openHarness({ organization: toOne(transport) });
    harness.engine.start();
    const alertId = await accept(harness, { title: "disk 80 %", dedup_key: "disk" });
    await settled(harness, alertId);
    await accept(harness, { title: "disk 90 %", dedup_key: "disk" });
    await waitFor(
      () => expect(transport.calls.map(({ operation }) => operation.kind)).toEqual(["send", "edit", "send"]),
      { timeoutMs: 2_000 },
    );
    await waitFor(
      async () => expect((await notifications(harness, alertId))[0]?.messageId).toBe("200000000000000002"),
      { timeoutMs: 2_000 },
    );
  });
});

test("an `up` resolves the active alerts of its monitor and edits their messages", async () => {
  const transport = scriptedTransport();
  await using harness = await openHarness({ organization: toOne(transport) });
  harness.engine.start();
  const down = await accept(harness, { monitor_id: "mon_1", type: "down", message: "Website is down" });
  await settled(harness, down);
  await accept(harness, { monitor_id: "mon_1", type: "up", message: "Website is back up" });
  expect((await organizationOf(harness).get(down))?.record).toMatchObject({
    revision: 2,
    alert: { status: "resolved" },
    resolvedAt: expect.any(Number),
  });
  await waitFor(
    () => expect(transport.calls.map(({ operation }) => operation.kind).sort()).toEqual(["edit", "send", "send"]),
    { timeoutMs: 2_000 },
  );
});

describe("an idempotency key", () => {
  test("answers the first result again, and refuses another body", async () => {
    const transport = scriptedTransport();
    await using harness = await openHarness({ organization: toOne(transport) });
    harness.engine.start();
    const organization = organizationOf(harness);
    const first = await organization.accept(alertOf(CHECKOUT), { idempotencyKey: "k1" });
    const again = await organization.accept(alertOf(CHECKOUT), { idempotencyKey: "k1" });
    expect(first).toMatchObject({ kind: "created", replayed: false });
    expect(again).toMatchObject({ kind: "created", replayed: true });
    expect(await organization.accept(alertOf({ title: "other" }), { idempotencyKey: "k1" })).toEqual({
      kind: "idempotency-mismatch",
    });
    expect(await organization.list({ page: 1, perPage: 20 })).toMatchObject({ total: 1 });
  });

  test("used twenty times at once stores one alert", async () => {
    await using harness = await openHarness({ organization: toOne(scriptedTransport()) });
    const organization = organizationOf(harness);
    const results = await Promise.all(
      Array.from({ length: 20 }, () => organization.accept(alertOf(CHECKOUT), { idempotencyKey: "k1" })),
    );
    expect(results.filter((result) => result.kind === "created" && !result.replayed)).toHaveLength(1);
    expect(await organization.list({ page: 1, perPage: 20 })).toMatchObject({ total: 1 });
  });
});

describe("when Discord does not take it", () => {
  test("a 503 and a 429 are waited out: every alert arrives, and none twice", async () => {
    const transport = scriptedTransport((call, index) => {
      if (index < 6) return { kind: "retryable", reason: "server-error" };
      if (index < 10) return { kind: "retryable", reason: "rate-limited", retryAfterMs: 15 };
      return delivered(call, index);
    });
    await using harness = await openHarness({ organization: toOne(transport) });
    harness.engine.start();
    const ids = [];
    for (let index = 0; index < 12; index++) ids.push(await accept(harness, { title: `alert ${index}` }));
    for (const id of ids) await settled(harness, id);
    const shown = shownTitles(transport.calls.slice(10));
    expect(new Set(shown).size).toBe(12);
    expect(shown).toHaveLength(12);
  });

  test("a lost answer is repeated under the same nonce and with the same bytes, and counted", async () => {
    const transport = scriptedTransport((call, index) =>
      index === 0 ? { kind: "unknown", reason: "answer-lost" } : delivered(call, index),
    );
    await using harness = await openHarness({ organization: toOne(transport) });
    harness.engine.start();
    const alertId = await accept(harness, { title: "disk 80 %", dedup_key: "disk" });
    expect(await settled(harness, alertId)).toMatchObject({ possibleDuplicateCount: 1 });
    expect(transport.calls).toHaveLength(2);
    expect(transport.calls[1]?.operation).toEqual(transport.calls[0]?.operation);
    expect(transport.calls[1]?.options.nonce).toBe(transport.calls[0]?.options.nonce);
    expect(transport.calls[0]?.options.nonce.length).toBeLessThanOrEqual(25);
  });

  test("a refused form is rendered strictly once, and then becomes a dead letter with Discord's error tree, and the lane goes on", async () => {
    const details = { code: 50035, message: "Invalid Form Body", errors: { embeds: { 0: { title: {} } } } };
    const transport = scriptedTransport((call, index) =>
      JSON.stringify(call.operation).includes("poison")
        ? { kind: "rejected", reason: "invalid-form", details }
        : delivered(call, index),
    );
    await using harness = await openHarness({ organization: toOne(transport) });
    harness.engine.start();
    const poison = await accept(harness, { title: "poison" });
    const next = await accept(harness, { title: "next" });
    await settled(harness, next);
    expect(await settled(harness, poison, "failed")).toMatchObject({ reason: "invalid-form", details });
    expect(await harness.engine.status()).toMatchObject({ openDeliveryCount: 0, deadDeliveryCount: 1 });
    const poisoned = transport.calls.filter(({ operation }) => JSON.stringify(operation).includes("poison"));
    expect(poisoned).toHaveLength(2);
    expect(JSON.stringify(poisoned[1]?.operation)).not.toBe(JSON.stringify(poisoned[0]?.operation));
  });

  test("a webhook that is gone is called once, and what was for it is kept as dead letters", async () => {
    const transport = scriptedTransport(() => ({
      kind: "rejected",
      reason: "target-gone",
      details: { code: 10015, message: "Unknown Webhook" },
    }));
    await using harness = await openHarness({ organization: toOne(transport) });
    harness.engine.start();
    const first = await accept(harness, { title: "a" });
    await settled(harness, first, "failed");
    for (const title of ["b", "c", "d"]) await settled(harness, await accept(harness, { title }), "failed");
    expect(transport.calls).toHaveLength(1);
  });

  test("what is too old to be tried again is given up with the last reason", async () => {
    const transport = scriptedTransport(() => ({ kind: "retryable", reason: "unreachable" }));
    await using harness = await openHarness({ organization: toOne(transport), retry: { giveUpAfterMs: 60 } });
    harness.engine.start();
    const alertId = await accept(harness, { title: "a" });
    expect(await settled(harness, alertId, "failed")).toMatchObject({
      reason: "expired",
      details: { last_reason: "unreachable" },
    });
  });

  test("a destination that is not configured any more leaves dead letters, not a stuck lane", async () => {
    const transport = scriptedTransport();
    await using first = await openHarness({ organization: toOne(transport) });
    const alertId = await accept(first, { title: "a" });
    await using second = await first.reopen({ destinations: {}, routes: [] });
    second.engine.start();
    expect(await settled(second, alertId, "failed")).toMatchObject({ reason: "removed" });
    expect(transport.calls).toHaveLength(0);
  });
});

const noAnswer: Answer = ({ options }) =>
  new Promise((resolve) => {
    options.signal?.addEventListener("abort", () => resolve({ kind: "unknown", reason: "aborted" }));
  });

describe("a crash", () => {
  test("between sealing and the answer repeats the sealed call under its nonce", async () => {
    let hang = true;
    const transport = scriptedTransport((call, index) => (hang ? noAnswer(call, index) : delivered(call, index)));
    await using first = await openHarness({ organization: toOne(transport) });
    first.engine.start();
    const alertId = await accept(first, { title: "a" });
    await waitFor(() => expect(transport.calls).toHaveLength(1), { timeoutMs: 2_000 });
    hang = false;
    await using second = await first.reopen();
    second.engine.start();
    expect(await settled(second, alertId)).toMatchObject({ possibleDuplicateCount: 1 });
    expect(transport.calls).toHaveLength(2);
    expect(transport.calls[1]?.options.nonce).toBe(transport.calls[0]?.options.nonce);
  });
});

test("critical alerts go first when a lane is behind", async () => {
  const transport = scriptedTransport();
  const destinations = { alerts: { transport, pack: false } };
  await using harness = await openHarness({ organization: { ...toOne(transport), destinations } });
  for (let index = 0; index < 8; index++) await accept(harness, { title: `info ${index}` });
  await accept(harness, { title: "the critical one", severity: "critical" });
  harness.engine.start();
  await waitFor(() => expect(transport.calls).toHaveLength(9), { timeoutMs: 2_000 });
  expect(JSON.stringify(transport.calls[0]?.operation)).toContain("the critical one");
});
