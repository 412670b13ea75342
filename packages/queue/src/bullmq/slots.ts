import { setImmediate as nextTurn } from "node:timers/promises";
import type { LaneRef } from "../lane-ref.ts";
import type { Drain } from "../lane-scheduler.ts";
import { nameOf } from "./wake-queue.ts";

/** Watches the drains of one run. */
export interface Slots {
  /** To be run in place of the drain that is watched. */
  readonly drain: Drain;
  /** Whether a wake made now needs nobody else: it starts at once, or follows the lane's drain that is under way here. */
  hasRoomFor(lane: LaneRef): boolean;
  /** Resolves when a drain could start. */
  untilFree(): Promise<void>;
  /** Resolves with true when a drain of the lane that begins after this call has ended, with false when there will be none. */
  drained(lane: LaneRef): Promise<boolean>;
  /** Nothing will begin any more. To be called when every drain has ended. */
  close(): void;
}

export function createSlots(drain: Drain, concurrency: number): Slots {
  const active = new Set<string>();
  const waiting = new Map<string, ((isDrained: boolean) => void)[]>();
  let freed = Promise.withResolvers<void>();
  let isClosed = false;
  const isFull = (): boolean => !isClosed && active.size >= concurrency;

  return {
    async drain(lane, signal) {
      const name = nameOf(lane);
      const told = waiting.get(name) ?? [];
      waiting.delete(name);
      active.add(name);
      try {
        return await drain(lane, signal);
      } finally {
        active.delete(name);
        for (const tell of told) tell(true);
        freed.resolve();
        freed = Promise.withResolvers<void>();
      }
    },
    hasRoomFor: (lane) => !isFull() || active.has(nameOf(lane)),
    async untilFree() {
      while (isFull()) {
        await freed.promise;
        // Lanes that wait here already take the place first.
        await nextTurn();
      }
    },
    drained(lane) {
      if (isClosed) return Promise.resolve(false);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const name = nameOf(lane);
      waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
      return promise;
    },
    close() {
      isClosed = true;
      for (const told of waiting.values()) for (const tell of told) tell(false);
      waiting.clear();
    },
  };
}
