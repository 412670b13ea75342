import { setTimeout as delay } from "node:timers/promises";
import {
  createSeededRandom,
  faultsOf,
  type StruckFault,
  statsOf,
  strikeAll,
  untilQuiet,
  waitFor,
} from "@tocsin/testkit";
import { act } from "./actor.ts";
import { createBanGate } from "./ban-gate.ts";
import { compareWithEmulator, type Differences } from "./compare-with-emulator.ts";
import { BAN, faultPlan, LATE_MS, lostBotAnswers, TIMEOUT_MS } from "./fault-plan.ts";
import { type MixedWorld, openMixedWorld } from "./mixed-world.ts";
import type { Tally } from "./run-surely.ts";

/** What a run came to. */
export interface MixedRun {
  readonly seconds: number;
  /** Operations, by path and kind. */
  readonly operationCounts: Readonly<Record<string, number>>;
  /** Outcomes beside `delivered`, after what `withRetry` repeats. */
  readonly failureCounts: Readonly<Record<string, number>>;
  readonly requestCount: number;
  /** Answers 429 that no fault made, by scope. */
  readonly limitedCounts: Readonly<Record<string, number>>;
  readonly faults: readonly StruckFault[];
  readonly lostAnswerCount: number;
  /** Requests that were made although the address was banned. */
  readonly requestCountInBan: number;
  readonly differences: Differences;
}

const ACTORS_PER_PLACE = 2;
/** Longer than the limiter believes in a ban, and than Discord remembers nonces. */
const BAN_OVER_MS = 11 * 60_000;
/** New messages whose answers are lost just before the ban. */
const LOST_BEFORE_BAN_COUNT = 3;
const BAN_LOOK_MS = 250;
/** A busy machine may be so late with everything. */
const SLOW_MS = 1_500;

const toObject = (counts: ReadonlyMap<string, number>) => Object.fromEntries([...counts].toSorted());

/**
 * Makes so many operations in many channels at once while things go wrong, and looks what became of them. In the middle the address
 * is banned for eleven minutes, which both sides' clocks jump over.
 */
export async function runMixedOperations(operationCount: number, seed: number): Promise<MixedRun> {
  // What goes through a channel in a while is limited: the longer the run, the more of them are needed to fill it.
  const webhookTextCount = Math.ceil(operationCount / 150);
  const size = { botTextCount: 20, botForumCount: 4, webhookTextCount, webhookForumCount: 4 };
  await using world = await openMixedWorld(size, seed);
  for (const rule of faultPlan(createSeededRandom(seed))) await world.emulator.control("/faults", rule);
  const startedAt = performance.now();
  const before = await statsOf(world.emulator);
  const tally: Tally = { done: new Map(), failures: new Map(), timedOutTexts: new Set() };
  const gate = createBanGate();
  const half = Promise.withResolvers<void>();
  let startedCount = 0;
  const goOn = (): boolean => {
    startedCount += 1;
    if (startedCount === Math.ceil(operationCount / 2)) half.resolve();
    return startedCount <= operationCount;
  };
  const actors = world.places.flatMap((place, index) =>
    Array.from({ length: ACTORS_PER_PLACE }, (_, number) => {
      const random = createSeededRandom(seed + index * ACTORS_PER_PLACE + number);
      return act(place, { name: `${index}-${number}`, clock: world.clock, tally, gate, goOn, random });
    }),
  );
  const whole = Promise.all(actors);
  const banned = half.promise.then(() => beBanned(world, () => gate.waitingCount() === actors.length));
  const requestCountInBan = await Promise.race([
    banned,
    whole.then(() => Promise.reject(new Error("it ended too early"))),
  ]);
  gate.open();
  const expected = await whole;
  const seconds = (performance.now() - startedAt) / 1_000;
  const [after, faults] = [await statsOf(world.emulator), await faultsOf(world.emulator)];
  const injectedCount = (scope: string) =>
    faults.reduce((sum, { effect, struck }) => sum + (effect.scope === scope ? struck : 0), 0);
  return {
    seconds,
    operationCounts: toObject(tally.done),
    failureCounts: toObject(tally.failures),
    requestCount: after.requests - before.requests,
    limitedCounts: Object.fromEntries(
      Object.entries(after.rate_limited).map(([scope, count]) => [scope, count - injectedCount(scope)]),
    ),
    faults,
    lostAnswerCount: after.lost_answers.count,
    requestCountInBan,
    differences: await compareWithEmulator(world, expected, {
      lostAnswerIds: new Set(after.lost_answers.message_ids),
      timedOutTexts: tally.timedOutTexts,
    }),
  };
}

/** Has the address banned while some answers are lost, and lets the ban pass. Resolves with how many requests were made in it. */
async function beBanned({ emulator, clock }: MixedWorld, isEverybodyWaiting: () => boolean): Promise<number> {
  await strikeAll(emulator, [lostBotAnswers(LOST_BEFORE_BAN_COUNT)]);
  await strikeAll(emulator, [BAN]);
  await waitFor(isEverybodyWaiting, { timeoutMs: 60_000 });
  // What was on its way, late ones too, has arrived then.
  await untilQuiet(emulator, LATE_MS - TIMEOUT_MS + SLOW_MS);
  const before = await statsOf(emulator);
  await delay(BAN_LOOK_MS);
  const after = await statsOf(emulator);
  await clock.advance(BAN_OVER_MS);
  return after.requests - before.requests;
}
