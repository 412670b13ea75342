import type { Json, Reason } from "@tocsin/alert/plugin";
import type { LaneRef } from "./lane-ref.ts";

/** What could not be delivered, with everything needed to understand it and to send it again. */
export interface DeadLetter extends LaneRef {
  /** Sorts by the time of death. */
  readonly deadLetterId: string;
  /** The delivery that died. */
  readonly deliveryId: string;
  readonly subjectId: string;
  readonly revision: number;
  readonly priority: number;
  readonly reason: Reason;
  /** The target's own words: Discord's code, message and error tree. */
  readonly details: Json;
  /** Whether an attempt may have been done all the same, its answer lost. */
  readonly mayBeDelivered: boolean;
  /** The call that was refused. */
  readonly operation: Json;
  readonly attemptCount: number;
  readonly createdAt: number;
  readonly diedAt: number;
}

/** Which dead letters of an organisation. All that is given must hold. */
export interface DeadLetterFilter {
  readonly laneId?: string | undefined;
  readonly reason?: Reason | undefined;
}

export interface DeadLetterQuery extends DeadLetterFilter {
  /** From 1. @default 1 */
  readonly page?: number;
  /** 1 to 100. @default 20 */
  readonly perPage?: number;
}

export interface DeadLetterPage {
  /** Newest first. */
  readonly deadLetters: readonly DeadLetter[];
  /** How many there are on all pages. */
  readonly totalCount: number;
}

export interface RedriveOptions {
  /**
   * Also what may have arrived already: sending it again may show it twice.
   * @default false
   */
  readonly includeMayBeDelivered?: boolean;
}

/** A dead letter that is owed again. */
export interface Redriven extends LaneRef {
  readonly deadLetterId: string;
  /** The open delivery: a new one, or the one that was open for the subject already. */
  readonly deliveryId: string;
  readonly subjectId: string;
}

export interface RedriveResult {
  readonly redriven: readonly Redriven[];
  /** What was left alone: not there (any more), or not to be sent again without being asked for. */
  readonly skipped: readonly { readonly deadLetterId: string; readonly reason: "not-found" | "may-be-delivered" }[];
}

export interface RedriveManyOptions extends DeadLetterFilter, RedriveOptions {
  /** At most so many become due in a second, over all lanes. Above 0. */
  readonly perSecond: number;
  /** Most dead letters looked at in this call; a transaction takes up to 100 of them. @default 1_000 */
  readonly maxCount?: number;
  /** From an earlier call: goes on behind it, and keeps to its rate. */
  readonly cursor?: string | undefined;
}

export interface RedriveManyResult {
  readonly redrivenCount: number;
  readonly skippedCount: number;
  /** The lanes that owe something again. */
  readonly lanes: readonly LaneRef[];
  /** For the next call; `null` when nothing is left of what was dead at the first. */
  readonly cursor: string | null;
}

/** Which dead letters to throw away. */
export type PurgeSelection =
  | { readonly deadLetterIds: readonly string[] }
  /** Epoch milliseconds. */
  | (DeadLetterFilter & { readonly diedBefore: number });

export interface PurgeOptions {
  /** Most that are removed in this call; a transaction removes up to 500 of them. @default 10_000 */
  readonly maxCount?: number;
}

export interface PurgeResult {
  readonly purgedCount: number;
  /** Whether `maxCount` ended it. */
  readonly isCutShort: boolean;
}
