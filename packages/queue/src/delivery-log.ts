import type { Json, Outcome, Reason } from "@tocsin/alert/plugin";
import type { Tx } from "@tocsin/store";

/** A destination's queue. Lanes are independent of each other; one drainer works on a lane at a time. */
export interface LaneRef {
  readonly organizationId: string;
  readonly laneId: string;
}

/** What a lane is to owe for a subject from now on. */
export interface Debt extends LaneRef {
  /** What the message is about: opaque to the log. */
  readonly subjectId: string;
  /** The revision that is to be shown; at least 1. */
  readonly revision: number;
  /** Higher goes first. */
  readonly priority: number;
  /** Epoch milliseconds before which nothing is sent. */
  readonly dueAt: number;
  /** W3C trace context of whoever asked, so that the send continues the same trace. */
  readonly traceparent?: string;
}

/** What a lane still owes for one subject. At most one is open for each lane and subject; a newer revision raises it in place. */
export interface Delivery extends LaneRef {
  readonly deliveryId: string;
  readonly subjectId: string;
  readonly revision: number;
  readonly priority: number;
  readonly dueAt: number;
  readonly createdAt: number;
  /** Calls made for it that surely did nothing. */
  readonly attemptCount: number;
  readonly traceparent: string | null;
}

/** The right to drain one lane until `expiresAt`. `fence` grows with every lease of the lane; an older one is refused. */
export interface Lease extends LaneRef {
  readonly owner: string;
  readonly fence: number;
  readonly expiresAt: number;
  /** Failures of the destination in a row, when the lease was taken. */
  readonly failureCount: number;
}

/** One call to be sealed: its body, and the deliveries (with the revision shown) that it settles. */
export interface SendPlan<Operation extends Json = Json> {
  readonly operation: Operation;
  readonly covers: readonly { readonly deliveryId: string; readonly revision: number }[];
}

/** One sealed call. Every attempt repeats exactly this operation under this id. */
export interface Send<Operation extends Json = Json> extends LaneRef {
  /** At most 25 characters, so that it can be Discord's nonce. */
  readonly sendId: string;
  readonly operation: Operation;
  readonly covers: readonly { readonly deliveryId: string; readonly subjectId: string; readonly revision: number }[];
  /** Attempts, the one to be made now included. */
  readonly attemptCount: number;
  /** Earlier attempts that may have been done: each may have left something behind. */
  readonly lostAnswerCount: number;
  readonly traceparent: string | null;
}

/** What became of a send, and of each delivery in it. */
export type Settlement =
  /** Shown. `open` are those that want a newer revision by now. */
  | { readonly kind: "settled"; readonly openDeliveryIds: readonly string[] }
  /** Surely not done: the deliveries are open again and will be planned anew at `dueAt`. */
  | { readonly kind: "reopened"; readonly dueAt: number }
  /** It, or an earlier attempt, may have been done: the same call will be repeated at `dueAt`. */
  | { readonly kind: "unknown"; readonly dueAt: number }
  /** Given up: the dead letters that keep what was to be said. None for a delivery that wants a newer revision: it is open again. */
  | { readonly kind: "dead"; readonly deadLetterIds: readonly string[] }
  /** The lease is not the newest any more: nothing was changed. */
  | { readonly kind: "fenced" };

/** What could not be delivered, with everything needed to understand it and to send it again. */
export interface DeadLetter extends LaneRef {
  readonly deadLetterId: string;
  readonly subjectId: string;
  readonly revision: number;
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

export interface QueueStatus {
  readonly openDeliveryCount: number;
  readonly deadLetterCount: number;
  /** When the oldest open delivery of at least the asked priority was raised; `null` when there is none. */
  readonly oldestCreatedAt: number | null;
}

/**
 * The durable list of what is owed to destinations, and the only place that knows what is under way.
 *
 * Methods that take `tx` are part of the caller's transaction; the others make their own. A call sealed here is on disk
 * before it can be sent, so a crash at any point leaves it either owed or sealed, never forgotten.
 */
export interface DeliveryLog {
  /** Raises debts: revision and priority go up, never down; `dueAt` comes earlier, never later. A sealed call is left alone. */
  owe(tx: Tx, debts: readonly Debt[]): Promise<void>;
  /** Takes the lane for this process, or `null` while somebody else has it or it is paused. */
  lease(lane: LaneRef, options: { readonly leaseMs: number }): Promise<Lease | null>;
  /** Sealed calls whose answer never came and whose time has come, oldest first, each counted as one more attempt. */
  resume(lease: Lease, maxCount: number): Promise<readonly Send[]>;
  /** Open deliveries whose time has come, highest priority first, then oldest. */
  due(lease: Lease, maxCount: number): Promise<readonly Delivery[]>;
  /** Commits calls before they are made. Empty when the lease is not the newest any more. */
  seal<Operation extends Json>(
    lease: Lease,
    plans: readonly SendPlan<Operation>[],
  ): Promise<readonly Send<Operation>[]>;
  /** Records an answer. Retries, pauses and dead letters follow from the outcome. */
  settle(tx: Tx, lease: Lease, send: Send, outcome: Outcome<unknown>): Promise<Settlement>;
  /**
   * Throws a sealed call away and plans its deliveries anew at once: for a call that its answer made pointless, such as the
   * edit of a message that is gone. `false` when the lease is not the newest any more: nothing was changed.
   */
  replan(tx: Tx, lease: Lease, send: Send): Promise<boolean>;
  /** Ends deliveries that need no call (their revision is already shown). Newer revisions stay open. */
  close(
    tx: Tx,
    lease: Lease,
    shown: readonly { readonly deliveryId: string; readonly revision: number }[],
  ): Promise<void>;
  /** Puts deliveries off until a later time. */
  hold(tx: Tx, lease: Lease, holds: readonly { readonly deliveryId: string; readonly dueAt: number }[]): Promise<void>;
  /** Gives the lane back. `nextDueAt` is when there will be something to do: `null` when it owes nothing. */
  release(lease: Lease): Promise<{ readonly nextDueAt: number | null }>;
  /** Lanes that owe something now and that nobody drains: the probe. Its cost grows with the lanes, not with the deliveries. */
  dueLanes(maxCount: number): Promise<readonly LaneRef[]>;
  /** The lanes that owe something for a subject, as the transaction sees it. */
  lanesOf(tx: Tx, organizationId: string, subjectId: string): Promise<readonly string[]>;
  /** Open deliveries of a subject, over all lanes. */
  openOf(organizationId: string, subjectId: string): Promise<readonly Delivery[]>;
  /** Dead letters of a subject, oldest first. */
  deadOf(organizationId: string, subjectId: string): Promise<readonly DeadLetter[]>;
  status(options?: { readonly minPriority?: number }): Promise<QueueStatus>;
}
