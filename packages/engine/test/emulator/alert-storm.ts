import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { EmulatorProcess } from "@tocsin/discord-emulator/process";
import {
  createSeededRandom,
  faultsOf,
  type StruckFault,
  statsOf,
  strikeAll,
  temporaryDirectory,
  untilQuiet,
  waitFor,
} from "@tocsin/testkit";
import { openAlertWorld } from "./alert-world.ts";
import { compare, type Differences, type Shown } from "./compare.ts";
import { BAN, faultPlan, LATE_MS, LATENCY_MS, LOST_BEFORE_BAN } from "./fault-plan.ts";
import { createRelayLives } from "./relay-lives.ts";
import { report } from "./storm.ts";

/** What a storm came to. */
export interface StormResult extends Differences, Shown {
  readonly seconds: number;
  /** What was brought to the engine, by kind. */
  readonly operationCounts: Readonly<Record<string, number>>;
  /** Calls that the engine made and that were delivered, by path and kind. */
  readonly deliveredCounts: Readonly<Record<string, number>>;
  readonly requestCount: number;
  /** Answers 429 that no fault made, by scope. */
  readonly limitedCounts: Readonly<Record<string, number>>;
  readonly faults: readonly StruckFault[];
  readonly lostAnswerCount: number;
  /** Alerts in calls that relays had sealed and not heard of when they were killed. */
  readonly sealedInCrashCount: number;
  readonly requestCountInBan: number;
  readonly eventCounts: Readonly<Record<string, number>>;
  /** Of the last relay. */
  readonly errors: readonly unknown[];
}

const REPORTER_COUNT = 12;
/** Longer than a limiter believes in a ban, and than Discord remembers nonces. */
const BAN_OVER_MS = 11 * 60_000;
/** No process is back sooner; and what it may do in a second is not used up by the one before. */
const RESTART_MS = 1_100;
/** A busy machine may be so late with everything. */
const SLOW_MS = 1_000;

/**
 * Brings so many alerts, revisions and resolves to an engine while Discord fails in every way, and looks what the channels show
 * in the end. A relay is killed in the middle of its traffic, and another one while its address is banned, eleven minutes before
 * the next one starts: both sides' clocks jump over them.
 */
export async function runAlertStorm(operationCount: number, seed: number): Promise<StormResult> {
  await using directory = await temporaryDirectory();
  // What goes through a channel in a while is limited: the longer the storm, the more of them are needed to fill it.
  const more = Math.ceil(operationCount / 500);
  await using world = await openAlertWorld(
    {
      "bot threads": 12,
      "bot plain": 3,
      "bot forum": 3,
      "webhook packed": 3 + more,
      "webhook single": 6 + 2 * more,
      "webhook forum": 2 + more,
    },
    seed,
  );
  const { emulator } = world;
  for (const rule of faultPlan(createSeededRandom(seed))) await emulator.control("/faults", rule);
  const before = await statsOf(emulator);
  const startedAt = performance.now();

  const done: string[] = [];
  const isEnough = () => done.length >= operationCount;
  const goOn = (kind: string): boolean => !isEnough() && done.push(kind) > 0;
  const reached = (share: number) => waitFor(() => done.length >= share * operationCount, { timeoutMs: 3_600_000 });
  const lives = createRelayLives(world, join(directory.path, "relay.sqlite"));
  await lives.start();
  const reporters = Array.from({ length: REPORTER_COUNT }, (_, index) => {
    const random = createSeededRandom(seed + index);
    return report({ name: `w${index}`, door: lives.door, places: world.places, goOn, isEnough, random });
  });
  const reported = Promise.all(reporters);

  await Promise.race([reached(0.3), reported]);
  await lives.kill();
  await untilQuiet(emulator, RESTART_MS);
  await lives.start();
  await Promise.race([reached(0.6), reported]);
  const requestCountInBan = await beBanned(emulator);
  await lives.kill();
  await world.clock.advance(BAN_OVER_MS);
  const { engine, errors } = await lives.start();

  const alerts = (await reported).flat();
  const isShown = async () => (await engine.status()).openDeliveryCount === 0;
  await waitFor(isShown, { timeoutMs: 600_000, intervalMs: 50 });
  const seconds = (performance.now() - startedAt) / 1_000;

  const { sealedInCrashes } = lives;
  const [after, faults, events] = [await statsOf(emulator), await faultsOf(emulator), lives.events()];
  const lostAnswerIds = new Set(after.lost_answers.message_ids);
  const evidence = { alerts, events, lostAnswerIds, sealedInCrashes, timedOutKeys: lives.timedOutKeys() };
  const compared = await compare(world, engine.forOrganization("default"), evidence);
  await lives.close();
  return {
    ...compared,
    seconds,
    operationCounts: countBy(done, (kind) => kind),
    deliveredCounts: countBy(lives.delivered(), (name) => name),
    requestCount: after.requests - before.requests,
    limitedCounts: Object.fromEntries(
      Object.entries(after.rate_limited).map(([scope, count]) => [scope, count - injectedCount(faults, scope)]),
    ),
    faults,
    lostAnswerCount: after.lost_answers.count,
    sealedInCrashCount: sealedInCrashes.length,
    requestCountInBan,
    eventCounts: countBy(events, ({ kind }) => kind),
    errors,
  };
}

/** Loses some answers and has the address banned before they can be asked for again. Resolves with how many requests were made in the ban. */
async function beBanned(emulator: EmulatorProcess): Promise<number> {
  await strikeAll(emulator, LOST_BEFORE_BAN);
  await strikeAll(emulator, [BAN]);
  // What was on its way, late ones too, has arrived then.
  await untilQuiet(emulator, LATE_MS + SLOW_MS);
  const before = await statsOf(emulator);
  await delay(LATENCY_MS);
  return (await statsOf(emulator)).requests - before.requests;
}

function countBy<T>(items: readonly T[], nameOf: (item: T) => string): Readonly<Record<string, number>> {
  const groups = Object.entries(Object.groupBy(items, nameOf));
  return Object.fromEntries(groups.map(([name, group = []]) => [name, group.length]));
}

const injectedCount = (faults: readonly StruckFault[], scope: string): number =>
  faults.reduce((sum, { effect, struck }) => sum + (effect.scope === scope ? struck : 0), 0);
