import { setTimeout as delay } from "node:timers/promises";
import { isTocsinError } from "@tocsin/errors";
import { createDeliveryLog, type Lease, queueMigrations, type Send, type Settlement } from "@tocsin/queue";
import { openPostgresStore } from "@tocsin/store";
import { hasPostgresServer, skipUnless, startPostgresServer } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";

const LANE = { organizationId: "default", laneId: "alerts" };
const SUBJECT_COUNT = 30;
const LEASE_MS = 2_000;

/** Tries again what failed because the database was away; anything else is a mistake. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isTocsinError(error) || !error.retryable) throw error;
      await delay(20);
    }
  }
}

describe.skipIf(skipUnless(hasPostgresServer(), "a Postgres to start"))("a Postgres that is restarted", () => {
  test.each(["kill", "stop"] as const)(
    "by %s in the middle of a drain: nothing is lost, and what was repeated is counted",
    async (end) => {
      await using server = await startPostgresServer();
      const store = openPostgresStore({ url: server.url, migrations: [queueMigrations] });
      await store.ready();
      const log = createDeliveryLog({ store, retry: { baseMs: 1 } });
      const debts = Array.from({ length: SUBJECT_COUNT }, (_, index) => ({
        ...LANE,
        subjectId: `s${index}`,
        revision: 1,
        priority: 0,
        dueAt: 0,
      }));
      await store.write((tx) => log.owe(tx, debts));

      const calls = new Map<string, number>();
      const admitted = new Map<string, number>();
      const shown = new Set<string>();
      let restarting: Promise<void> | null = null;
      async function call(send: Send): Promise<void> {
        calls.set(send.sendId, (calls.get(send.sendId) ?? 0) + 1);
        for (const { subjectId } of send.covers) shown.add(subjectId);
        if (shown.size < SUBJECT_COUNT / 2 || restarting !== null) return;
        restarting = server[end]().then(() => server.start());
        // The first answer meets a server that is gone.
        if (end === "kill") await delay(20);
      }
      async function callAndSettle(lease: Lease, send: Send): Promise<Settlement> {
        await call(send);
        const settlement = await insist(() =>
          store.write((tx) => log.settle(tx, lease, send, { kind: "delivered", value: null })),
        );
        if (settlement.kind === "settled") admitted.set(send.sendId, send.lostAnswerCount + 1);
        return settlement;
      }
      async function drain(): Promise<void> {
        const lease = await log.lease(LANE, { leaseMs: LEASE_MS });
        if (lease === null) return;
        const resumed = await log.resume(lease, 5);
        const due = await log.due(lease, 5);
        const sends = await log.seal(
          lease,
          due.map((delivery) => ({ operation: null, covers: [delivery] })),
        );
        for (const send of [...resumed, ...sends]) await callAndSettle(lease, send);
        await log.release(lease);
      }
      while ((await insist(() => log.status())).openDeliveryCount > 0) {
        await insist(drain);
        await delay(5);
      }
      await restarting;

      expect(restarting).not.toBeNull();
      expect(shown.size).toBe(SUBJECT_COUNT);
      expect(await log.status()).toEqual({ openDeliveryCount: 0, deadLetterCount: 0, oldestCreatedAt: null });
      for (const [sendId, count] of calls) expect(admitted.get(sendId)).toBeGreaterThanOrEqual(count);
      await store.close();
    },
  );
});
