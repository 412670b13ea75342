import { setImmediate as nextTurn } from "node:timers/promises";
import { createSeededRandom, sharedRedis, skipUnless, waitFor } from "@tocsin/testkit";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { describe, expect, test } from "vitest";
import type { LaneRef } from "../src/lane-ref.ts";
import { createHeldDrains } from "../src/testing/held-drains.ts";
import { createHarness, lane, NEVER_MS, runHeld } from "./bullmq-harness.ts";

const redis = await sharedRedis();

describe.skipIf(skipUnless(redis.isReachable, "Redis"))("waking over Redis", () => {
  test("a wake in a process that drains nothing is drained by another", async () => {
    await using harness = createHarness(redis.url);
    const [accepting, draining] = [await harness.open(), await harness.open()];
    const held = createHeldDrains();
    runHeld(draining, held);
    accepting.scheduler.wake(lane("a"));
    await waitFor(() => held.countOf("default/a") === 1);
  });

  test("what a full process cannot start is drained by another that is free", async () => {
    await using harness = createHarness(redis.url);
    const [full, free] = [await harness.open(), await harness.open()];
    const [heldByFull, heldByFree] = [createHeldDrains(), createHeldDrains()];
    runHeld(full, heldByFull, 1);
    // Most of the time it waits for an offer when it gets full, and then gets its own.
    await waitFor(() => harness.isTaking());
    full.scheduler.wake(lane("a"));
    full.scheduler.wake(lane("b"));
    runHeld(free, heldByFree, 1);
    await waitFor(() => heldByFull.runningCount() + heldByFree.runningCount() === 2);
    expect([heldByFull.started, heldByFree.started]).toEqual([["default/a"], ["default/b"]]);
  });

  test("what can start here starts here and costs Redis nothing", async () => {
    await using harness = createHarness(redis.url);
    const [here, there] = [await harness.open(), await harness.open()];
    const [heldHere, heldThere] = [createHeldDrains(), createHeldDrains()];
    runHeld(here, heldHere, 1);
    runHeld(there, heldThere, 1);
    here.scheduler.wake(lane("a"));
    expect(heldHere.started).toEqual(["default/a"]);
    // The process is full, but this follows the drain that is under way here.
    here.scheduler.wake(lane("a"));
    heldHere.finish("default/a");
    await waitFor(() => heldHere.countOf("default/a") === 2);
    expect(await harness.admin.exists(harness.key("id"))).toBe(0);
    expect(heldThere.started).toEqual([]);
  });

  test("however many wakes come from elsewhere while a lane is drained, exactly one more drain follows", async () => {
    await using harness = createHarness(redis.url);
    const [accepting, one, two] = [await harness.open(), await harness.open(), await harness.open()];
    const held = createHeldDrains();
    runHeld(one, held);
    runHeld(two, held);
    accepting.scheduler.wake(lane("a"));
    await waitFor(() => held.countOf("default/a") === 1);
    for (let count = 0; count < 5; count++) {
      accepting.scheduler.wake(lane("a"));
      // Kept beside the active job: each of them has come to Redis before the next.
      await waitFor(() => harness.admin.exists(harness.key(`dn:["default","a"]`)));
      await nextTurn();
    }
    expect(held.countOf("default/a")).toBe(1);
    held.finish("default/a");
    await waitFor(() => held.countOf("default/a") === 2);
    held.finish("default/a");
    await waitFor(async () => (await harness.jobCounts()).active === 0);
    expect(await harness.jobCounts()).toEqual({ waiting: 0, active: 0 });
    expect(held.started).toEqual(["default/a", "default/a"]);
    expect(held.peak().ofOneLane).toBe(1);
  });

  test("wakes of one lane that are made together are one job", async () => {
    await using harness = createHarness(redis.url);
    const accepting = await harness.open();
    for (let count = 0; count < 100; count++) accepting.scheduler.wake(lane(`${count % 4}`));
    await waitFor(async () => (await harness.jobCounts()).waiting === 4);
    expect(Number(await harness.admin.get(harness.key("id")))).toBe(4);
  });

  test.each([1, 2, 3])(
    "two thousand random wakes: every lane is drained after its last one (seed %i)",
    async (seed) => {
      const random = createSeededRandom(seed);
      await using harness = createHarness(redis.url);
      let time = 0;
      const wokenAt = new Map<string, number>();
      const drainedAt = new Map<string, number>();
      const peaks: { ofOneLane: number; together: number }[] = [];
      const members = [await harness.open(), await harness.open(), await harness.open()];
      for (const { scheduler } of members.slice(1)) {
        const active: string[] = [];
        const peak = { ofOneLane: 0, together: 0 };
        peaks.push(peak);
        const drain = async ({ organizationId, laneId }: LaneRef) => {
          const name = `${organizationId}/${laneId}`;
          drainedAt.set(name, time++);
          active.push(name);
          peak.ofOneLane = Math.max(peak.ofOneLane, active.filter((each) => each === name).length);
          peak.together = Math.max(peak.together, active.length);
          for (let turns = random.integer(0, 5); turns > 0; turns--) await nextTurn();
          active.splice(active.indexOf(name), 1);
          return null;
        };
        scheduler.run(drain, { concurrency: 2, probeMs: NEVER_MS });
      }
      for (let count = 0; count < 2_000; count++) {
        const woken = lane(`${random.integer(0, 9)}`, `organization-${random.integer(0, 3)}`);
        wokenAt.set(`${woken.organizationId}/${woken.laneId}`, time++);
        random.pick(members).scheduler.wake(woken);
        if (random.next() < 0.3) await nextTurn();
      }
      const late = () => [...wokenAt].filter(([name, at]) => (drainedAt.get(name) ?? -1) < at).map(([name]) => name);
      await waitFor(() => late().length === 0).catch(() => {});
      expect(late(), `seed ${seed}`).toEqual([]);
      for (const peak of peaks) expect(peak).toEqual({ ofOneLane: 1, together: 2 });
      expect(members.flatMap(({ errors }) => errors)).toEqual([]);
    },
  );

  test("an organisation that offers many lanes lets another's only lane pass", async () => {
    await using harness = createHarness(redis.url);
    const [accepting, draining] = [await harness.open(), await harness.open()];
    for (let count = 0; count < 10; count++) accepting.scheduler.wake(lane(`${count}`, "loud"));
    accepting.scheduler.wake(lane("only", "quiet"));
    await waitFor(async () => (await harness.jobCounts()).waiting === 11);
    const held = createHeldDrains();
    runHeld(draining, held, 1);
    for (let done = 0; done < 11; done++) {
      await waitFor(() => held.started.length === done + 1);
      held.finish(held.started[done] as string);
    }
    expect(held.started.indexOf("quiet/only")).toBeLessThanOrEqual(1);
    expect(new Set(held.started).size).toBe(11);
  });

  test("the same lane of two organisations is two lanes, whatever their names", async () => {
    await using harness = createHarness(redis.url);
    const [accepting, draining] = [await harness.open(), await harness.open()];
    const held = createHeldDrains();
    runHeld(draining, held);
    const lanes = [lane("c", "a/b"), lane("b/c", "a"), lane("c", "a:b"), lane("b:c", "a")];
    for (const each of lanes) accepting.scheduler.wake(each);
    await waitFor(() => held.runningCount() === 4);
  });

  test("a run that ends leaves what it has taken but not begun to another process", async () => {
    await using harness = createHarness(redis.url);
    const [accepting, leaving, staying] = [await harness.open(), await harness.open(), await harness.open()];
    const [heldByLeaving, heldByStaying] = [createHeldDrains(), createHeldDrains()];
    const running = runHeld(leaving, heldByLeaving);
    leaving.scheduler.wake(lane("a"));
    // Taken, it follows the drain that is under way.
    accepting.scheduler.wake(lane("a"));
    await waitFor(async () => (await harness.jobCounts()).active === 1);
    runHeld(staying, heldByStaying);
    await running.close();
    await waitFor(() => heldByStaying.countOf("default/a") === 1);
    expect(heldByLeaving.started).toEqual(["default/a"]);
  });

  test("after a run, wakes go to the other processes; after the end, nowhere", async () => {
    await using harness = createHarness(redis.url);
    const [leaving, staying] = [await harness.open(), await harness.open()];
    const [heldByLeaving, heldByStaying] = [createHeldDrains(), createHeldDrains()];
    await runHeld(leaving, heldByLeaving).close();
    runHeld(staying, heldByStaying);
    leaving.scheduler.wake(lane("a"));
    await waitFor(() => heldByStaying.countOf("default/a") === 1);
    await leaving.scheduler.close();
    leaving.scheduler.wake(lane("b"));
    expect(heldByLeaving.started).toEqual([]);
    expect(leaving.errors).toEqual([]);
  });

  test("a run may follow another", async () => {
    await using harness = createHarness(redis.url);
    const [accepting, draining] = [await harness.open(), await harness.open()];
    await runHeld(draining, createHeldDrains()).close();
    const held = createHeldDrains();
    runHeld(draining, held);
    draining.scheduler.wake(lane("woken here"));
    accepting.scheduler.wake(lane("woken elsewhere"));
    await waitFor(() => held.runningCount() === 2);
  });

  test("a wake right before the end is still given away", async () => {
    await using harness = createHarness(redis.url);
    const [leaving, staying] = [await harness.open(), await harness.open()];
    leaving.scheduler.wake(lane("a"));
    await leaving.scheduler.close();
    const held = createHeldDrains();
    runHeld(staying, held);
    await waitFor(() => held.countOf("default/a") === 1);
  });

  test("nothing stays in Redis but the queue's bookkeeping", async () => {
    await using harness = createHarness(redis.url);
    const [accepting, draining] = [await harness.open(), await harness.open()];
    let drainCount = 0;
    draining.scheduler.run(
      async () => {
        drainCount++;
        return null;
      },
      { concurrency: 4, probeMs: NEVER_MS },
    );
    for (let count = 0; count < 50; count++) accepting.scheduler.wake(lane(`${count}`));
    await waitFor(() => drainCount === 50);
    await draining.scheduler.close();
    const names = (await harness.admin.keys(`{${harness.prefix}}:*`)).map((key) => key.replace(harness.key(""), ""));
    expect(["events", "id", "marker", "meta", "stalled-check"]).toEqual(expect.arrayContaining(names));
    expect(await harness.admin.xlen(harness.key("events"))).toBeLessThan(400);
  });

  test("a job that is no wake is thrown away", async () => {
    await using harness = createHarness(redis.url);
    const [accepting, draining] = [await harness.open(), await harness.open()];
    const queue = new Queue("wakes", { connection: harness.admin, prefix: `{${harness.prefix}}` });
    for (const data of [null, 7, {}, { organizationId: "default" }]) await queue.add("wake", data);
    await queue.close();
    const held = createHeldDrains();
    runHeld(draining, held, 1);
    accepting.scheduler.wake(lane("a"));
    await waitFor(() => held.countOf("default/a") === 1);
    expect(held.started).toEqual(["default/a"]);
    expect(draining.errors).toEqual([]);
  });

  test("a client that is handed in is a template only", async () => {
    await using harness = createHarness(redis.url);
    const template = new Redis(redis.url, { lazyConnect: true, keyPrefix: "theirs:" });
    const [accepting, draining] = [await harness.open({ redis: template }), await harness.open()];
    const held = createHeldDrains();
    runHeld(draining, held);
    accepting.scheduler.wake(lane("a"));
    await waitFor(() => held.countOf("default/a") === 1);
    await accepting.scheduler.close();
    expect(template.status).toBe("wait");
  });

  test("a lane whose taker died is found by the probe", async () => {
    await using harness = createHarness(redis.url);
    const accepting = await harness.open();
    accepting.scheduler.wake(lane("a"));
    const dead = new Worker("wakes", null, {
      connection: harness.admin,
      prefix: `{${harness.prefix}}`,
      autorun: false,
    });
    await waitFor(() => dead.getNextJob("dead", { block: false }));
    await dead.close(true);
    let owed: readonly LaneRef[] = [];
    const draining = await harness.open({ probe: async () => owed });
    const held = createHeldDrains();
    draining.scheduler.run(held.drain, { concurrency: 1, probeMs: 20 });
    accepting.scheduler.wake(lane("a"));
    await waitFor(() => harness.admin.exists(harness.key(`dn:["default","a"]`)));
    expect(held.started).toEqual([]);
    owed = [lane("a")];
    await waitFor(() => held.countOf("default/a") === 1);
  });
});
