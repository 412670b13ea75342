import { describe, expect, test, vi } from "vitest";
import type { LaneRef } from "../lane-ref.ts";
import type { Drain, LaneScheduler, RunningScheduler, RunOptions } from "../lane-scheduler.ts";
import { createHeldDrains } from "./held-drains.ts";

/** What a scheduler under test is given. */
export interface LaneSchedulerSetup {
  /** Stands for `DeliveryLog.dueLanes`. */
  readonly probe: (maxCount: number) => Promise<readonly LaneRef[]>;
  /** Is to be told of probes and drains that threw. */
  readonly onError: (error: unknown) => void;
}

export interface LaneSchedulerUnderTest {
  readonly scheduler: LaneScheduler;
  /** Ends connections and removes what the test left behind. Called after every run was closed. */
  close(): Promise<void>;
}

export interface LaneSchedulerHarness {
  /** A scheduler that shares nothing with those before it (a queue or key prefix of its own). Called once in every test. */
  create(setup: LaneSchedulerSetup): LaneSchedulerUnderTest | Promise<LaneSchedulerUnderTest>;
}

/** Longer than any test: with it nothing is found by the probe but what the first one, at the start of a run, finds. */
const NEVER_MS = 60_000;

const lane = (laneId: string, organizationId = "default"): LaneRef => ({ organizationId, laneId });

const until = (check: () => boolean) => vi.waitFor(() => expect(check()).toBe(true), { timeout: 10_000, interval: 5 });

interface Bench extends AsyncDisposable {
  readonly scheduler: LaneScheduler;
  readonly errors: readonly unknown[];
  run(drain: Drain, options?: Partial<RunOptions>): RunningScheduler;
}

/**
 * What every `LaneScheduler` keeps to, as vitest tests. Call it in a test file of the implementation:
 * `laneSchedulerContract({ create: async ({ probe, onError }) => ({ scheduler, close }) })`.
 */
export function laneSchedulerContract(harness: LaneSchedulerHarness): void {
  async function open(probe: LaneSchedulerSetup["probe"] = async () => []): Promise<Bench> {
    const errors: unknown[] = [];
    const runs: RunningScheduler[] = [];
    const { scheduler, close } = await harness.create({ probe, onError: (error) => errors.push(error) });
    return {
      scheduler,
      errors,
      run(drain, options) {
        const running = scheduler.run(drain, { concurrency: 4, probeMs: NEVER_MS, ...options });
        runs.push(running);
        return running;
      },
      async [Symbol.asyncDispose]() {
        for (const running of runs) await running.close();
        await close();
      },
    };
  }

  describe("wakes", () => {
    test("a wake makes its lane be drained, also one that came before the run", async () => {
      await using bench = await open();
      const held = createHeldDrains();
      bench.scheduler.wake(lane("early"));
      bench.run(held.drain);
      await until(() => held.countOf("default/early") === 1);
      bench.scheduler.wake(lane("later"));
      await until(() => held.countOf("default/later") === 1);
    });

    test("however many wakes come while a lane is drained, exactly one more drain follows", async () => {
      await using bench = await open();
      const held = createHeldDrains();
      bench.run(held.drain, { concurrency: 1 });
      bench.scheduler.wake(lane("a"));
      await until(() => held.countOf("default/a") === 1);
      for (let count = 0; count < 5; count++) bench.scheduler.wake(lane("a"));
      held.finish("default/a");
      await until(() => held.countOf("default/a") === 2);
      // Stands behind a third drain of "a", if there were one.
      bench.scheduler.wake(lane("behind"));
      held.finish("default/a");
      await until(() => held.started.includes("default/behind"));
      expect(held.started).toEqual(["default/a", "default/a", "default/behind"]);
    });

    test("a wake at any moment of a drain's end is not lost", async () => {
      await using bench = await open();
      let owed = 0;
      let drainCount = 0;
      bench.run(async () => {
        drainCount++;
        owed = 0;
        // The end of a drain falls before, into and after the turns in which the wakes below are made.
        for (let turn = 0; turn < drainCount % 4; turn++) await new Promise((resolve) => setImmediate(resolve));
        return null;
      });
      for (let count = 0; count < 50; count++) {
        owed++;
        bench.scheduler.wake(lane("a"));
        await until(() => owed === 0);
        for (let turn = 0; turn < count % 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      }
    });

    test("the same lane of two organisations is two lanes", async () => {
      await using bench = await open();
      const held = createHeldDrains();
      bench.run(held.drain);
      bench.scheduler.wake(lane("a", "one"));
      bench.scheduler.wake(lane("a", "two"));
      await until(() => held.runningCount() === 2);
      expect(held.started.toSorted()).toEqual(["one/a", "two/a"]);
    });
  });

  describe("what runs together", () => {
    test("never two drains of one lane, whether it is woken or found by the probe", async () => {
      await using bench = await open(async () => [lane("a")]);
      const held = createHeldDrains();
      bench.run(held.drain, { probeMs: 5 });
      for (let count = 1; count <= 10; count++) {
        await until(() => held.countOf("default/a") >= count && held.runningCount() > 0);
        for (let wake = 0; wake < 3; wake++) bench.scheduler.wake(lane("a"));
        await new Promise((resolve) => setTimeout(resolve, 10));
        held.finish("default/a");
      }
      expect(held.peak().ofOneLane).toBe(1);
    });

    test("as many lanes as it may, and no more", async () => {
      await using bench = await open();
      const held = createHeldDrains();
      bench.run(held.drain, { concurrency: 2 });
      for (const id of ["a", "b", "c", "d"]) bench.scheduler.wake(lane(id));
      for (let done = 0; done < 4; done++) {
        await until(() => held.runningCount() === Math.min(2, 4 - done));
        const next = held.started[done];
        if (next !== undefined) held.finish(next);
      }
      expect(held.peak().together).toBe(2);
      expect(held.started.toSorted()).toEqual(["default/a", "default/b", "default/c", "default/d"]);
    });

    test("organisations take turns: one with many lanes keeps another waiting for two drains at most", async () => {
      await using bench = await open();
      const held = createHeldDrains();
      bench.run(held.drain, { concurrency: 1 });
      bench.scheduler.wake(lane("first", "loud"));
      await until(() => held.runningCount() === 1);
      for (let count = 0; count < 10; count++) bench.scheduler.wake(lane(`${count}`, "loud"));
      bench.scheduler.wake(lane("only", "quiet"));
      for (let done = 0; done < 12; done++) {
        await until(() => held.started.length === done + 1);
        held.finish(held.started[done] as string);
      }
      // One is under way, and one may have been taken up already.
      expect(held.started.indexOf("quiet/only")).toBeLessThanOrEqual(2);
      expect(new Set(held.started).size).toBe(12);
    });
  });

  describe("what needs no wake", () => {
    test("a lane whose wake was lost is found by the probe, at the start and later", async () => {
      const owed: LaneRef[] = [lane("at the start")];
      await using bench = await open(async () => owed.splice(0));
      const held = createHeldDrains();
      bench.run(held.drain, { probeMs: 10 });
      await until(() => held.countOf("default/at the start") === 1);
      owed.push(lane("later"));
      await until(() => held.countOf("default/later") === 1);
    });

    test("a lane that said when it wants to be drained again is drained then, not at the next probe", async () => {
      await using bench = await open();
      const startedAt: number[] = [];
      let wantedAt = 0;
      bench.run(async () => {
        startedAt.push(Date.now());
        if (startedAt.length > 1) return null;
        wantedAt = Date.now() + 40;
        return wantedAt;
      });
      bench.scheduler.wake(lane("a"));
      await until(() => startedAt.length === 2);
      // A timer may fire within the millisecond before.
      expect(startedAt[1]).toBeGreaterThanOrEqual(wantedAt - 2);
    });
  });

  describe("trouble", () => {
    test("a drain that throws is reported, and its lane can be drained again", async () => {
      await using bench = await open();
      let drainCount = 0;
      bench.run(async () => {
        drainCount++;
        if (drainCount === 1) throw new Error("drain");
        return null;
      });
      bench.scheduler.wake(lane("a"));
      await until(() => bench.errors.length === 1);
      expect(bench.errors).toMatchObject([{ message: "drain" }]);
      bench.scheduler.wake(lane("a"));
      await until(() => drainCount === 2);
    });

    test("a probe that throws is reported, and the next one is made", async () => {
      let probeCount = 0;
      await using bench = await open(async () => {
        probeCount++;
        if (probeCount === 1) throw new Error("probe");
        return [lane("a")];
      });
      const held = createHeldDrains();
      bench.run(held.drain, { probeMs: 10 });
      await until(() => held.countOf("default/a") === 1);
      expect(bench.errors).toMatchObject([{ message: "probe" }]);
    });
  });

  describe("closing", () => {
    test("tells the drains to take nothing new, waits for their end, and starts nothing any more", async () => {
      await using bench = await open(async () => [lane("probed")]);
      const events: string[] = [];
      const running = bench.run(
        ({ laneId }, signal) =>
          new Promise((resolve) => {
            events.push(`drains ${laneId}`);
            signal.addEventListener("abort", () => {
              events.push("told");
              setTimeout(() => {
                events.push("ended");
                resolve(null);
              }, 20);
            });
          }),
        { probeMs: 10 },
      );
      await until(() => events.length === 1);
      await running.close();
      events.push("closed");
      expect(() => bench.scheduler.wake(lane("too late"))).not.toThrow();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(events).toEqual(["drains probed", "told", "ended", "closed"]);
    });

    test("twice is as good as once", async () => {
      await using bench = await open();
      const running = bench.run(async () => null);
      await Promise.all([running.close(), running.close()]);
      await running.close();
    });
  });
}
