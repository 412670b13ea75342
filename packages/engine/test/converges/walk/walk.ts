import { setTimeout as delay } from "node:timers/promises";
import type { Store } from "@tocsin/store";
import { expectConverged } from "../facts/converged.ts";
import { act } from "./act.ts";
import type { Scenario, Settings } from "./scenarios.ts";
import type { Step } from "./steps.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world-state.ts";

/** So many drains at one moment of the clock, and more: the lanes do not come to rest. */
const MAX_DRAIN_COUNT = 200;
const MAX_ROUND_COUNT = 60;
/** Threads are archived, nonces forgotten, messages old. */
const LONG_MS = 200_000_000;

/** Lets the engine work on what is due at this moment. Ends early after `roundCount` rounds, or when the process is gone. */
async function drain(world: World, roundCount: number): Promise<void> {
  const { process, scheduler } = await world.relay();
  const asleepUntil = new Map<string, number>();
  let drainCount = 0;
  for (let round = 0; round < roundCount && process.isAlive; round++) {
    const owing = await scheduler.probe();
    // A lane has said when it goes on.
    const lanes = owing.filter(({ laneId }) => (asleepUntil.get(laneId) ?? 0) <= world.now());
    if (lanes.length === 0) return;
    drainCount += lanes.length;
    world.drainCount += 1;
    if (drainCount > MAX_DRAIN_COUNT) throw new Error("the lanes never come to rest");
    await Promise.all(
      lanes.map(async (lane) => {
        try {
          asleepUntil.set(lane.laneId, (await scheduler.drain(lane)) ?? 0);
        } catch (error) {
          if (process.isAlive) throw error;
        }
      }),
    );
  }
}

async function take(world: World, step: Step): Promise<void> {
  switch (step.kind) {
    case "drain":
      return drain(world, step.roundCount);
    case "during":
      world.interruptions.push({ moment: step.moment, left: step.left, action: step.action });
      return;
    case "faults": {
      const lane = world.lanes[step.lane % world.lanes.length];
      lane?.faults.push(...step.faults);
      world.disturbanceCount += step.faults.length;
      return;
    }
    case "reconfigure": {
      const lane = world.lanes[step.lane % world.lanes.length];
      if (lane === undefined) return;
      const { thread: _thread, pack: _pack, digest: _digest, ...kept } = lane.looks;
      lane.looks = { ...kept, ...step.looks };
      lane.everLooks.push(lane.looks);
      world.log.push(`${lane.name} is set up with ${JSON.stringify(step.looks)}`);
      return act(world, { kind: "crash" });
    }
    default:
      return act(world, step);
  }
}

/** Ever longer: what waits for seconds, minutes, or the end of a silence. */
const PAUSES_MS = [1, 1_500, 60_000, 900_000, 3_700_000];

/** All goes well from here on, and time passes. */
async function finish(world: World): Promise<void> {
  world.interruptions.splice(0);
  world.silences.clear();
  for (const { channel, faults } of world.lanes) {
    channel.state.forbidden.clear();
    faults.splice(0);
  }
  world.log.push("— all goes well from here on");
  for (const { watch } of world.lanes) watch.endDisturbances();
  for (let round = 0; ; round++) {
    await drain(world, Infinity);
    const { engine } = await world.relay();
    const { openDeliveryCount } = await engine.status();
    if (openDeliveryCount === 0) break;
    if (round === MAX_ROUND_COUNT) throw new Error(`${openDeliveryCount} deliveries stay open`);
    world.advance(PAUSES_MS[round % PAUSES_MS.length] as number);
  }
  const callCount = () => world.lanes.reduce((sum, { watch }) => sum + watch.callCount(), 0);
  const before = callCount();
  world.advance(LONG_MS);
  await drain(world, Infinity);
  if (callCount() > before) throw new Error("calls are made although nothing is owed");
}

/** Takes the steps in a new world, and says whether its channels end up as they should. */
export async function walk(
  store: Store,
  {
    scenario,
    settings,
    path,
  }: { readonly scenario: Scenario; readonly settings: Settings; readonly path: readonly Step[] },
): Promise<void> {
  const world = await createWorld({ store, scenario, settings, act });
  const dog = globalThis.setTimeout(() => {
    console.error("HANG", JSON.stringify([settings, path]));
    console.error(world.log.join("\n"));
  }, 15000);
  try {
    for (const step of path) await take(world, step);
    await finish(world);
    await expectConverged(world);
    if (world.violations.length > 0) throw new Error(world.violations.join("\n"));
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`${message}\n\nWhat happened:\n${world.log.join("\n")}`, { cause: error });
  } finally {
    clearTimeout(dog);
    await world.close();
    // What a process that is gone has begun ends by itself.
    await delay(0);
  }
}
