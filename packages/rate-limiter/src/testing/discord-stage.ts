import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createDiscordLimiter } from "../discord/create-discord-limiter.ts";
import type {
  AcquireOptions,
  DiscordLimiter,
  Permit,
  PermitAnswer,
  PermitRefusal,
} from "../discord/discord-limiter.ts";
import type { DiscordRoute } from "../discord/discord-route.ts";
import type { DiscordLimitDriver, DiscordLimits } from "../discord/limit-driver.ts";
import type { DiscordFake } from "./discord-fake.ts";
import type { DiscordLimiterHarness } from "./discord-harness.ts";
import { createStageClock } from "./discord-stage-clock.ts";

/** One `acquire` of a test. */
export interface Ticket {
  /** `null` while it waits. */
  readonly answer: Permit | PermitRefusal | null;
  /** What it was rejected with. */
  readonly error: unknown;
  /** The permit; throws while there is none. */
  readonly permit: Permit;
  /** The refusal; throws while there is none. */
  readonly refusal: PermitRefusal;
}

/** A process that uses the limits. */
export interface StageProcess {
  readonly limiter: DiscordLimiter;
  /** What `onError` was told. */
  readonly errors: readonly unknown[];
  /** While set, the driver fails with it. */
  failure: Error | null;
  /** Asks, and resolves when nothing more happens at this moment. */
  ask(route: DiscordRoute, options?: AcquireOptions): Promise<Ticket>;
  /** Asks so many times at once. */
  askMany(count: number, route: DiscordRoute, options?: AcquireOptions): Promise<readonly Ticket[]>;
  /** Settles, and resolves when nothing more happens at this moment. */
  settle(permit: Permit, answer: PermitAnswer): Promise<void>;
  /** Sends as many requests as it may until `untilMs` from now, with so many wanted at once. */
  flood(discord: DiscordFake, route: DiscordRoute, options: FloodOptions): void;
}

export interface FloodOptions {
  readonly untilMs: number;
  readonly wantedCount: number;
  /** One way through the network, in milliseconds; asked for each way. */
  readonly latencyMs: () => number;
  readonly priority?: AcquireOptions["priority"];
  readonly hiddenChannel?: string;
}

/** A small world in time of its own. */
export interface DiscordStage {
  now(): number;
  /** A process of its own, on the state that all processes of this stage share, if the driver can. */
  start(options?: { readonly maxWaitingCount?: number }): Promise<StageProcess>;
  /** Lets time pass, step by step, and everything happen that is due. */
  advance(ms: number): Promise<void>;
  /** Sets the driver's clock back. That of the processes goes on. */
  setDriverClockBack(ms: number): void;
  close(): Promise<void>;
}

/** Whether it has neither a permit nor a refusal. */
export const waits = (ticket: Ticket | undefined): boolean => ticket?.answer === null;

/** Whether it has a permit. */
export const goes = (ticket: Ticket | undefined): boolean => ticket?.answer?.kind === "permit";

/** How many of them have a permit. */
export const granted = (tickets: readonly Ticket[]): number => tickets.filter(goes).length;

/** Opens a stage. */
export function createDiscordStage(harness: DiscordLimiterHarness, limits: Partial<DiscordLimits> = {}): DiscordStage {
  const clock = createStageClock();
  const space = randomUUID();
  const processes: StageProcess[] = [];
  let backMs = 0;

  function watched(driver: DiscordLimitDriver, process: { failure: Error | null }): DiscordLimitDriver {
    const watch =
      <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
      (...args: A): Promise<T> =>
        clock.whileBusy(async () => {
          if (process.failure !== null) throw process.failure;
          return await call(...args);
        });
    return {
      ...driver,
      take: watch(driver.take),
      settle: watch(driver.settle),
      leave: watch(driver.leave),
      estimate: watch(driver.estimate),
      revive: watch(driver.revive),
    };
  }

  async function start(options: { readonly maxWaitingCount?: number } = {}): Promise<StageProcess> {
    const errors: unknown[] = [];
    const state: { failure: Error | null } = { failure: null };
    const driver = await harness.createDriver({ space, limits, now: () => clock.now() - backMs });
    const limiter = createDiscordLimiter({
      ...options,
      driver: watched(driver, state),
      // Drivers without a clock of their own are told the time by the limiter.
      now: () => clock.now() - (driver.capabilities.clock === "caller" ? backMs : 0),
      sleep: clock.sleep,
      onError: (error) => errors.push(error),
    });
    const askNow = (route: DiscordRoute, acquireOptions?: AcquireOptions): Ticket => {
      let answer: Permit | PermitRefusal | null = null;
      let error: unknown = null;
      limiter.acquire(route, acquireOptions).then(
        (each) => {
          answer = each;
        },
        (each) => {
          error = each;
        },
      );
      const only = <K extends "permit" | "refused">(kind: K) => {
        assert.equal(answer?.kind, kind, `expected ${kind}, got ${JSON.stringify(answer)}`);
        return answer as never;
      };
      return {
        get answer() {
          return answer;
        },
        get error() {
          return error;
        },
        get permit(): Permit {
          return only("permit");
        },
        get refusal(): PermitRefusal {
          return only("refused");
        },
      };
    };
    const send = async (discord: DiscordFake, route: DiscordRoute, flood: FloodOptions): Promise<boolean> => {
      const { priority = "normal", hiddenChannel } = flood;
      const permit = await limiter.acquire(route, { priority });
      if (permit.kind !== "permit") return false;
      await clock.sleep(flood.latencyMs());
      const request = {
        major: route.major,
        nowMs: clock.now(),
        ...(hiddenChannel === undefined ? {} : { hiddenChannel }),
      };
      const answer = discord.handle(request);
      await clock.sleep(flood.latencyMs());
      await permit.settle(answer);
      return true;
    };
    const process: StageProcess = {
      limiter,
      errors,
      get failure() {
        return state.failure;
      },
      set failure(failure) {
        state.failure = failure;
      },
      async ask(route, acquireOptions) {
        const ticket = askNow(route, acquireOptions);
        await clock.quiet();
        return ticket;
      },
      async askMany(count, route, acquireOptions) {
        const tickets = Array.from({ length: count }, () => askNow(route, acquireOptions));
        await clock.quiet();
        return tickets;
      },
      async settle(permit, answer) {
        await permit.settle(answer);
        await clock.quiet();
      },
      flood(discord, route, flood) {
        const endsAt = clock.now() + flood.untilMs;
        const work = async (): Promise<void> => {
          while (clock.now() < endsAt) if (!(await send(discord, route, flood))) return;
        };
        for (let index = 0; index < flood.wantedCount; index += 1) void work();
      },
    };
    processes.push(process);
    return process;
  }

  return {
    now: clock.now,
    start,
    advance: clock.advance,
    setDriverClockBack(ms) {
      backMs += ms;
    },
    async close() {
      const closed = Promise.all(processes.map(({ limiter }) => limiter.close()));
      await clock.advance(5_000);
      await closed;
    },
  };
}
