import { createDeliveryLog, queueMigrations } from "@tocsin/queue";
import { openPostgresStore } from "@tocsin/store";
import { randomPrefix, sharedPostgres, sharedRedis, skipUnless, waitFor } from "@tocsin/testkit";
import { Worker } from "bullmq";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import type { LaneRef } from "../src/lane-ref.ts";
import { createHarness, lane, NEVER_MS } from "./bullmq-harness.ts";

const redis = await sharedRedis();
const postgres = await sharedPostgres();
const isSkipped = skipUnless(redis.isReachable, "Redis") || skipUnless(postgres.isReachable, "Postgres");

describe.skipIf(isSkipped)("a process that was paused for longer than its job's lock", () => {
  test("sees its lane drained elsewhere, but only one of the two gets the lease", async () => {
    const schema = randomPrefix();
    const store = openPostgresStore({ url: postgres.url, schema, migrations: [queueMigrations] });
    await using harness = createHarness(redis.url);
    try {
      await store.ready();
      const [paused, other, accepting] = [await harness.open(), await harness.open(), await harness.open()];
      const gate = Promise.withResolvers<void>();
      const events: string[] = [];
      const drainAs = (name: string) => {
        const log = createDeliveryLog({ store });
        return async (ref: LaneRef) => {
          const lease = await log.lease(ref, { leaseMs: 30_000 });
          events.push(`${name}: ${lease === null ? "refused" : "drains"}`);
          if (lease === null) return null;
          await gate.promise;
          return (await log.release(lease)).nextDueAt;
        };
      };
      const pausedRun = paused.scheduler.run(drainAs("paused"), { concurrency: 1, probeMs: NEVER_MS });
      accepting.scheduler.wake(lane("a"));
      await waitFor(() => events.length === 1);

      // What happens in Redis meanwhile: the lock runs out, and somebody finds the job stalled.
      const finder = new Worker("wakes", null, {
        connection: harness.admin,
        prefix: `{${harness.prefix}}`,
        autorun: false,
        stalledInterval: 20,
      });
      const stalled = new Promise((resolve) => finder.on("stalled", resolve));
      const [jobId] = await harness.admin.lrange(harness.key("active"), 0, -1);
      await harness.admin.del(harness.key(`${jobId}:lock`), harness.key("stalled-check"));
      await finder.startStalledCheckTimer();
      await stalled;
      await finder.close(true);

      other.scheduler.run(drainAs("other"), { concurrency: 1, probeMs: NEVER_MS });
      await waitFor(() => events.length === 2);
      expect(events).toEqual(["paused: drains", "other: refused"]);
      gate.resolve();
      await pausedRun.close();
      accepting.scheduler.wake(lane("a"));
      await waitFor(() => events.length === 3);
      expect(events.at(-1)).toBe("other: drains");
      expect([...paused.errors, ...other.errors]).toEqual([]);
    } finally {
      await store.write((tx) => sql`drop schema ${sql.id(schema)} cascade`.execute(tx));
      await store.close();
    }
  });
});
