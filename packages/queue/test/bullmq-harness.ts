import { type BullmqScheduler, createBullmqScheduler, type SharingState } from "@tocsin/queue/bullmq";
import { randomPrefix, waitFor } from "@tocsin/testkit";
import { Redis } from "ioredis";
import type { LaneRef } from "../src/lane-ref.ts";
import type { RunningScheduler } from "../src/lane-scheduler.ts";

export const lane = (laneId: string, organizationId = "default"): LaneRef => ({ organizationId, laneId });

/** Longer than any test: nothing is found by the probe but what the first one, at the start of a run, finds. */
export const NEVER_MS = 60_000;

/** One process of several: what it was told, and its own end. */
export interface Member {
  readonly scheduler: BullmqScheduler;
  readonly errors: readonly unknown[];
  readonly states: readonly SharingState["state"][];
}

export interface MemberOptions {
  readonly redis?: string | Redis;
  readonly probe?: (maxCount: number) => Promise<readonly LaneRef[]>;
  readonly onError?: (error: unknown) => void;
}

/** Schedulers that share a key prefix of their own. The end closes them and removes their keys. */
export function createHarness(url: string) {
  const prefix = randomPrefix();
  const admin = new Redis(url, { maxRetriesPerRequest: 0 });
  admin.on("error", () => {});
  const schedulers: BullmqScheduler[] = [];
  const key = (name: string): string => `{${prefix}}:wakes:${name}`;

  /** A scheduler that has not met Redis yet. */
  function create({ redis = url, probe = async () => [], onError = () => {} }: MemberOptions = {}): Member {
    const errors: unknown[] = [];
    const states: SharingState["state"][] = [];
    const scheduler = createBullmqScheduler({
      redis,
      prefix,
      probe,
      onError(error) {
        errors.push(error);
        onError(error);
      },
      onStateChange: ({ state }) => states.push(state),
    });
    schedulers.push(scheduler);
    return { scheduler, errors, states };
  }

  return {
    prefix,
    admin,
    key,
    create,
    /** A scheduler that is connected. */
    async open(options?: MemberOptions): Promise<Member> {
      const member = create(options);
      await waitFor(() => member.states.at(-1) === "available");
      return member;
    },
    /** How many jobs stand in Redis, whatever their state. */
    async jobCounts() {
      const [waiting, prioritized, active] = await Promise.all([
        admin.llen(key("wait")),
        admin.zcard(key("prioritized")),
        admin.llen(key("active")),
      ]);
      return { waiting: waiting + prioritized, active };
    },
    /** Whether a process waits for offers. */
    async isTaking(): Promise<boolean> {
      const clients = String(await admin.client("LIST")).split("\n");
      return clients.some((client) => client.includes(`name={${prefix}}:`) && client.includes("cmd=bzpopmin"));
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(schedulers.map((scheduler) => scheduler.close()));
      // A server that is gone has no keys.
      const keys = await admin.keys(`{${prefix}}:*`).catch(() => []);
      if (keys.length > 0) await admin.del(...keys);
      admin.disconnect();
    },
  };
}

/** Runs drains that a test holds. */
export function runHeld(
  member: Member,
  held: { readonly drain: Parameters<BullmqScheduler["run"]>[0] },
  concurrency = 4,
) {
  return member.scheduler.run(held.drain, { concurrency, probeMs: NEVER_MS }) satisfies RunningScheduler;
}
