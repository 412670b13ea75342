import type { LaneRef } from "./delivery-log.ts";
import type { Drain, LaneScheduler, RunningScheduler, RunOptions } from "./lane-scheduler.ts";

const keyOf = (lane: LaneRef): string => `${lane.organizationId}\u0000${lane.laneId}`;

/** Waiting lanes, one queue for each organisation, taken in turns. */
function createTurns() {
  const queues = new Map<string, Map<string, LaneRef>>();
  return {
    add(lane: LaneRef): void {
      const queue = queues.get(lane.organizationId) ?? new Map<string, LaneRef>();
      queue.set(keyOf(lane), lane);
      queues.set(lane.organizationId, queue);
    },
    /** The next lane for which `isFree` holds; its organisation goes to the end of the row. */
    take(isFree: (key: string) => boolean): LaneRef | undefined {
      for (const [organizationId, queue] of queues) {
        for (const [key, lane] of queue) {
          if (!isFree(key)) continue;
          queue.delete(key);
          queues.delete(organizationId);
          if (queue.size > 0) queues.set(organizationId, queue);
          return lane;
        }
      }
      return undefined;
    },
  };
}

export interface InProcessSchedulerOptions {
  /** Asks the log for lanes that owe something: `DeliveryLog.dueLanes`. */
  readonly probe: (maxCount: number) => Promise<readonly LaneRef[]>;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
  /** Told of probes and drains that threw; the scheduler goes on. */
  readonly onError: (error: unknown) => void;
}

const PROBE_MAX_COUNT = 1_000;

/** Wakes lanes within one process. A lane that said when it wants to be drained again is woken by a timer. */
export function createInProcessScheduler(options: InProcessSchedulerOptions): LaneScheduler {
  const { probe, onError, now = Date.now } = options;
  const turns = createTurns();
  let pump: () => void = () => {};

  function run(drain: Drain, { concurrency, probeMs }: RunOptions): RunningScheduler {
    const active = new Map<string, Promise<void>>();
    const timers = new Map<string, { readonly timer: NodeJS.Timeout; readonly at: number }>();
    const closing = new AbortController();

    function wakeAt(lane: LaneRef, at: number): void {
      const key = keyOf(lane);
      const known = timers.get(key);
      // Beyond the next probe there is no need of a timer.
      if (closing.signal.aborted || at - now() > probeMs || (known !== undefined && known.at <= at)) return;
      clearTimeout(known?.timer);
      const timer = setTimeout(
        () => {
          timers.delete(key);
          turns.add(lane);
          pump();
        },
        Math.max(0, at - now()),
      );
      timers.set(key, { timer, at });
    }

    async function drainOne(lane: LaneRef): Promise<void> {
      try {
        const againAt = await drain(lane, closing.signal);
        if (againAt !== null) wakeAt(lane, againAt);
      } catch (error) {
        onError(error);
      }
    }

    pump = () => {
      while (!closing.signal.aborted && active.size < concurrency) {
        const lane = turns.take((key) => !active.has(key));
        if (lane === undefined) return;
        const key = keyOf(lane);
        const done = drainOne(lane).finally(() => {
          active.delete(key);
          pump();
        });
        active.set(key, done);
      }
    };

    async function probeOnce(): Promise<void> {
      try {
        // A lane that has said when it goes on is due all the same while it waits for its destination.
        for (const lane of await probe(PROBE_MAX_COUNT)) if (!timers.has(keyOf(lane))) turns.add(lane);
        pump();
      } catch (error) {
        onError(error);
      }
    }

    let probing: Promise<void> | null = null;
    const startProbe = () => {
      probing ??= probeOnce().finally(() => {
        probing = null;
      });
    };
    const interval = setInterval(startProbe, probeMs);
    startProbe();

    return {
      async close() {
        closing.abort();
        clearInterval(interval);
        for (const { timer } of timers.values()) clearTimeout(timer);
        timers.clear();
        await Promise.all([probing, ...active.values()]);
        pump = () => {};
      },
    };
  }

  return {
    wake(lane) {
      turns.add(lane);
      pump();
    },
    run,
  };
}
