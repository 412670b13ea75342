import type { LaneRef } from "./delivery-log.ts";

export interface RunOptions {
  /** Most lanes drained at the same time. At least 1. */
  readonly concurrency: number;
  /** How often the log is asked for lanes that owe something. */
  readonly probeMs: number;
}

/**
 * Works on one lane until it has done a fair share, or until `signal` asks it to take nothing new.
 * Resolves with when the lane wants to be drained again, or `null`.
 */
export type Drain = (lane: LaneRef, signal: AbortSignal) => Promise<number | null>;

export interface RunningScheduler {
  /** Starts nothing new, tells the drains under way to take nothing new, and waits for their end. */
  close(): Promise<void>;
}

/**
 * Decides which lane is drained next. Wakes are hints: a lost one costs one probe, since what is owed is in the log.
 *
 * A lane is never drained twice at the same time here; a wake during its drain makes one more drain follow.
 * Organisations take turns.
 */
export interface LaneScheduler {
  /** Says that a lane may have something to do. Cheap; never throws. */
  wake(lane: LaneRef): void;
  run(drain: Drain, options: RunOptions): RunningScheduler;
}
