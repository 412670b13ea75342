import { createDeliveryLog } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { skipUnless } from "@tocsin/testkit";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Step, steps, WORKERS } from "./model/steps.ts";
import { createWorker, LANE } from "./model/worker.ts";
import { createWorld } from "./model/world.ts";
import { openPostgres, postgres } from "./open-postgres.ts";
import { openSqlite } from "./open-sqlite.ts";

const TABLES = ["deliveries", "sends", "lanes", "dead_letters"];
const ROUND_MS = 120_000;
/** Less than the hour by which the clock steps: nothing may be held up for as long as that. */
const MAX_ROUND_COUNT = 25;

async function snapshot(store: Store): Promise<readonly unknown[]> {
  const tables = TABLES.map((table) => sql`select * from ${sql.table(table)} order by 1, 2`.execute(store.read));
  return (await Promise.all(tables)).map(({ rows }) => rows);
}

async function walk(store: Store, path: readonly Step[]): Promise<void> {
  await store.write(async (tx) => {
    for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(tx);
  });
  let nowMs = 1_800_000_000_000;
  const world = createWorld();
  const newest = { fence: 0 };
  const createLog = () =>
    createDeliveryLog({
      store: { ...store, exclusiveOwner: null },
      clock: "caller",
      now: () => nowMs,
      random: () => 0.5,
    });
  const start = () => createWorker({ log: createLog(), store, world, newest, snapshot: () => snapshot(store) });
  const workers = WORKERS.map(start);
  const log = createLog();

  async function take(step: Step): Promise<void> {
    if (step.kind === "clock") nowMs += step.ms;
    if (step.kind === "raise") {
      const { subject: subjectId, priority } = step;
      const debt = { ...LANE, subjectId, revision: world.want(subjectId), priority, dueAt: nowMs };
      await store.write((tx) => log.owe(tx, [debt]));
    }
    if (step.kind === "redrive") {
      const { deadLetters } = await log.deadLetters(LANE.organizationId);
      const ids = deadLetters.map(({ deadLetterId }) => deadLetterId);
      await store.write((tx) => log.redrive(tx, LANE.organizationId, ids, step));
    }
    if (!("worker" in step)) return;
    const worker = workers[step.worker];
    if (step.kind === "crash") workers[step.worker] = start();
    if (step.kind === "call") await worker?.call(step.outcomes, step.isPacked);
    if (step.kind === "answer") await worker?.answer();
    if (step.kind === "release") await worker?.release();
  }

  for (const step of path) await take(step);

  // All goes well from here on. Only what the probe finds is worked on.
  workers.splice(0, workers.length, start());
  for (let round = 0; (await log.status()).openDeliveryCount > 0; round++) {
    expect(round).toBeLessThan(MAX_ROUND_COUNT);
    nowMs += ROUND_MS;
    if ((await log.dueLanes(1)).length === 0) continue;
    await workers[0]?.call([], false);
    while (workers[0]?.isIdle() === false) await workers[0].answer();
    await workers[0]?.release();
  }
  const { deadLetters } = await log.deadLetters(LANE.organizationId, { perPage: 100 });
  world.expectNothingLost(deadLetters);
  const [deliveries, sends] = await snapshot(store);
  expect([deliveries, sends]).toEqual([[], []]);
}

const holds = (store: Store, numRuns: number) =>
  fc.assert(
    fc.asyncProperty(steps, (path) => walk(store, path)),
    { numRuns },
  );

describe("whatever order debts, calls, answers, crashes, redrives and clock steps come in, every newest revision ends shown or dead, in order, and the late worker changes nothing", () => {
  test("on SQLite", async () => {
    const store = await openSqlite();
    await holds(store, 100);
    await store.close();
  }, 60_000);

  describe.skipIf(skipUnless(postgres.isReachable, "Postgres"))("on Postgres", () => {
    let store: Store;
    beforeAll(async () => {
      store = await openPostgres();
    });
    afterAll(() => store.close());

    test("with two workers", () => holds(store, 30), 120_000);
  });
});
