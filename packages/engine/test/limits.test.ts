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
