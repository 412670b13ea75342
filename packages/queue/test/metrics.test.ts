import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import type { Outcome, Reason } from "@tocsin/alert/plugin";
import { createDeliveryLog, type Lease, registerQueueMetrics, type Send } from "@tocsin/queue";
import { createFakeClock } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { openSqlite } from "./open-sqlite.ts";

const LANE = { organizationId: "default", laneId: "alerts" };

class PullReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

/** A meter, and what its reader sees: one line for each value, such as `tocsin.queue.open{tocsin.priority=2} 1`. */
function createMeter() {
  const reader = new PullReader();
  const provider = new MeterProvider({ readers: [reader] });
  return {
    meter: provider.getMeter("test"),
    async read(): Promise<readonly string[]> {
      const { resourceMetrics, errors } = await reader.collect();
      expect(errors).toEqual([]);
      return resourceMetrics.scopeMetrics
        .flatMap(({ metrics }) => metrics)
        .flatMap(({ descriptor, dataPoints }) => {
          const labels = (attributes: object) => Object.entries(attributes).map(([name, label]) => `${name}=${label}`);
          return dataPoints.map(({ attributes, value }) => `${descriptor.name}{${labels(attributes).join()}} ${value}`);
        })
        .toSorted();
    },
  };
}

async function open() {
  const store = await openSqlite();
  const clock = createFakeClock();
  const { meter, read } = createMeter();
  const log = createDeliveryLog({ store, now: clock.now, random: () => 1, meter });
  return {
    clock,
    log,
    meter,
    read,
    store,
    owe: (subjectId: string, priority = 0) =>
      store.write((tx) => log.owe(tx, [{ ...LANE, subjectId, revision: 1, priority, dueAt: clock.now() }])),
    async settleOne(outcome: Outcome<unknown>, lease?: Lease) {
      const held = lease ?? ((await log.lease(LANE, { leaseMs: 1_000 })) as Lease);
      const [delivery] = await log.due(held, 1);
      const [send] = await log.seal(held, [{ operation: null, covers: delivery === undefined ? [] : [delivery] }]);
      await store.write((tx) => log.settle(tx, held, send as Send, outcome));
      await log.release(held);
    },
    [Symbol.asyncDispose]: () => store.close(),
  };
}

test("counts answers by what became of them, retries by their reason, and what the fence refused", async () => {
  await using queue = await open();
  await queue.owe("a");
  const retryable = (reason: Reason) => ({ kind: "retryable", reason, retryAfterMs: 10 }) as const;
  await queue.settleOne(retryable("server-error"));
  queue.clock.advance(10);
  await queue.settleOne(retryable("rate-limited"));
  queue.clock.advance(10);
  await queue.settleOne(retryable("rate-limited"));
  queue.clock.advance(10);
  await queue.settleOne({ kind: "delivered", value: null });
  await queue.owe("b");
  await queue.settleOne({ kind: "rejected", reason: "invalid-form" });
  await queue.owe("c");
  const stale = (await queue.log.lease(LANE, { leaseMs: 1_000 })) as Lease;
  const [delivery] = await queue.log.due(stale, 1);
  await queue.log.seal({ ...stale, fence: stale.fence - 1 }, [
    { operation: null, covers: [delivery as Send["covers"][0]] },
  ]);
  expect(await queue.read()).toEqual([
    "tocsin.queue.fenced{} 1",
    "tocsin.queue.retries{tocsin.reason=rate-limited} 2",
    "tocsin.queue.retries{tocsin.reason=server-error} 1",
    "tocsin.queue.settled{tocsin.settlement=dead} 1",
    "tocsin.queue.settled{tocsin.settlement=reopened} 3",
    "tocsin.queue.settled{tocsin.settlement=settled} 1",
  ]);
});

test("observes what is open by priority, the oldest of all and of the critical, the dead and the paused", async () => {
  await using queue = await open();
  const { log, meter, clock } = queue;
  registerQueueMetrics({ log, meter, cacheMs: 0, now: clock.now });
  const gauges = async () => (await queue.read()).filter((line) => !/settled|retries|fenced/.test(line));
  expect(await gauges()).toEqual([
    "tocsin.queue.dead_letters{} 0",
    "tocsin.queue.oldest{tocsin.scope=all} 0",
    "tocsin.queue.oldest{tocsin.scope=critical} 0",
    "tocsin.queue.paused_lanes{} 0",
  ]);
  await queue.owe("dead");
  await queue.settleOne({ kind: "rejected", reason: "invalid-form" });
  await queue.owe("old");
  clock.advance(90_000);
  await queue.owe("critical", 2);
  clock.advance(1_500);
  await queue.settleOne({ kind: "retryable", reason: "server-error" });
  expect(await gauges()).toEqual([
    "tocsin.queue.dead_letters{} 1",
    "tocsin.queue.oldest{tocsin.scope=all} 91.5",
    "tocsin.queue.oldest{tocsin.scope=critical} 1.5",
    "tocsin.queue.open{tocsin.priority=0} 1",
    "tocsin.queue.open{tocsin.priority=2} 1",
    "tocsin.queue.paused_lanes{} 1",
  ]);
  clock.advance(1_000);
  await queue.settleOne({ kind: "delivered", value: null });
  expect(await gauges()).toContain("tocsin.queue.open{tocsin.priority=2} 0");
});

test("readers that come often share one reading, and nobody reads after the end", async () => {
  await using queue = await open();
  let readCount = 0;
  const log = {
    depth: () => {
      readCount++;
      return queue.log.depth();
    },
  };
  const readTwice = async (cacheMs: number) => {
    const { unregister } = registerQueueMetrics({ log, meter: queue.meter, cacheMs });
    await queue.read();
    await queue.read();
    unregister();
    return readCount;
  };
  expect(await readTwice(60_000)).toBe(1);
  expect(await readTwice(0)).toBe(3);
  await queue.read();
  expect(readCount).toBe(3);
});

test("a log that cannot be read is left out, and is read again", async () => {
  await using queue = await open();
  let isAway = true;
  const log = { depth: () => (isAway ? Promise.reject(new Error("away")) : queue.log.depth()) };
  registerQueueMetrics({ log, meter: queue.meter });
  expect(await queue.read()).toEqual([]);
  isAway = false;
  expect(await queue.read()).toContain("tocsin.queue.dead_letters{} 0");
});
