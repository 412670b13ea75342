import { join } from "node:path";
import {
  createDeliveryLog,
  type DeliveryLog,
  type Lease,
  queueMigrations,
  type RetryPolicy,
  type Send,
} from "@tocsin/queue";
import { openSqliteStore, type Store } from "@tocsin/store";
import { createFakeClock, type FakeClock, temporaryDirectory } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";

const LANE = { organizationId: "default", laneId: "alerts" };
const LEASE_MS = 30_000;
const delivered = { kind: "delivered", value: null } as const;

interface Harness extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly store: Store;
  readonly log: DeliveryLog;
  owe(
    subjectId: string,
    options?: { revision?: number; priority?: number; dueAt?: number; laneId?: string },
  ): Promise<void>;
  lease(): Promise<Lease>;
  /** Another owner on the same store, as another process would be. */
  rival(): DeliveryLog;
}

async function open(retry: Partial<RetryPolicy> = {}): Promise<Harness> {
  const directory = await temporaryDirectory();
  const clock = createFakeClock(1_800_000_000_000);
  const store = await openSqliteStore({ file: join(directory.path, "queue.sqlite"), migrations: [queueMigrations] });
  const create = (on: Store) => createDeliveryLog({ store: on, now: clock.now, random: () => 1, retry });
  const log = create(store);
  return {
    clock,
    store,
    log,
    owe: (subjectId, { revision = 1, priority = 0, dueAt = clock.now(), laneId = LANE.laneId } = {}) =>
      store.write((tx) => log.owe(tx, [{ ...LANE, laneId, subjectId, revision, priority, dueAt }])),
    async lease() {
      const lease = await log.lease(LANE, { leaseMs: LEASE_MS });
      if (lease === null) throw new Error("the lane is taken");
      return lease;
    },
    rival: () => create({ ...store, exclusiveOwner: null }),
    async [Symbol.asyncDispose]() {
      await store.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

async function sealAll(log: DeliveryLog, lease: Lease, maxCount = 10) {
  const due = await log.due(lease, maxCount);
  return log.seal(
    lease,
    due.map((delivery) => ({
      operation: { text: `${delivery.subjectId}@${delivery.revision}` },
      covers: [{ deliveryId: delivery.deliveryId, revision: delivery.revision }],
    })),
  );
}

const subjects = (rows: readonly { readonly subjectId: string }[]) => rows.map(({ subjectId }) => subjectId);

describe("owe", () => {
  test("keeps one open delivery for each lane and subject, raised and never lowered", async () => {
    await using queue = await open();
    const { log, clock } = queue;
    await queue.owe("a", { revision: 3, priority: 1, dueAt: clock.now() + 500 });
    await queue.owe("a", { revision: 2, priority: 2, dueAt: clock.now() + 100 });
    await queue.owe("a", { revision: 1, priority: 0, dueAt: clock.now() + 900 });
    expect(await log.openOf("default", "a")).toMatchObject([{ revision: 3, priority: 2, dueAt: clock.now() + 100 }]);
  });

  test("is part of the caller's transaction", async () => {
    await using queue = await open();
    const failing = queue.store.write(async (tx) => {
      await queue.log.owe(tx, [{ ...LANE, subjectId: "a", revision: 1, priority: 0, dueAt: 0 }]);
      throw new Error("undone");
    });
    await expect(failing).rejects.toThrow("undone");
    expect(await queue.log.openOf("default", "a")).toEqual([]);
    expect(await queue.log.dueLanes(10)).toEqual([]);
  });
});

describe("due", () => {
  test("gives the highest priority first, then the oldest, and nothing before its time", async () => {
    await using queue = await open();
    await queue.owe("old info");
    queue.clock.advance(1);
    await queue.owe("critical", { priority: 2 });
    await queue.owe("later", { priority: 2, dueAt: queue.clock.now() + 1_000 });
    queue.clock.advance(1);
    await queue.owe("new info");
    const lease = await queue.lease();
    expect(subjects(await queue.log.due(lease, 10))).toEqual(["critical", "old info", "new info"]);
    queue.clock.advance(1_000);
    expect(subjects(await queue.log.due(lease, 2))).toEqual(["critical", "later"]);
  });

  test("shows one lane only", async () => {
    await using queue = await open();
    await queue.owe("a");
    await queue.owe("b", { laneId: "other" });
    expect(subjects(await queue.log.due(await queue.lease(), 10))).toEqual(["a"]);
  });

  test("hides a delivery that was put off until its time comes", async () => {
    await using queue = await open();
    await queue.owe("a");
    const lease = await queue.lease();
    const [delivery] = await queue.log.due(lease, 1);
    const dueAt = queue.clock.now() + 5_000;
    await queue.store.write((tx) => queue.log.hold(tx, lease, [{ deliveryId: delivery?.deliveryId as string, dueAt }]));
    expect(await queue.log.due(lease, 1)).toEqual([]);
    expect(await queue.log.release(lease)).toEqual({ nextDueAt: dueAt });
  });
});

describe("lease", () => {
  test("is had by one owner at a time, and grows its fence", async () => {
    await using queue = await open();
    await queue.owe("a");
    const rival = queue.rival();
    const first = await queue.lease();
    expect(await rival.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
    await queue.log.release(first);
    const second = await rival.lease(LANE, { leaseMs: LEASE_MS });
    expect(second?.fence).toBe(first.fence + 1);
  });

  test("that has run out is taken by another, and the first can change nothing any more", async () => {
    await using queue = await open();
    const [log, rival] = [queue.rival(), queue.rival()];
    await queue.owe("a");
    const stale = (await log.lease(LANE, { leaseMs: LEASE_MS })) as Lease;
    const [send] = await sealAll(log, stale);
    queue.clock.advance(LEASE_MS);
    const fresh = (await rival.lease(LANE, { leaseMs: LEASE_MS })) as Lease;
    expect(await queue.store.write((tx) => log.settle(tx, stale, send as Send, delivered))).toEqual({ kind: "fenced" });
    await queue.owe("b");
    expect(await sealAll(log, stale)).toEqual([]);
    expect(await log.resume(stale, 10)).toEqual([]);
    await log.release(stale);
    expect(await log.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
    expect(await rival.resume(fresh, 10)).toMatchObject([{ sendId: send?.sendId, attemptCount: 2 }]);
  });

  test("of a former process is taken at once where no other process can have the store", async () => {
    await using queue = await open();
    await queue.owe("a");
    await queue.lease();
    const sameProcess = createDeliveryLog({ store: queue.store, now: queue.clock.now });
    expect(await sameProcess.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
    const reopened = { ...queue.store, exclusiveOwner: "the next process" };
    const successor = createDeliveryLog({ store: reopened, now: queue.clock.now });
    expect(await successor.dueLanes(10)).toEqual([LANE]);
    expect(await successor.lease(LANE, { leaseMs: LEASE_MS })).not.toBeNull();
  });
});

describe("a sealed call", () => {
  test("keeps its id and its body over every attempt, and counts them before they are made", async () => {
    await using queue = await open();
    await queue.owe("a");
    const lease = await queue.lease();
    const [send] = await sealAll(queue.log, lease);
    await queue.owe("a", { revision: 2 });
    for (const attemptCount of [2, 3]) {
      expect(await queue.log.resume(lease, 10)).toMatchObject([
        { sendId: send?.sendId, operation: { text: "a@1" }, attemptCount, covers: [{ subjectId: "a", revision: 1 }] },
      ]);
    }
    expect(send?.sendId).toMatch(/^[0-9A-Z]{25}$/);
  });

  test("takes its deliveries off the list: nothing is sealed twice", async () => {
    await using queue = await open();
    await queue.owe("a");
    const lease = await queue.lease();
    expect(await sealAll(queue.log, lease)).toHaveLength(1);
    expect(await queue.log.due(lease, 10)).toEqual([]);
  });

  test("that has become pointless is thrown away, also after a lost answer, and planned anew at once", async () => {
    await using queue = await open();
    await queue.owe("a");
    const lease = await queue.lease();
    await sealAll(queue.log, lease);
    const [again] = await queue.log.resume(lease, 1);
    expect(again).toMatchObject({ lostAnswerCount: 1 });
    expect(await queue.store.write((tx) => queue.log.replan(tx, lease, again as Send))).toBe(true);
    expect(await queue.log.resume(lease, 1)).toEqual([]);
    expect(await queue.log.due(lease, 1)).toMatchObject([{ subjectId: "a", dueAt: queue.clock.now() }]);
    const stale = { ...lease, fence: lease.fence - 1 };
    expect(await queue.store.write((tx) => queue.log.replan(tx, stale, again as Send))).toBe(false);
  });

  test("that is delivered ends its deliveries, but not those that want more by now", async () => {
    await using queue = await open();
    await queue.owe("a");
    await queue.owe("b");
    const lease = await queue.lease();
    const sends = await sealAll(queue.log, lease);
    await queue.owe("b", { revision: 2 });
    for (const send of sends) await queue.store.write((tx) => queue.log.settle(tx, lease, send, delivered));
    expect(await queue.log.openOf("default", "a")).toEqual([]);
    expect(await queue.log.due(lease, 10)).toMatchObject([{ subjectId: "b", revision: 2 }]);
    expect(await queue.log.status()).toMatchObject({ openDeliveryCount: 1, deadLetterCount: 0 });
  });
});

describe("settle", () => {
  async function settleOne(queue: Harness, outcome: Parameters<DeliveryLog["settle"]>[3]) {
    const lease = await queue.lease();
    const [send] = await sealAll(queue.log, lease, 1);
    const settlement = await queue.store.write((tx) => queue.log.settle(tx, lease, send as Send, outcome));
    const { nextDueAt } = await queue.log.release(lease);
    return { settlement, nextDueAt };
  }

  test("surely not done: pauses the lane with a growing back-off, then plans anew", async () => {
    await using queue = await open({ baseMs: 100, maxMs: 350 });
    await queue.owe("a");
    for (const delayMs of [100, 200, 350, 350]) {
      const dueAt = queue.clock.now() + delayMs;
      expect(await settleOne(queue, { kind: "retryable", reason: "server-error" })).toEqual({
        settlement: { kind: "reopened", dueAt },
        nextDueAt: dueAt,
      });
      expect(await queue.log.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
      expect(await queue.log.dueLanes(10)).toEqual([]);
      queue.clock.advance(delayMs);
      expect(await queue.log.dueLanes(10)).toEqual([LANE]);
    }
    expect(await queue.log.openOf("default", "a")).toMatchObject([{ attemptCount: 4 }]);
  });

  test("a wait that the server asked for is kept to exactly", async () => {
    await using queue = await open();
    await queue.owe("a");
    const { settlement } = await settleOne(queue, { kind: "retryable", reason: "rate-limited", retryAfterMs: 376.2 });
    expect(settlement).toEqual({ kind: "reopened", dueAt: queue.clock.now() + 377 });
  });

  test("a success ends the row of failures", async () => {
    await using queue = await open({ baseMs: 100, maxMs: 10_000 });
    await queue.owe("a");
    await settleOne(queue, { kind: "retryable", reason: "server-error" });
    queue.clock.advance(100);
    await settleOne(queue, delivered);
    await queue.owe("b");
    const { settlement } = await settleOne(queue, { kind: "retryable", reason: "server-error" });
    expect(settlement).toEqual({ kind: "reopened", dueAt: queue.clock.now() + 100 });
  });

  test("given up before it began: open again at once, without blame", async () => {
    await using queue = await open();
    await queue.owe("a");
    expect(await settleOne(queue, { kind: "retryable", reason: "aborted" })).toMatchObject({
      settlement: { kind: "reopened" },
    });
    expect(await queue.log.openOf("default", "a")).toMatchObject([{ attemptCount: 0, dueAt: queue.clock.now() }]);
    expect(await queue.log.dueLanes(10)).toEqual([LANE]);
  });

  test("maybe done: stays sealed and comes back as the same call", async () => {
    await using queue = await open({ baseMs: 100 });
    await queue.owe("a");
    const { settlement } = await settleOne(queue, { kind: "unknown", reason: "answer-lost" });
    expect(settlement).toEqual({ kind: "unknown", dueAt: queue.clock.now() + 100 });
    queue.clock.advance(100);
    const lease = await queue.lease();
    expect(await queue.log.due(lease, 10)).toEqual([]);
    expect(await queue.log.resume(lease, 10)).toMatchObject([{ operation: { text: "a@1" }, attemptCount: 2 }]);
  });

  test("refused: a dead letter keeps the call and the target's words, and the lane is not paused", async () => {
    await using queue = await open();
    await queue.owe("a", { priority: 2 });
    const details = { code: 50035, errors: { embeds: { 0: { _errors: [{ code: "BASE_TYPE_REQUIRED" }] } } } };
    await settleOne(queue, { kind: "rejected", reason: "invalid-form", details });
    expect(await queue.log.deadOf("default", "a")).toMatchObject([
      { laneId: "alerts", revision: 1, reason: "invalid-form", details, operation: { text: "a@1" }, attemptCount: 1 },
    ]);
    expect(await queue.log.status()).toMatchObject({ openDeliveryCount: 0, deadLetterCount: 1 });
    await queue.owe("b");
    expect(await queue.log.dueLanes(10)).toEqual([LANE]);
  });

  test("refused while a newer revision is wanted: that one is tried, nothing is dead", async () => {
    await using queue = await open();
    await queue.owe("a");
    const lease = await queue.lease();
    const [send] = await sealAll(queue.log, lease);
    await queue.owe("a", { revision: 2 });
    const rejected = { kind: "rejected", reason: "invalid-form" } as const;
    expect(await queue.store.write((tx) => queue.log.settle(tx, lease, send as Send, rejected))).toEqual({
      kind: "dead",
      deadLetterIds: [],
    });
    expect(await queue.log.due(lease, 10)).toMatchObject([{ subjectId: "a", revision: 2 }]);
  });

  test.each(["retryable", "unknown"] as const)(
    "%s for longer than the limit: dead, with the last reason",
    async (kind) => {
      await using queue = await open({ giveUpAfterMs: 1_000, baseMs: 100 });
      await queue.owe("a");
      const fail = async () => {
        const lease = await queue.lease();
        const resumed = await queue.log.resume(lease, 1);
        const [send] = resumed.length > 0 ? resumed : await sealAll(queue.log, lease, 1);
        const settlement = await queue.store.write((tx) =>
          queue.log.settle(tx, lease, send as Send, { kind, reason: "server-error" }),
        );
        await queue.log.release(lease);
        return settlement;
      };
      // Age alone is no failure: it waited long before its first call.
      queue.clock.advance(100_000);
      expect((await fail()).kind).toBe(kind === "unknown" ? "unknown" : "reopened");
      queue.clock.advance(1_000);
      expect(await fail()).toMatchObject({ kind: "dead" });
      expect(await queue.log.deadOf("default", "a")).toMatchObject([
        { reason: "expired", details: { last_reason: "server-error" }, mayBeDelivered: kind === "unknown" },
      ]);
    },
  );

  test("surely not done after an answer was lost: the same call again, and only the lost one is counted", async () => {
    await using queue = await open({ baseMs: 100 });
    await queue.owe("a");
    const lease = await queue.lease();
    const [first] = await sealAll(queue.log, lease);
    await queue.store.write((tx) => queue.log.settle(tx, lease, first as Send, { kind: "unknown", reason: "timeout" }));
    queue.clock.advance(100);
    const [second] = await queue.log.resume(lease, 1);
    expect(second).toMatchObject({ sendId: first?.sendId, attemptCount: 2, lostAnswerCount: 1 });
    const limited = { kind: "retryable", reason: "rate-limited", retryAfterMs: 500 } as const;
    expect(await queue.store.write((tx) => queue.log.settle(tx, lease, second as Send, limited))).toEqual({
      kind: "unknown",
      dueAt: queue.clock.now() + 500,
    });
    queue.clock.advance(500);
    const [third] = await queue.log.resume(lease, 1);
    expect(third).toMatchObject({ sendId: first?.sendId, attemptCount: 3, lostAnswerCount: 1 });
    await queue.store.write((tx) =>
      queue.log.settle(tx, lease, third as Send, { kind: "rejected", reason: "invalid-form" }),
    );
    expect(await queue.log.deadOf("default", "a")).toMatchObject([{ reason: "invalid-form", mayBeDelivered: true }]);
  });

  test("answers of calls that were on the wire together never shorten a pause", async () => {
    await using queue = await open({ baseMs: 100 });
    for (const subject of ["a", "b", "c"]) await queue.owe(subject);
    const lease = await queue.lease();
    const [first, second, third] = (await sealAll(queue.log, lease)) as readonly Send[] as [Send, Send, Send];
    const settle = (send: Send, outcome: Parameters<DeliveryLog["settle"]>[3]) =>
      queue.store.write((tx) => queue.log.settle(tx, lease, send, outcome));
    await settle(first, { kind: "retryable", reason: "rate-limited", retryAfterMs: 600 });
    await settle(second, delivered);
    await settle(third, { kind: "retryable", reason: "server-error" });
    await queue.log.release(lease);
    queue.clock.advance(599);
    expect(await queue.log.dueLanes(10)).toEqual([]);
    queue.clock.advance(1);
    expect(await queue.log.dueLanes(10)).toEqual([LANE]);
  });
});

describe("status", () => {
  test("tells since when the oldest delivery of a priority waits", async () => {
    await using queue = await open();
    await queue.owe("info");
    queue.clock.advance(1_000);
    await queue.owe("critical", { priority: 2 });
    expect(await queue.log.status({ minPriority: 2 })).toEqual({
      openDeliveryCount: 2,
      deadLetterCount: 0,
      oldestCreatedAt: queue.clock.now(),
    });
    expect(await queue.log.status()).toMatchObject({ oldestCreatedAt: queue.clock.now() - 1_000 });
  });
});
