import { createFakeClock, createSeededRandom, type FakeClock, type SeededRandom } from "@tocsin/testkit";
import { createDiscordLimiter } from "../../src/discord/create-discord-limiter.ts";
import type { DiscordLimiter, PermitPriority } from "../../src/discord/discord-limiter.ts";
import { type DiscordRoute, toDiscordRoute } from "../../src/discord/discord-route.ts";
import type { DiscordLimitDriver } from "../../src/discord/limit-driver.ts";
import { createMemoryLimitDriver } from "../../src/discord/memory-limit-driver.ts";
import {
  createDiscordFake,
  type DiscordFake,
  type DiscordFakeOptions,
  mostAllowed,
} from "../../src/testing/discord-fake.ts";

/** One way through the network, in milliseconds. */
export type Latency = (random: SeededRandom) => number;

/** Something that happens at a time of its own, such as a restart. */
export interface SimulatedEvent {
  readonly atMs: number;
  readonly happen: (world: World) => unknown;
}

/** What an event can reach. */
export interface World {
  readonly clock: FakeClock;
  readonly discord: DiscordFake;
  /** Kills a process, whatever it has under way, and starts another one in its place. Waits are counted anew. */
  restart(index: number, driver?: DiscordLimitDriver): void;
}

/** What is simulated. */
export interface Simulation extends DiscordFakeOptions {
  readonly seed: number;
  readonly durationMs: number;
  /** @default 1 */
  readonly processCount?: number;
  /** Requests that each process wants to have under way or waiting for each channel. @default 8 */
  readonly wantedCount?: number;
  readonly latency: Latency;
  /** Share of the requests that never arrive, and of the answers that never do. @default 0 */
  readonly lostShare?: number;
  /** Share of the permits that nobody settles, whose requests may have arrived. @default 0 */
  readonly forgottenShare?: number;
  /** @default one channel */
  readonly majors?: readonly string[];
  /** All majors post into this one channel, as webhooks do. @default none */
  readonly hiddenChannel?: string;
  /** One for all processes, or one for each. @default one in memory for all */
  readonly driver?: DiscordLimitDriver | ((clock: FakeClock) => DiscordLimitDriver);
  readonly priorityOf?: (index: number) => PermitPriority;
  readonly events?: readonly SimulatedEvent[];
}

/** What it showed. */
export interface SimulationResult {
  readonly discord: DiscordFake;
  readonly allowedCounts: ReadonlyMap<string, number>;
  /** Requests let through, as a share of the most that the rule allows in that time. */
  readonly share: number;
  /** The longest that a request waited for its permit, and the longest that one has waited at the end. */
  readonly longestWaitMs: number;
}

const CHANNEL = "100000000000000001";

interface Process {
  readonly limiter: DiscordLimiter;
  readonly workers: readonly Promise<void>[];
  readonly kill: () => void;
}

/** A driver whose process can be killed: from then on it is not heard of, and hears nothing. */
function mortal(driver: DiscordLimitDriver): { readonly driver: DiscordLimitDriver; readonly kill: () => void } {
  let isDead = false;
  const living =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A): Promise<T> =>
      isDead ? new Promise<T>(() => {}) : call(...args);
  return {
    driver: {
      ...driver,
      take: living(driver.take),
      settle: living(driver.settle),
      leave: living(driver.leave),
      estimate: living(driver.estimate),
    },
    kill() {
      isDead = true;
    },
  };
}

/** Runs limiters that want as much as they can get against a fake Discord, in fake time. */
export async function simulate(simulation: Simulation): Promise<SimulationResult> {
  const { seed, durationMs, processCount = 1, wantedCount = 8, latency, hiddenChannel } = simulation;
  const { lostShare = 0, forgottenShare = 0, majors = [CHANNEL], priorityOf = () => "normal" } = simulation;
  const clock = createFakeClock(1_800_000_000_000);
  const random = createSeededRandom(seed);
  const discord = createDiscordFake(simulation);
  const given = simulation.driver ?? createMemoryLimitDriver();
  const driverOf = typeof given === "function" ? given : () => given;
  const allowedCounts = new Map<string, number>();
  const endsAt = clock.now() + durationMs;
  const waitingSince = new Map<object, number>();
  let longestWaitMs = 0;
  let sentCount = 0;
  let settledCount = 0;

  const routeOf = (major: string): DiscordRoute =>
    hiddenChannel === undefined
      ? toDiscordRoute("POST", `/channels/${major}/messages`, { credential: "bot" })
      : toDiscordRoute("POST", `/webhooks/${major}/token`, { channelId: hiddenChannel });

  async function send(limiter: DiscordLimiter, major: string): Promise<boolean> {
    const me = {};
    waitingSince.set(me, clock.now());
    const permit = await limiter.acquire(routeOf(major), { priority: priorityOf(sentCount++) });
    longestWaitMs = Math.max(longestWaitMs, clock.now() - (waitingSince.get(me) ?? clock.now()));
    waitingSince.delete(me);
    if (permit.kind !== "permit") return false;
    // Who knows nothing of a bucket and loses the first answer cannot know that it was there: that is another story.
    const isKnown = settledCount > 10;
    const isForgotten = isKnown && random.next() < forgottenShare;
    const isLost = () => isKnown && random.next() < lostShare;
    await clock.sleep(latency(random));
    if (isLost()) {
      await clock.sleep(latency(random));
      if (!isForgotten) await permit.settle({ kind: "lost" });
      return true;
    }
    const request = { major, nowMs: clock.now(), ...(hiddenChannel === undefined ? {} : { hiddenChannel }) };
    const answer = discord.handle(request);
    if (answer.status === 200) allowedCounts.set(major, (allowedCounts.get(major) ?? 0) + 1);
    await clock.sleep(latency(random));
    settledCount += 1;
    if (!isForgotten) await permit.settle(isLost() ? { kind: "lost" } : answer);
    return true;
  }

  function start(own: DiscordLimitDriver): Process {
    const life = mortal(own);
    const sleep = (ms: number, signal: AbortSignal) => clock.sleep(ms, signal);
    const limiter = createDiscordLimiter({ driver: life.driver, now: clock.now, sleep });
    const work = async (major: string): Promise<void> => {
      while (clock.now() < endsAt) if (!(await send(limiter, major))) return;
    };
    const workers = majors.flatMap((major) => Array.from({ length: wantedCount }, () => work(major)));
    return { limiter, workers, kill: life.kill };
  }

  const processes = Array.from({ length: processCount }, () => start(driverOf(clock)));
  const world: World = {
    clock,
    discord,
    restart(index, own = driverOf(clock)) {
      processes[index]?.kill();
      waitingSince.clear();
      processes[index] = start(own);
    },
  };
  let elapsedMs = 0;
  for (const { atMs, happen } of [...(simulation.events ?? [])].sort((one, other) => one.atMs - other.atMs)) {
    await clock.advanceThrough(atMs - elapsedMs);
    elapsedMs = atMs;
    await happen(world);
  }
  await clock.advanceThrough(durationMs - elapsedMs);

  const allowedCount = discord.allowedAt.filter((at) => at < endsAt).length;
  for (const since of waitingSince.values()) longestWaitMs = Math.max(longestWaitMs, clock.now() - since);
  const closed = Promise.all(processes.map(({ limiter }) => limiter.close()));
  await clock.advanceThrough(60_000);
  await Promise.all([closed, ...processes.flatMap(({ workers }) => workers)]);
  const mostCount = majors.length * mostAllowed(simulation.rule, durationMs);
  return { discord, allowedCounts, share: allowedCount / mostCount, longestWaitMs };
}
