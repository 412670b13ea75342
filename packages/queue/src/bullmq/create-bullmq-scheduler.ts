import { createInProcessScheduler } from "../in-process-scheduler.ts";
import type { LaneRef } from "../lane-ref.ts";
import type { Drain, RunningScheduler, RunOptions } from "../lane-scheduler.ts";
import type { BullmqScheduler, BullmqSchedulerOptions } from "./bullmq-scheduler.ts";
import { connectForOffering, connectForTaking } from "./connect.ts";
import { createOffers } from "./offers.ts";
import { createOutage } from "./outage.ts";
import { createSlots, type Slots } from "./slots.ts";
import { startTaking } from "./take-offers.ts";

/** How long the end waits for Redis: a job that is not ended is found stalled and taken by another process. */
const END_TIMEOUT_MS = 1_000;

/** What of a run the wakes need. */
interface Run {
  readonly wake: (lane: LaneRef) => void;
  readonly slots: Slots;
  readonly running: RunningScheduler;
}

/**
 * Shares waking between processes by BullMQ. Hints only: what is owed is in the log, and whatever happens to Redis, a lost
 * wake costs one probe.
 *
 * A wake that can start here starts here, without Redis. Otherwise the lane is offered over Redis and drained by whichever
 * process is free first. No process drains a lane twice at the same time; between processes the lane's lease decides.
 * Organisations take turns here, and nearly so over Redis.
 */
export function createBullmqScheduler(options: BullmqSchedulerOptions): BullmqScheduler {
  const { redis, prefix = "tocsin", probe, onError, onStateChange = () => {}, now = Date.now } = options;
  let run: Run | null = null;
  let closing: Promise<void> | null = null;
  const outage = createOutage({ onError, onStateChange });
  const offeringClient = connectForOffering(redis, outage);
  const offers = createOffers({ client: offeringClient, prefix, outage, now, onLost: (lane) => run?.wake(lane) });

  function startRun(drain: Drain, runOptions: RunOptions): RunningScheduler {
    const local = createInProcessScheduler({ probe, onError, now });
    const slots = createSlots(drain, runOptions.concurrency);
    const takingClient = connectForTaking(redis, outage);
    const taking = startTaking({ client: takingClient, prefix, outage, slots, wake: local.wake, pass: offers.add });
    const localRun = local.run(slots.drain, runOptions);
    let ending: Promise<void> | null = null;

    async function end(): Promise<void> {
      // From now on wakes are for others.
      if (run === started) run = null;
      taking.stop();
      await localRun.close();
      slots.close();
      if (takingClient.status === "ready") await withinTime(taking.ended());
      takingClient.disconnect();
    }

    const running: RunningScheduler = {
      close() {
        ending ??= end();
        return ending;
      },
    };
    const started: Run = { wake: local.wake, slots, running };
    run = started;
    return running;
  }

  async function close(): Promise<void> {
    await run?.running.close();
    outage.end();
    await withinTime(offers.close());
    offeringClient.disconnect();
  }

  return {
    wake(lane) {
      if (run?.slots.hasRoomFor(lane)) run.wake(lane);
      else if (!offers.add(lane)) run?.wake(lane);
    },
    run: startRun,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

async function withinTime(work: Promise<unknown>): Promise<void> {
  const { promise: timeout, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, END_TIMEOUT_MS);
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
