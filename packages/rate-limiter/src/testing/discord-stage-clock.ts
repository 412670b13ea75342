interface Sleeper {
  readonly dueAt: number;
  readonly wake: () => void;
}

/** Time that moves only when a test says so, and that knows when nothing is under way any more. */
export interface StageClock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Counts as something under way until it ends: a call to a server, in real time. */
  whileBusy<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when everything that could happen at this moment has happened. */
  quiet(): Promise<void>;
  /** Moves time, and stops at everything that is due on the way. */
  advance(ms: number): Promise<void>;
}

const START_AT = 1_800_000_000_000;

const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Creates a clock for one test. */
export function createStageClock(): StageClock {
  const sleepers = new Set<Sleeper>();
  let nowMs = START_AT;
  let busyCount = 0;

  async function quiet(): Promise<void> {
    // What ends in one turn may begin something in the next.
    for (let calmTurns = 0; calmTurns < 2; calmTurns += 1) {
      await turnOfTheLoop();
      if (busyCount > 0) calmTurns = -1;
    }
  }

  function nextDue(untilMs: number): Sleeper | undefined {
    let next: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (sleeper.dueAt <= untilMs && (next === undefined || sleeper.dueAt < next.dueAt)) next = sleeper;
    }
    return next;
  }

  return {
    now: () => nowMs,
    quiet,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          dueAt: nowMs + Math.max(0, ms),
          wake() {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
        };
        if (signal?.aborted) return reject(signal.reason);
        signal?.addEventListener("abort", onAbort, { once: true });
        sleepers.add(sleeper);
      }),
    async whileBusy(work) {
      busyCount += 1;
      try {
        return await work();
      } finally {
        busyCount -= 1;
      }
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await quiet();
      for (let due = nextDue(untilMs); due !== undefined; due = nextDue(untilMs)) {
        nowMs = Math.max(nowMs, due.dueAt);
        due.wake();
        await quiet();
      }
      nowMs = untilMs;
    },
  };
}
