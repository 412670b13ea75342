/** Time as the packages take it: injected, so that a test can own it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms` milliseconds of this clock; rejects with the signal's reason when `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A {@link Clock} that stands still until it is told to move. */
export interface FakeClock extends Clock {
  /** How many sleeps have not ended yet: tells a test that the code under test has gone to sleep. */
  readonly sleepingCount: number;
  /** Moves time by `ms` at once, then wakes what is due, earliest first. Whoever wakes sees the end of the span. */
  advance(ms: number): void;
  /**
   * Moves time by `ms` and stops at every wake-up on the way, so that code which sleeps again inside the span
   * is woken at its own time. Lets all promise callbacks run between two stops.
   */
  advanceThrough(ms: number): Promise<void>;
}

interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** 2026-01-01T00:00:00Z: late enough for Discord ids, which count from 2015. */
const DEFAULT_START_AT = Date.UTC(2026, 0, 1);

/** Creates a clock that starts at `startAt` (epoch milliseconds). @default 2026-01-01T00:00:00Z */
export function createFakeClock(startAt: number = DEFAULT_START_AT): FakeClock {
  let nowAt = startAt;
  const sleepers = new Set<Sleeper>();

  const nextDue = (untilAt: number): Sleeper | undefined => {
    let next: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (sleeper.dueAt <= untilAt && (next === undefined || sleeper.dueAt < next.dueAt)) next = sleeper;
    }
    return next;
  };
  const wake = (sleeper: Sleeper): void => {
    sleepers.delete(sleeper);
    sleeper.wake();
  };
  const targetOf = (ms: number): number => {
    if (!(ms >= 0)) throw new RangeError(`time only moves forward, got ${ms} ms`);
    return nowAt + ms;
  };

  return {
    now: () => nowAt,
    get sleepingCount() {
      return sleepers.size;
    },
    sleep: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          dueAt: nowAt + Math.max(0, ms),
          wake: () => {
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        sleepers.add(sleeper);
      }),
    advance(ms) {
      nowAt = targetOf(ms);
      for (let due = nextDue(nowAt); due !== undefined; due = nextDue(nowAt)) wake(due);
    },
    async advanceThrough(ms) {
      const targetAt = targetOf(ms);
      await callbacksRan();
      for (let due = nextDue(targetAt); due !== undefined; due = nextDue(targetAt)) {
        nowAt = Math.max(nowAt, due.dueAt);
        wake(due);
        await callbacksRan();
      }
      nowAt = targetAt;
    },
  };
}

/** An immediate runs after every promise callback that is ready, however long their chain. */
function callbacksRan(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
