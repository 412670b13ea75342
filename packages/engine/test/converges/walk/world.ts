import { randomUUID } from "node:crypto";
import type { DeadLetter } from "@tocsin/queue";
import type { Store } from "@tocsin/store";
import { sql } from "kysely";
import { type AlertRecord, type Condition, createEngine } from "../../../src/index.ts";
import { createModelChannel } from "../discord/model-channel.ts";
import { createModelTransport, type Process } from "../discord/model-transport.ts";
import { createWatch } from "../facts/watch.ts";
import { createBook } from "./book.ts";
import type { Scenario, Settings } from "./scenarios.ts";
import type { Action, Moment } from "./steps.ts";
import { createTestScheduler } from "./test-scheduler.ts";
import type { Relay, World, WorldLane } from "./world-state.ts";

const START_AT = 1_800_000_000_000;
const TABLES = ["deliveries", "sends", "lanes", "dead_letters", "alerts", "messages", "idempotency_keys"];
/** No jitter, and nothing is given up for its age: the model's faults are no reason to. */
const RETRY = { baseMs: 1, maxMs: 1, giveUpAfterMs: 1e12, maxPoisonCount: 1_000 };

export interface WorldOptions {
  readonly store: Store;
  readonly scenario: Scenario;
  readonly settings: Settings;
  /** Takes an action that was armed. */
  readonly act: (world: World, action: Action) => Promise<void>;
}

/** A world on an empty store, its clock standing still. */
export async function createWorld({ store, scenario, settings, act }: WorldOptions): Promise<World> {
  await store.write(async (tx) => {
    for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(tx);
  });
  let nowMs = START_AT;
  const now = () => nowMs;
  const lanes: WorldLane[] = [];

  const interrupt = async (process: Process, moment: Moment): Promise<void> => {
    if (!process.isAlive) return;
    const due = world.interruptions.filter((armed) => armed.moment === moment && armed.left-- === 0);
    for (const armed of due) {
      world.interruptions.splice(world.interruptions.indexOf(armed), 1);
      await act(world, armed.action);
    }
  };

  const throughProcess = (process: Process): Store => {
    const gone = () => new Error("the process is gone");
    return {
      ...store,
      exclusiveOwner: randomUUID(),
      async write(work) {
        await interrupt(process, "before-write");
        const value = await store.write((tx) => {
          if (!process.isAlive) throw gone();
          return work(tx);
        });
        await interrupt(process, "after-write");
        if (!process.isAlive) throw gone();
        return value;
      },
    };
  };

  async function conditionsOf(_organizationId: string, records: readonly AlertRecord[]) {
    const conditions = new Map<string, Condition>();
    for (const { id, alert } of records) {
      const untilAt = Math.max(...["", alert.dedup_key ?? "-"].map((key) => world.silences.get(key)?.untilAt ?? 0));
      if (untilAt > now()) conditions.set(id, { kind: "silenced", untilAt });
    }
    for (const id of conditions.keys()) world.silenced.add(id);
    return conditions;
  }

  function open(): Relay {
    const process: Process = { isAlive: true };
    const scheduler = createTestScheduler();
    const destinations = Object.fromEntries(
      lanes.map((lane) => {
        const transport = createModelTransport({
          channel: lane.channel,
          caller: { authorId: lane.name, isBot: lane.isBot, managesLocked: settings.managesLocked },
          process,
          now,
          hasLimiter: settings.hasLimiter,
          takeFault: () => lane.faults.shift() ?? { kind: "none" },
          onCall: async (call, moment) => {
            if (moment === "before") lane.watch.called(call);
            await interrupt(process, `${moment}-call`);
          },
          onAnswer: (call, answer, made) => lane.watch.answered(call, answer, made),
        });
        const mentions = settings.mentions ? { mentions: { roles: ["300000000000000001"] } } : {};
        return [lane.name, { escalation: settings.escalation, ...mentions, ...lane.looks, transport }];
      }),
    );
    const engine = createEngine({
      store: throughProcess(process),
      organizations: { default: { destinations, routes: scenario.routes } },
      retry: RETRY,
      scheduler: scheduler.create,
      conditionsOf,
      now,
      onError: (error) => {
        const isPlanted = error instanceof Error && error.message === "a bug of the transport";
        if (process.isAlive && !isPlanted) world.violations.push(`an error while delivering: ${error}`);
      },
      onEvent: (event) => {
        if (process.isAlive) world.events.push(event);
      },
    });
    engine.start();
    return { process, engine, scheduler };
  }

  /** What was done and is sealed still was answered to nobody. */
  async function noteLostAnswers(): Promise<void> {
    const { rows } = await sql<{ send_id: string }>`select send_id from sends`.execute(store.read);
    const sealed = new Set(rows.map(({ send_id }) => send_id));
    for (const { channel, watch } of lanes) {
      for (const message of channel.state.messages) {
        if (sealed.has(message.sendId)) message.isAnswerLost = true;
        if (sealed.has(message.editSendId ?? "")) message.isEditAnswerLost = true;
      }
      watch.resealed(sealed);
    }
  }

  let current: Relay;
  const world: World = {
    scenario,
    settings,
    config: scenario.routes,
    book: createBook(),
    lanes,
    log: [],
    violations: [],
    events: [],
    silences: new Map(),
    drainCount: 0,
    silenced: new Set(),
    interruptions: [],
    disturbanceCount: 0,
    now,
    advance: (ms) => {
      nowMs += ms;
    },
    current: () => current,
    async relay() {
      if (current.process.isAlive) return current;
      await noteLostAnswers();
      if (current.process.isAlive) return current;
      current = open();
      world.log.push("— a new process");
      return current;
    },
    crash() {
      if (!current.process.isAlive) return;
      current.process.isAlive = false;
      world.log.push("— the process is gone");
      void current.engine.stop(0);
    },
    async records() {
      const organization = current.engine.forOrganization("default");
      const pages: AlertRecord[] = [];
      for (let page = 1; ; page++) {
        const { records } = await organization.list({ page, perPage: 100 });
        pages.push(...records);
        if (records.length < 100) return pages;
      }
    },
    async notifications(alertId) {
      return (await current.engine.forOrganization("default").get(alertId))?.notifications ?? [];
    },
    async deadLetters() {
      const { rows } = await sql<{ lane_id: string; subject_id: string; revision: number; reason: string }>`
        select lane_id, subject_id, revision, reason from dead_letters`.execute(store.read);
      return rows.map((row) => ({
        laneId: row.lane_id,
        subjectId: row.subject_id,
        revision: row.revision,
        reason: row.reason as DeadLetter["reason"],
      }));
    },
    async close() {
      current.process.isAlive = false;
      await current.engine.stop(0);
    },
  };
  for (const lane of scenario.lanes) {
    const { nonceWindowMs, isLimited } = settings;
    const channel = createModelChannel({ isForum: lane.isForum, now, nonceWindowMs, isLimited });
    const everLooks = [lane.looks];
    const watch = createWatch({ world, lane: { ...lane, everLooks } });
    lanes.push({ ...lane, channel, watch, faults: [], everLooks });
  }
  current = open();
  return world;
}
