import type { DiscordOperation } from "@tocsin/discord-transport";
import { waitFor } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { alertOf, delivered, type Harness, openHarness, scriptedTransport } from "./harness.ts";

const accept = async (harness: Harness, input: Record<string, unknown>, organizationId = "default") => {
  const result = await harness.engine.forOrganization(organizationId).accept(alertOf(input));
  if (result.kind !== "created" && result.kind !== "updated") throw new Error(result.kind);
  return result.record;
};

const idle = (harness: Harness) => waitFor(async () => (await harness.engine.status()).openDeliveryCount === 0);

const kinds = (transport: { readonly calls: readonly { readonly operation: DiscordOperation }[] }) =>
  transport.calls.map(({ operation }) => operation.kind);

const textOf = (transport: ReturnType<typeof scriptedTransport>, index: number) =>
  JSON.stringify(transport.calls[index]?.operation);

/** Critical alerts go to one place, the rest to another. */
async function openBySeverity() {
  const [critical, rest] = [scriptedTransport(), scriptedTransport()];
  const harness = await openHarness({
    organization: {
      destinations: { critical: { transport: critical }, rest: { transport: rest } },
      routes: [{ match: { severity: ["critical"] }, destinations: ["critical"] }, { destinations: ["rest"] }],
    },
  });
  harness.engine.start();
  return { harness, critical, rest };
}

describe("a resolve", () => {
  test("goes where the alert is shown, and says nothing to others, although it repeats nothing of the alert", async () => {
    const { harness, critical, rest } = await openBySeverity();
    await using _ = harness;
    const down = await accept(harness, {
      title: "Checkout is down",
      severity: "critical",
      dedup_key: "checkout",
      context: "service=checkout",
    });
    await idle(harness);
    const resolved = await accept(harness, { title: "Checkout is down", dedup_key: "checkout", status: "resolved" });
    await idle(harness);
    expect(resolved).toMatchObject({
      id: down.id,
      alert: { status: "resolved", severity: "critical", context: { service: "checkout" } },
    });
    expect(kinds(critical)).toEqual(["send", "edit"]);
    expect(kinds(rest)).toEqual([]);
  });

  test("that is repeated is no news: the same alert is answered, and nothing is sent", async () => {
    const { harness, rest } = await openBySeverity();
    await using _ = harness;
    const { id } = await accept(harness, { title: "disk", dedup_key: "disk" });
    await idle(harness);
    for (let times = 0; times < 3; times++) {
      expect(await accept(harness, { title: "disk", dedup_key: "disk", status: "resolved" })).toMatchObject({
        id,
        revision: 2,
      });
    }
    await idle(harness);
    expect(kinds(rest)).toEqual(["send", "edit"]);
  });

  test("of an alert that nobody saw goes where its routes send it", async () => {
    const { harness, rest } = await openBySeverity();
    await using _ = harness;
    await accept(harness, { title: "Backup failed", dedup_key: "backup", status: "resolved" });
    await idle(harness);
    expect(kinds(rest)).toEqual(["send"]);
  });
});

test("a change of severity shows the alert at its new place, and brings the old one up to date", async () => {
  const { harness, critical, rest } = await openBySeverity();
  await using _ = harness;
  const { id } = await accept(harness, { title: "disk 80 %", severity: "warn", dedup_key: "disk" });
  await idle(harness);
  await accept(harness, { title: "disk 99 %", severity: "critical", dedup_key: "disk" });
  await idle(harness);
  expect(kinds(critical)).toEqual(["send"]);
  expect(kinds(rest)).toEqual(["send", "edit"]);
  expect(textOf(rest, 1)).toContain("disk 99 %");
  expect((await harness.engine.forOrganization("default").get(id))?.notifications).toMatchObject([
    { destination: "critical", status: "delivered" },
    { destination: "rest", status: "delivered" },
  ]);
});

describe("an `up`", () => {
  test("is itself resolved, and ends the outage also when both have the same dedup_key", async () => {
    const { harness, critical } = await openBySeverity();
    await using _ = harness;
    const monitor = { monitor_id: "m", dedup_key: "m" };
    const down = await accept(harness, { ...monitor, type: "down", message: "m is down" });
    await idle(harness);
    const up = await accept(harness, { ...monitor, type: "up", message: "m is back" });
    await idle(harness);
    expect(up).toMatchObject({ id: down.id, alert: { status: "resolved", severity: "critical", type: "up" } });
    expect(kinds(critical)).toEqual(["send", "edit"]);
    const next = await accept(harness, { ...monitor, type: "down", message: "m is down again" });
    expect(next).toMatchObject({ revision: 1, alert: { status: "active" } });
    expect(next.id).not.toBe(down.id);
  });

  test("leaves nothing active of its monitor, and a second one changes nothing of the first", async () => {
    const { harness } = await openBySeverity();
    await using _ = harness;
    const first = await accept(harness, { monitor_id: "m", type: "up", message: "m is up" });
    await accept(harness, { monitor_id: "m", type: "up", message: "m is up" });
    const organization = harness.engine.forOrganization("default");
    expect(await organization.list({ page: 1, perPage: 20, status: "active" })).toMatchObject({ total: 0 });
    expect((await organization.get(first.id))?.record.revision).toBe(1);
  });
});

test("a forum post that somebody deleted is posted anew", async () => {
  const transport = scriptedTransport((call, index) => {
    if (call.operation.kind === "edit") {
      return {
        kind: "rejected",
        reason: "target-gone",
        details: { status: 404, code: 10003, message: "Unknown Channel" },
      };
    }
    const id = `${300000000000000000n + BigInt(index)}`;
    return { kind: "delivered", value: { channelId: id, messageId: id, threadId: id } };
  });
  await using harness = await openHarness({
    organization: { destinations: { forum: { transport, forum: true } }, routes: [{ destinations: ["forum"] }] },
  });
  harness.engine.start();
  await accept(harness, { title: "disk 80 %", dedup_key: "disk" });
  await idle(harness);
  await accept(harness, { title: "disk 90 %", dedup_key: "disk" });
  await idle(harness);
  expect(kinds(transport)).toEqual(["send", "edit", "send"]);
  expect(await harness.engine.status()).toMatchObject({ deadDeliveryCount: 0 });
});

test("a destination that is called like a kind of channel is a destination", async () => {
  const transport = scriptedTransport();
  await using harness = await openHarness({
    organization: { destinations: { slack: { transport } }, routes: [] },
  });
  harness.engine.start();
  const { id } = await accept(harness, { title: "a", channels: ["slack"] });
  await idle(harness);
  expect((await harness.engine.forOrganization("default").get(id))?.notifications).toMatchObject([
    { destination: "slack", status: "delivered" },
  ]);
});

describe("two organisations with the same names for everything", () => {
  test("do not see, replay, revise, resolve or deliver each other's alerts", async () => {
    const [mine, theirs] = [scriptedTransport(), scriptedTransport(delivered)];
    const configOf = (transport: ReturnType<typeof scriptedTransport>) => ({
      destinations: { alerts: { transport } },
      routes: [{ destinations: ["alerts"] }],
    });
    await using harness = await openHarness({ organization: configOf(mine), others: { other: configOf(theirs) } });
    const [one, two] = [harness.engine.forOrganization("default"), harness.engine.forOrganization("other")];
    const alert = alertOf({ title: "down", type: "down", monitor_id: "m", dedup_key: "m" });
    const key = { idempotencyKey: "k" };

    const first = await one.accept(alert, key);
    const second = await two.accept(alert, key);
    expect([first.kind, second.kind]).toEqual(["created", "created"]);
    if (first.kind !== "created" || second.kind !== "created") return;
    expect([first.replayed, second.replayed]).toEqual([false, false]);
    expect(second.record.id).not.toBe(first.record.id);

    expect(await two.get(first.record.id)).toBeNull();
    expect(await one.list({ page: 1, perPage: 20 })).toMatchObject({ total: 1, records: [{ id: first.record.id }] });
    expect(await two.list({ page: 1, perPage: 20, monitorId: "m" })).toMatchObject({
      total: 1,
      records: [{ id: second.record.id }],
    });

    await two.accept(alertOf({ message: "up", type: "up", monitor_id: "m" }));
    expect((await one.get(first.record.id))?.record).toMatchObject({ revision: 1, alert: { status: "active" } });
    expect((await two.get(second.record.id))?.record).toMatchObject({ revision: 2, alert: { status: "resolved" } });

    harness.engine.start();
    await idle(harness);
    expect(mine.calls).toHaveLength(1);
    expect(theirs.calls).toHaveLength(2);
    expect((await one.get(first.record.id))?.notifications).toHaveLength(1);

    const owner = await harness.engine.keys.create({ organizationId: "other", scopes: ["send"] });
    expect(await harness.engine.keys.verify(owner.key, owner.secret)).toMatchObject({ organizationId: "other" });
    expect(await harness.engine.keys.verify(owner.key, `${owner.secret}x`)).toBeNull();
    expect(() => harness.engine.forOrganization("third")).toThrow(
      expect.objectContaining({ code: "ENGINE_UNKNOWN_ORGANIZATION" }),
    );
  });
});

test("a message that was deleted while the answer to an edit was lost is shown by a new one, without hammering", async () => {
  let edits = 0;
  const transport = scriptedTransport((call, index) => {
    if (call.operation.kind !== "edit") return delivered(call, index);
    if (++edits === 1) return { kind: "unknown", reason: "timeout" };
    return {
      kind: "rejected",
      reason: "target-gone",
      details: { status: 404, code: 10008, message: "Unknown Message" },
    };
  });
  await using harness = await openHarness({
    organization: { destinations: { alerts: { transport } }, routes: [{ destinations: ["alerts"] }] },
  });
  harness.engine.start();
  await accept(harness, { title: "disk 80 %", dedup_key: "disk" });
  await idle(harness);
  await accept(harness, { title: "disk 90 %", dedup_key: "disk" });
  await idle(harness);
  expect(kinds(transport)).toEqual(["send", "edit", "edit", "send"]);
  expect(textOf(transport, 3)).toContain("disk 90 %");
});
