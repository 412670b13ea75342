import type { PermitPriority } from "./discord-limiter.ts";

/** One `acquire` that waits. */
export interface Waiting {
  readonly priority: PermitPriority;
  readonly queuedAt: number;
  readonly maxWaitMs: number;
}

/** The `acquire`s of one route that wait in this process. */
export interface WaitingLine<T extends Waiting> {
  readonly count: number;
  /** The highest priority that waits here, as a number. */
  readonly level: number;
  add(waiting: T): void;
  /** Takes one out; `false` when it is not there (any more). */
  remove(waiting: T): boolean;
  /** Whose turn it is. */
  head(): T | undefined;
  /** The head's turn is over: it got a permit. */
  turn(): void;
  /** How many go before a newcomer of this priority, unless it is the turn of who has waited longest. */
  aheadOf(priority: PermitPriority): number;
  all(): readonly T[];
  /** Those who do not wait for ever. */
  bounded(): readonly T[];
}

/** One permit in so many goes to who has waited longest, whatever the priority: so nobody waits for ever. */
const AGE_TURN = 8;

const PRIORITIES = ["critical", "normal", "low"] as const;

/** 0 low, 1 normal, 2 critical. */
export const levelOf = (priority: PermitPriority): number => 2 - PRIORITIES.indexOf(priority);

/** Three first-in-first-out queues; whoever is first in its queue has waited longest there, so that only heads compete. */
export function createWaitingLine<T extends Waiting>(): WaitingLine<T> {
  const queues: Readonly<Record<PermitPriority, Set<T>>> = { critical: new Set(), normal: new Set(), low: new Set() };
  const bounded = new Set<T>();
  let turnCount = 0;
  const heads = (): readonly T[] =>
    PRIORITIES.map((priority) => queues[priority].values().next().value).filter((head) => head !== undefined);
  return {
    get count() {
      return queues.critical.size + queues.normal.size + queues.low.size;
    },
    get level() {
      return levelOf(PRIORITIES.find((priority) => queues[priority].size > 0) ?? "low");
    },
    add(waiting) {
      queues[waiting.priority].add(waiting);
      if (waiting.maxWaitMs < Number.POSITIVE_INFINITY) bounded.add(waiting);
    },
    remove(waiting) {
      bounded.delete(waiting);
      return queues[waiting.priority].delete(waiting);
    },
    head() {
      const [first, ...others] = heads();
      if (first === undefined || turnCount % AGE_TURN !== AGE_TURN - 1) return first;
      return others.reduce((oldest, each) => (each.queuedAt < oldest.queuedAt ? each : oldest), first);
    },
    turn() {
      turnCount += 1;
    },
    aheadOf(priority) {
      const { critical, normal, low } = queues;
      return critical.size + (priority === "critical" ? 0 : normal.size) + (priority === "low" ? low.size : 0);
    },
    all: () => PRIORITIES.flatMap((priority) => [...queues[priority]]),
    bounded: () => [...bounded],
  };
}
