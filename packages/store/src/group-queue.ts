import type { Tx } from "./store.ts";
import { storeClosed } from "./store-errors.ts";

/** A write that waits for its turn, and how to answer it. */
export interface PendingWrite {
  readonly work: (tx: Tx) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** By `performance.now()`. */
  readonly queuedAt: number;
}

/** Writes that share a transaction. */
export type Group = readonly [PendingWrite, ...PendingWrite[]];

export interface GroupQueueOptions {
  /** Most writes in one group. */
  readonly maxGroupCount: number;
  /** Most groups at the same time. */
  readonly laneCount: number;
  /** Answers each write of the group or hands it on. Never rejects. */
  readonly runGroup: (group: Group) => Promise<void>;
}

export interface GroupQueue {
  /** Rejects with `STORE_CLOSED` after `drain`. */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Lets accepted writes run before all that wait. Also while draining. */
  putFirst(writes: readonly PendingWrite[]): void;
  /** Lets accepted writes run after all that wait. Also while draining. */
  putLast(writes: readonly PendingWrite[]): void;
  /** Refuses new writes and resolves when nothing waits or runs any more. */
  drain(): Promise<void>;
}

/**
 * Forms groups of writes, so that each group can share one commit, which costs one flush to disk.
 *
 * While all lanes are busy, new writes queue up for the next group; nothing waits for a group to fill. A yield to the event
 * loop between groups lets requests that have arrived meanwhile join the next one.
 */
export function createGroupQueue({ maxGroupCount, laneCount, runGroup }: GroupQueueOptions): GroupQueue {
  let waiting: PendingWrite[] = [];
  let closed = false;
  /** Lanes with a group under way. */
  let busyCount = 0;
  const lanes = new Set<{ ended: Promise<void> }>();

  /** A fair share for every lane that is free, so that the works of a burst run side by side. */
  function takeGroup(): readonly PendingWrite[] {
    const count = Math.min(maxGroupCount, Math.ceil(waiting.length / (laneCount - busyCount)));
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return group;
  }

  function startLane(): void {
    if (waiting.length === 0 || lanes.size >= laneCount) return;
    const lane = { ended: Promise.resolve() };
    lanes.add(lane);
    // The first group is formed in a later microtask, so that writes made in one turn share it.
    lane.ended = lane.ended.then(async () => {
      for (;;) {
        const [first, ...more] = takeGroup();
        if (first === undefined) break;
        busyCount++;
        await runGroup([first, ...more]);
        busyCount--;
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      lanes.delete(lane);
    });
  }

  return {
    write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      if (closed) return Promise.reject(storeClosed());
      return new Promise<T>((resolve, reject) => {
        waiting.push({ work, resolve: resolve as (value: unknown) => void, reject, queuedAt: performance.now() });
        startLane();
      });
    },
    putFirst(writes) {
      waiting = [...writes, ...waiting];
      startLane();
    },
    putLast(writes) {
      waiting = [...waiting, ...writes];
      startLane();
    },
    async drain() {
      closed = true;
      while (lanes.size > 0) await Promise.all([...lanes].map((lane) => lane.ended));
    },
  };
}
