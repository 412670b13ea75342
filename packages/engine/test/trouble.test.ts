import { TocsinError } from "@tocsin/errors";
import type { Store } from "@tocsin/store";
import { waitFor } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import {
  type Answer,
  alertOf,
  delivered,
  type Harness,
  type HarnessOptions,
  openHarness,
  scriptedTransport,
} from "./harness.ts";

async function open(answer: Answer, options: Omit<HarnessOptions, "organization"> = {}) {
  const transport = scriptedTransport(answer);
  const organization = { destinations: { alerts: { transport } }, routes: [{ destinations: ["alerts"] }] };
  const harness = await openHarness({ ...options, organization });
  harness.engine.start();
  return { harness, transport };
}

const accept = async (harness: Harness, input: Record<string, unknown>): Promise<string> => {
  const result = await harness.engine.forOrganization("default").accept(alertOf(input));
  if (result.kind !== "created") throw new Error(result.kind);
  return result.record.id;
};

const notificationOf = async (harness: Harness, id: string) =>
  (await harness.engine.forOrganization("default").get(id))?.notifications[0];

const reach = (harness: Harness, id: string, status: string) =>
  waitFor(async () => {
    const notification = await notificationOf(harness, id);
    return notification?.status === status && notification;
  });

const isPoison = (call: Parameters<Answer>[0]) => JSON.stringify(call.operation).includes("poison");

describe("one alert whose call never gets an answer", () => {
  test("stops no other, and ends as a dead letter that says it may have been delivered", async () => {
    const { harness } = await open(
      (call, index) => (isPoison(call) ? { kind: "unknown", reason: "server-error" } : delivered(call, index)),
      { retry: { maxPoisonCount: 3 } },
    );
    await using _ = harness;
    const poison = await accept(harness, { title: "poison" });
    await waitFor(() => harness.events.length > 0);
    const critical = await accept(harness, { title: "the critical one", severity: "critical" });
    await reach(harness, critical, "delivered");
    // As long as others succeed, its own failures are its own.
    while ((await notificationOf(harness, poison))?.status !== "failed") {
      await reach(harness, await accept(harness, { title: "another" }), "delivered");
    }
    expect(await notificationOf(harness, poison)).toMatchObject({
      status: "failed",
      reason: "server-error",
      mayBeDelivered: true,
    });
    expect(harness.events).toContainEqual(
      expect.objectContaining({ kind: "dead-letter", alertId: poison, mayBeDelivered: true }),
    );
    expect(harness.events).toContainEqual(
      expect.objectContaining({ kind: "destination-paused", destination: "alerts" }),
    );
  });

  test("because its transport throws is reported, and stops no other either", async () => {
    const { harness } = await open((call, index) => {
      if (isPoison(call)) throw new TypeError("a bug");
      return delivered(call, index);
    });
    await using _ = harness;
    await accept(harness, { title: "poison" });
    const next = await accept(harness, { title: "next" });
    await reach(harness, next, "delivered");
    expect(harness.errors).toContainEqual(expect.objectContaining({ message: "a bug" }));
  });
});

test("a lost answer stays counted when the next attempt surely fails", async () => {
  const answers: Answer[] = [
    () => ({ kind: "unknown", reason: "answer-lost" }),
    () => ({ kind: "retryable", reason: "rate-limited", retryAfterMs: 5 }),
    delivered,
  ];
  const { harness, transport } = await open((call, index) => (answers[index] ?? delivered)(call, index));
  await using _ = harness;
  const id = await accept(harness, { title: "a" });
  expect(await reach(harness, id, "delivered")).toMatchObject({ possibleDuplicateCount: 1 });
  expect(new Set(transport.calls.map(({ options }) => options.nonce)).size).toBe(1);
});

/** A store whose writes fail, from the moment it is told so, as those of a locked database do. */
function failing(counts: { settles: number }) {
  return (store: Store): Store => ({
    ...store,
    write: (work) => {
      // A settle writes the ledger or the dead letters; what else the drainer writes goes through.
      if (counts.settles > 0 && new Error("probe").stack?.includes("settle-outcome")) {
        counts.settles--;
        return Promise.reject(new TocsinError("locked", { code: "STORE_BUSY", retryable: true }));
      }
      return store.write(work);
    },
  });
}

test("answers that the store does not take at first are recorded later: nothing is sent twice", async () => {
  const counts = { settles: 5 };
  const { harness, transport } = await open(delivered, { wrapStore: failing(counts) });
  await using _ = harness;
  const ids = await Promise.all(["a", "b", "c", "d", "e"].map((title) => accept(harness, { title })));
  for (const id of ids) await reach(harness, id, "delivered");
  expect(counts.settles).toBe(0);
  expect(transport.calls).toHaveLength(5);
});

test("an answer that the store does not take before the lease is over is recorded later: nothing is sent twice", async () => {
  const counts = { settles: 3 };
  const { harness, transport } = await open(delivered, { wrapStore: failing(counts), leaseMs: 150 });
  await using _ = harness;
  await reach(harness, await accept(harness, { title: "a" }), "delivered");
  expect(counts.settles).toBe(0);
  expect(transport.calls).toHaveLength(1);
});

test("an answer that is recorded twice, since the store did not confirm it, counts its lost answers once", async () => {
  let unconfirmedCount = 1;
  const wrapStore = (store: Store): Store => ({
    ...store,
    async write(work) {
      const value = await store.write(work);
      const isSettlement = (value as { readonly kind?: string } | undefined)?.kind === "settled";
      if (!isSettlement || unconfirmedCount === 0) return value;
      unconfirmedCount -= 1;
      throw new TocsinError("no answer to the commit", { code: "STORE_COMMIT_UNKNOWN", retryable: true });
    },
  });
  const { harness } = await open(
    (call, index) => (index === 0 ? { kind: "unknown", reason: "answer-lost" } : delivered(call, index)),
    { wrapStore },
  );
  await using _ = harness;
  const id = await accept(harness, { title: "a" });
  await waitFor(() => unconfirmedCount === 0 && harness.errors.length > 0);
  expect(await reach(harness, id, "delivered")).toMatchObject({ possibleDuplicateCount: 1 });
  await harness.engine.stop(1_000);
  expect(await notificationOf(harness, id)).toMatchObject({ possibleDuplicateCount: 1 });
});

test("a listener that throws changes nothing", async () => {
  const { harness } = await open((call, index) =>
    index === 0 ? { kind: "retryable", reason: "server-error" } : delivered(call, index),
  );
  await using _ = harness;
  harness.events.push = () => {
    throw new Error("listener");
  };
  await reach(harness, await accept(harness, { title: "a" }), "delivered");
  expect(harness.errors).toContainEqual(expect.objectContaining({ message: "listener" }));
});

test("stopping ends although a transport heeds no signal, and a second call may ask for less patience", async () => {
  const { harness, transport } = await open(() => new Promise(() => {}));
  await using _ = harness;
  await accept(harness, { title: "a" });
  await waitFor(() => transport.calls.length === 1);
  const patient = harness.engine.stop(60_000);
  await harness.engine.stop(0);
  await patient;
  expect(await harness.engine.status()).toMatchObject({ openDeliveryCount: 1 });
});

test("a store that takes no writes is told as unavailable", async () => {
  let writable = true;
  const { harness } = await open(delivered, { wrapStore: (store) => ({ ...store, isWritable: () => writable }) });
  await using _ = harness;
  expect(await harness.engine.status()).toMatchObject({ store: "ok" });
  writable = false;
  expect(await harness.engine.status()).toMatchObject({ store: "unavailable" });
});

test("the order of keys makes no difference to an idempotency key", async () => {
  const { harness } = await open(delivered);
  await using _ = harness;
  const organization = harness.engine.forOrganization("default");
  const key = { idempotencyKey: "k" };
  await organization.accept(alertOf({ title: "a", severity: "warn", context: { x: 1, y: 2 } }), key);
  expect(
    await organization.accept(alertOf({ context: { y: 2, x: 1 }, severity: "warn", title: "a" }), key),
  ).toMatchObject({
    kind: "created",
    replayed: true,
  });
});
