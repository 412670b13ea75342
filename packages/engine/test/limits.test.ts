import { waitFor } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { alertOf, delivered, openHarness, scriptedTransport } from "./harness.ts";

/** A destination whose limits are met: `waitMs` says how long which priority would have to wait. */
function limitedTransport(waitMs: Record<"low" | "normal" | "critical", number>) {
  const transport = scriptedTransport();
  return {
    ...transport,
    waitMs,
    estimateWaits: async (
      operations: readonly unknown[],
      { priority = "normal" }: { priority?: "low" | "normal" | "critical" } = {},
    ) => operations.map(() => waitMs[priority]),
  };
}

const openLimited = async (transport: ReturnType<typeof limitedTransport>) => {
  const harness = await openHarness({
    organization: { destinations: { alerts: { transport } }, routes: [{ match: {}, destinations: ["alerts"] }] },
  });
  harness.engine.start();
  return harness;
};

const titleOf = (call: { readonly operation: object }): unknown =>
  (call.operation as { message?: { embeds?: readonly { title?: string }[] } }).message?.embeds?.[0]?.title;

test("what would wait long for Discord's limits is not sealed: when its time has come it is shown as it is then", async () => {
  const transport = limitedTransport({ low: 60_000, normal: 60_000, critical: 60_000 });
  await using harness = await openLimited(transport);
  const organization = harness.engine.forOrganization("default");
  await organization.accept(alertOf({ title: "first words", dedup_key: "disk" }));
  await organization.accept(alertOf({ title: "last words", dedup_key: "disk" }));
  transport.waitMs.low = 0;
  await waitFor(() => transport.calls.length === 1);
  expect(transport.calls.map(titleOf)).toEqual([expect.stringContaining("last words")]);
  expect(harness.events).toEqual([]);
});

test("a critical alert goes while others of its destination wait for Discord's limits", async () => {
  const transport = limitedTransport({ low: 60_000, normal: 60_000, critical: 0 });
  await using harness = await openLimited(transport);
  const organization = harness.engine.forOrganization("default");
  for (let index = 0; index < 8; index += 1) await organization.accept(alertOf({ title: `noise ${index}` }));
  await organization.accept(alertOf({ title: "fire", severity: "critical" }));
  await waitFor(() => transport.calls.some((call) => String(titleOf(call)).includes("fire")));
  expect(transport.calls[0]?.options.priority).toBe("critical");
});

test("a call that its limiter defers counts as no failure: it is planned again, and nobody is told of trouble", async () => {
  const transport = scriptedTransport((call, index) =>
    index < 3 ? { kind: "retryable", reason: "deferred", retryAfterMs: 5 } : delivered(call, index),
  );
  await using harness = await openHarness({
    organization: { destinations: { alerts: { transport } }, routes: [{ match: {}, destinations: ["alerts"] }] },
  });
  harness.engine.start();
  const result = await harness.engine.forOrganization("default").accept(alertOf({ title: "disk almost full" }));
  await waitFor(async () => (await harness.engine.status()).openDeliveryCount === 0);
  expect(transport.calls).toHaveLength(4);
  expect(new Set(transport.calls.map(({ options }) => options.nonce)).size).toBe(4);
  expect(harness.events).toEqual([]);
  if (result.kind !== "created") throw new Error(result.kind);
  const found = await harness.engine.forOrganization("default").get(result.record.id);
  expect(found?.notifications).toMatchObject([{ status: "delivered" }]);
});

test("edits that wait for their limit hold up no new message behind them", async () => {
  const transport = scriptedTransport();
  let editWaitMs = 0;
  const estimateWaits = async (operations: readonly { readonly kind: string }[]) =>
    operations.map(({ kind }) => (kind === "edit" ? editWaitMs : 0));
  await using harness = await openLimited({ ...transport, estimateWaits } as never);
  const organization = harness.engine.forOrganization("default");
  const keys = Array.from({ length: 6 }, (_, index) => `disk ${index}`);
  for (const key of keys) await organization.accept(alertOf({ title: key, dedup_key: key }));
  await waitFor(async () => (await harness.engine.status()).openDeliveryCount === 0);
  editWaitMs = 60_000;
  for (const key of keys) await organization.accept(alertOf({ title: `${key} again`, dedup_key: key }));
  await organization.accept(alertOf({ title: "something else" }));
  await waitFor(async () => (await harness.engine.status()).openDeliveryCount === keys.length);
  expect(titleOf(transport.calls.at(-1) as never)).toContain("something else");
});

test("a limiter whose forecast fails is reported, and the call is made: the transport asks it once more", async () => {
  const transport = scriptedTransport();
  const estimateWaits = () => Promise.reject(new Error("no forecast"));
  await using harness = await openLimited({ ...transport, estimateWaits } as never);
  await harness.engine.forOrganization("default").accept(alertOf({ title: "disk almost full" }));
  await waitFor(async () => (await harness.engine.status()).openDeliveryCount === 0);
  expect(transport.calls).toHaveLength(1);
  expect(harness.errors).toEqual([expect.objectContaining({ message: "no forecast" })]);
});

test.each([
  { scope: "shared", whoWaits: "only what its resource concerns", openCount: 1 },
  { scope: "user", whoWaits: "the lane", openCount: 2 },
])("after an answer 429 of scope $scope $whoWaits waits", async ({ scope, openCount }) => {
  let isLimited = false;
  const transport = scriptedTransport((call, index) => {
    if (call.operation.kind !== "edit") return delivered(call, index);
    isLimited = true;
    return { kind: "retryable", reason: "rate-limited", retryAfterMs: 60_000, details: { kind: "limited", scope } };
  });
  const estimateWaits = async (operations: readonly { readonly kind: string }[]) =>
    operations.map(({ kind }) => (isLimited && kind === "edit" ? 60_000 : 0));
  await using harness = await openLimited({ ...transport, estimateWaits } as never);
  const organization = harness.engine.forOrganization("default");
  await organization.accept(alertOf({ title: "disk", dedup_key: "disk" }));
  await waitFor(async () => (await harness.engine.status()).openDeliveryCount === 0);
  await organization.accept(alertOf({ title: "disk again", dedup_key: "disk" }));
  await waitFor(() => isLimited);
  await organization.accept(alertOf({ title: "fire", severity: "critical" }));
  // Another probe or two.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await waitFor(async () => (await harness.engine.status()).openDeliveryCount === openCount);
  expect(transport.calls.filter(({ operation }) => operation.kind === "edit")).toHaveLength(1);
  expect(harness.events).toHaveLength(scope === "user" ? 1 : 0);
});
