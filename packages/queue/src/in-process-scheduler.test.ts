import { waitFor } from "@tocsin/testkit";
import { expect, test } from "vitest";
import type { LaneRef } from "./delivery-log.ts";
import { createInProcessScheduler } from "./in-process-scheduler.ts";

const lane = (laneId: string, organizationId = "default"): LaneRef => ({ organizationId, laneId });
const noLanes = async () => [];
const unexpected = (error: unknown) => {
  throw error;
};

/** Holds each drain until it is let go, and remembers the order. */
function heldDrains() {
  const started: string[] = [];
  const gates = new Map<string, () => void>();
  return {
    started,
    drain: (ref: LaneRef) =>
      new Promise<null>((resolve) => {
        started.push(`${ref.organizationId}/${ref.laneId}`);
        gates.set(ref.laneId, () => resolve(null));
      }),
    finish: (laneId: string) => gates.get(laneId)?.(),
  };
}

test("a wake that comes while its lane is drained makes one more drain follow, never two at once", async () => {
  const held = heldDrains();
  const scheduler = createInProcessScheduler({ probe: noLanes, onError: unexpected });
  const running = scheduler.run(held.drain, { concurrency: 4, probeMs: 10_000 });
  for (let count = 0; count < 5; count++) scheduler.wake(lane("a"));
  expect(held.started).toEqual(["default/a"]);
  scheduler.wake(lane("a"));
  held.finish("a");
  await waitFor(() => held.started.length === 2);
  held.finish("a");
  await running.close();
  expect(held.started).toHaveLength(2);
});

test("runs as many lanes at once as it may, and no more", async () => {
  const held = heldDrains();
  const scheduler = createInProcessScheduler({ probe: noLanes, onError: unexpected });
  const running = scheduler.run(held.drain, { concurrency: 2, probeMs: 10_000 });
  for (const id of ["a", "b", "c"]) scheduler.wake(lane(id));
  expect(held.started).toEqual(["default/a", "default/b"]);
  held.finish("a");
  await waitFor(() => held.started.length === 3);
  held.finish("b");
  held.finish("c");
  await running.close();
});

test("organisations take turns, whoever woke more lanes", async () => {
  const held = heldDrains();
  const scheduler = createInProcessScheduler({ probe: noLanes, onError: unexpected });
  for (const id of ["a1", "a2", "a3"]) scheduler.wake(lane(id, "loud"));
  scheduler.wake(lane("b1", "quiet"));
  const running = scheduler.run(held.drain, { concurrency: 1, probeMs: 10_000 });
  for (const id of ["a1", "b1", "a2", "a3"]) {
    await waitFor(() => held.started.at(-1)?.endsWith(id));
    held.finish(id);
  }
  await running.close();
  expect(held.started).toEqual(["loud/a1", "quiet/b1", "loud/a2", "loud/a3"]);
});

test("a lost wake costs one probe", async () => {
  const drained: string[] = [];
  const scheduler = createInProcessScheduler({ probe: async () => [lane("a")], onError: unexpected });
  const running = scheduler.run(
    async ({ laneId }) => {
      drained.push(laneId);
      return null;
    },
    { concurrency: 1, probeMs: 10 },
  );
  await waitFor(() => drained.length >= 3);
  await running.close();
  expect(new Set(drained)).toEqual(new Set(["a"]));
});

test("a lane that said when it wants to be drained again is drained then, not at the next probe", async () => {
  const times: number[] = [];
  const scheduler = createInProcessScheduler({ probe: noLanes, onError: unexpected });
  const running = scheduler.run(
    async () => {
      times.push(performance.now());
      return times.length === 1 ? Date.now() + 40 : null;
    },
    { concurrency: 1, probeMs: 10_000 },
  );
  scheduler.wake(lane("a"));
  await waitFor(() => times.length === 2);
  await running.close();
  expect((times[1] as number) - (times[0] as number)).toBeGreaterThanOrEqual(35);
});

test("a drain or a probe that throws is reported, and the scheduler goes on", async () => {
  const errors: unknown[] = [];
  let calls = 0;
  const scheduler = createInProcessScheduler({
    probe: async () => {
      throw new Error("probe");
    },
    onError: (error) => errors.push((error as Error).message),
  });
  const running = scheduler.run(
    async () => {
      calls++;
      if (calls === 1) throw new Error("drain");
      return null;
    },
    { concurrency: 1, probeMs: 10 },
  );
  scheduler.wake(lane("a"));
  await waitFor(() => errors.includes("drain") && errors.includes("probe"));
  scheduler.wake(lane("a"));
  await waitFor(() => calls === 2);
  await running.close();
});

test("closing tells the drains to take nothing new and waits for them; later wakes start nothing", async () => {
  const events: string[] = [];
  const scheduler = createInProcessScheduler({ probe: noLanes, onError: unexpected });
  const running = scheduler.run(
    (_lane, signal) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          events.push("told");
          resolve(null);
        });
      }),
    { concurrency: 1, probeMs: 10_000 },
  );
  scheduler.wake(lane("a"));
  await running.close();
  events.push("closed");
  scheduler.wake(lane("b"));
  expect(events).toEqual(["told", "closed"]);
});
