import { createDeliveryLog } from "@tocsin/queue";
import { deliveryLogContract } from "@tocsin/queue/testing";
import { createFakeClock } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { openSqlite } from "./open-sqlite.ts";

const LANE = { organizationId: "default", laneId: "alerts" };
const LEASE_MS = 30_000;

describe("on SQLite", () => {
  deliveryLogContract({
    async create(setup) {
      const store = await openSqlite();
      // As if several processes shared it: each log is an owner of its own.
      const createLog = () => createDeliveryLog({ ...setup, store: { ...store, exclusiveOwner: null } });
      return { log: createLog(), createRival: createLog, write: store.write, close: store.close };
    },
  });

  test("a lease of a former process is taken at once, since no other process can have the store", async () => {
    const store = await openSqlite();
    const { now } = createFakeClock();
    const log = createDeliveryLog({ store, now });
    await store.write((tx) => log.owe(tx, [{ ...LANE, subjectId: "a", revision: 1, priority: 0, dueAt: now() }]));
    const stale = await log.lease(LANE, { leaseMs: LEASE_MS });
    const sameProcess = createDeliveryLog({ store, now });
    expect(await sameProcess.lease(LANE, { leaseMs: LEASE_MS })).toBeNull();
    expect(await sameProcess.dueLanes(10)).toEqual([]);
    const successor = createDeliveryLog({ store: { ...store, exclusiveOwner: "the next process" }, now });
    expect(await successor.dueLanes(10)).toEqual([LANE]);
    expect(await successor.lease(LANE, { leaseMs: LEASE_MS })).toMatchObject({ fence: (stale?.fence ?? 0) + 1 });
    await store.close();
  });

  test("has no clock of its own", async () => {
    const store = await openSqlite();
    expect(() => createDeliveryLog({ store, clock: "database" })).toThrow(
      expect.objectContaining({ code: "QUEUE_INVALID_OPTION" }),
    );
    await store.close();
  });
});
