import { setTimeout as delay } from "node:timers/promises";
import { type Job, Worker } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import type { LaneRef } from "../lane-ref.ts";
import type { Outage } from "./outage.ts";
import type { Slots } from "./slots.ts";
import { QUEUE_NAME, queueOptions, readLane, WAIT_SECONDS } from "./wake-queue.ts";

/**
 * A process that stopped keeps wakes of its lanes back for this long, twice at most: others find them by their probe
 * meanwhile. One that was only paused for longer may see its lane drained elsewhere: the lane's lease decides.
 */
const LOCK_MS = 10_000;
const RETRY_MS = 1_000;

export interface TakingOptions {
  readonly client: Redis | Cluster;
  readonly prefix: string;
  readonly outage: Outage;
  readonly slots: Slots;
  /** Has a lane drained here. */
  readonly wake: (lane: LaneRef) => void;
  /** Gives a lane to another process. False: it cannot be given. */
  readonly pass: (lane: LaneRef) => boolean;
}

export interface Taking {
  /** Takes no more. What was taken is still held until its drain has ended. */
  stop(): void;
  /** Resolves when nothing is held any more. */
  ended(): Promise<void>;
}

/**
 * Takes lanes that were offered, one by one while a drain could start here, and holds each one's job until its drain has
 * ended. Meanwhile wakes of the lane from anywhere become one next job.
 *
 * BullMQ's own loop is not used: it knows only its own jobs, and would take lanes that then wait here behind others.
 */
export function startTaking({ client, prefix, outage, slots, wake, pass }: TakingOptions): Taking {
  const worker = new Worker<unknown>(QUEUE_NAME, null, {
    ...queueOptions(prefix),
    connection: client,
    autorun: false,
    drainDelay: WAIT_SECONDS,
    lockDuration: LOCK_MS,
    stalledInterval: LOCK_MS,
  });
  const held = new Set<Promise<void>>();
  let isStopped = false;
  let isFailing = false;
  const failed = (error: unknown): void => {
    if (isStopped) return;
    isFailing = true;
    outage.failed("taking", error);
  };
  worker.on("error", failed);
  void worker.startStalledCheckTimer();

  async function takeOne(token: string): Promise<Job<unknown> | undefined> {
    // After a wait that failed, the worker would wait for long. To be asked without waiting makes it forget that.
    const mayWait = !isFailing;
    isFailing = false;
    try {
      const job = await worker.getNextJob(token, { block: mayWait });
      // Errors of the wait come as events only.
      if (!isFailing) outage.recovered("taking");
      return job;
    } catch (error) {
      failed(error);
      await delay(RETRY_MS);
      return undefined;
    }
  }

  async function serve(lane: LaneRef): Promise<void> {
    // A process may get full while it waits for an offer. The lane is for one that is free, not for a place in the row here.
    if (!slots.hasRoomFor(lane) && pass(lane)) return;
    const drained = slots.drained(lane);
    wake(lane);
    if (!(await drained)) pass(lane);
  }

  async function hold(job: Job<unknown>, token: string): Promise<void> {
    const renewal = setInterval(() => void job.extendLock(token, LOCK_MS).catch(() => {}), LOCK_MS / 4);
    const lane = readLane(job.data);
    if (lane !== null) await serve(lane);
    clearInterval(renewal);
    // A job that is not ours any more (its lock lapsed, or Redis was flushed) is somebody else's to end, or gone.
    await job.moveToCompleted(null, token, false).catch(() => {});
  }

  async function take(): Promise<void> {
    for (let count = 0; !isStopped; count++) {
      // A full process tries as well: whether Redis is back must not depend on how long the drains last.
      if (!isFailing) await slots.untilFree();
      if (isStopped) return;
      // A token for each job: after a flush ids begin anew, and an old job must not end a new one that has its id.
      const token = `${worker.id}:${count}`;
      const job = await takeOne(token);
      if (job === undefined) continue;
      const holding = hold(job, token).finally(() => held.delete(holding));
      held.add(holding);
    }
  }

  const taking = take();
  return {
    stop() {
      isStopped = true;
      // The wait in Redis ends with its connection; jobs are ended over ours.
      void worker.close(true);
    },
    async ended() {
      await taking;
      await Promise.all(held);
    },
  };
}
