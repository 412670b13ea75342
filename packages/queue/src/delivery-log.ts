import type { Json, Outcome } from "@tocsin/alert/plugin";
import type { Tx } from "@tocsin/store";
import type {
  DeadLetter,
  DeadLetterPage,
  DeadLetterQuery,
  PurgeOptions,
  PurgeResult,
  PurgeSelection,
  RedriveManyOptions,
  RedriveManyResult,
  RedriveOptions,
  RedriveResult,
} from "./dead-letter.ts";
import type { LaneRef } from "./lane-ref.ts";

export type { LaneRef };

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
  /** The highest priority of what it covers, when it was sealed or taken up again. */
  readonly priority: number;
  /** Attempts, the one to be made now included. */
  readonly attemptCount: number;
  /** Earlier attempts that may have been done: each may have left something behind. */
  readonly lostAnswerCount: number;
  /** When it was sealed, epoch milliseconds: it was surely not made before. */
  readonly sealedAt: number;
  readonly traceparent: string | null;
}

/** A delivery for which more calls follow, although its revision is shown. */
export interface Unfinished {
  readonly deliveryId: string;
  /** Its place in the row from now on; a debt that is raised again puts it back. @default as before */
  readonly priority?: number;
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

/** The open delivery that a debt became. */
export interface OwedDelivery extends LaneRef {
  readonly subjectId: string;
  readonly deliveryId: string;
}

/** What became of a delivery, or that nothing has yet. */
export type DeliveryOutcome<T> = Outcome<T | null> | { readonly kind: "pending" };

/** How an operator is told that something waits, over all organisations. Counts as {@link QueueDepth} does, for each priority. */
export interface QueueStatus {
  readonly openDeliveryCount: number;
  readonly deadLetterCount: number;
  /** When the oldest open delivery of at least the asked priority was raised; `null` when there is none. */
  readonly oldestCreatedAt: number | null;
}

/** What waits, over all organisations. Counts go up to 10 000 and are then "at least": no scrape reads a whole backlog. */
export interface QueueDepth {
  /** Only priorities of which something is open, lowest first. */
  readonly open: readonly { readonly priority: number; readonly count: number; readonly oldestCreatedAt: number }[];
  readonly deadLetterCount: number;
  /** Lanes whose destination failed or asked to wait. */
  readonly pausedLaneCount: number;
}

/**
 * The durable list of what is owed to destinations, and the only place that knows what is under way.
 *
 * Methods that take `tx` are part of the caller's transaction; the others make their own. A call sealed here is on disk
 * before it can be sent, so a crash at any point leaves it either owed or sealed, never forgotten.
 */
export interface DeliveryLog {
  /**
   * Raises debts: revision and priority go up, never down; `dueAt` comes earlier, never later. A sealed call is left alone.
   * Answers with the open delivery of each lane and subject, in no order. A caller that raises several in one transaction
   * does so in one call, or two such callers may wait for each other until the database ends one of them.
   */
  owe(tx: Tx, debts: readonly Debt[]): Promise<readonly OwedDelivery[]>;
  /** Takes the lane for this process, or `null` while somebody else has it or it is paused. */
  lease(lane: LaneRef, options: { readonly leaseMs: number }): Promise<Lease | null>;
  /** Sealed calls whose answer never came and whose time has come, oldest first, each counted as one more attempt. */
  resume(lease: Lease, maxCount: number): Promise<readonly Send[]>;
  /** Open deliveries whose time has come, highest priority first, then oldest. */
  due(lease: Lease, maxCount: number): Promise<readonly Delivery[]>;
  /**
   * Commits calls before they are made. Empty when the lease is not the newest any more. Rejects with `QUEUE_NOT_OPEN`, and
   * seals nothing, when a delivery is not open or is sealed already.
   */
  seal<Operation extends Json>(
    lease: Lease,
    plans: readonly SendPlan<Operation>[],
  ): Promise<readonly Send<Operation>[]>;
  /**
   * Records an answer. Retries, pauses and dead letters follow from the outcome. What is `unfinished` stays open, due at once,
   * when the call was delivered.
   */
  settle(
    tx: Tx,
    lease: Lease,
    send: Send,
    outcome: Outcome<unknown>,
    options?: { readonly unfinished?: readonly Unfinished[] },
  ): Promise<Settlement>;
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
  /** Puts deliveries off until a later time. One that wants a newer revision than the one looked at stays due. */
  hold(
    tx: Tx,
    lease: Lease,
    holds: readonly { readonly deliveryId: string; readonly revision: number; readonly dueAt: number }[],
  ): Promise<void>;
  /** Gives the lane back. `nextDueAt` is when there will be something to do: `null` when it owes nothing. */
  release(lease: Lease): Promise<{ readonly nextDueAt: number | null }>;
  /** Lanes that owe something now and that nobody drains: the probe. Its cost grows with the lanes, not with the deliveries. */
  dueLanes(maxCount: number): Promise<readonly LaneRef[]>;
  /** The lanes that owe something for a subject, as the transaction sees it. */
  lanesOf(tx: Tx, organizationId: string, subjectId: string): Promise<readonly string[]>;
  /** Those of some subjects that a sealed call of the lane covers, its answer not recorded yet. */
  sealedOf(lane: LaneRef, subjectIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Open deliveries of a subject, over all lanes. */
  openOf(organizationId: string, subjectId: string): Promise<readonly Delivery[]>;
  /** Dead letters of a subject, oldest first. */
  deadOf(organizationId: string, subjectId: string): Promise<readonly DeadLetter[]>;
  /** Dead letters of an organisation, newest first. Rejects with `QUEUE_INVALID_OPTION` for a page that cannot be. */
  deadLetters(organizationId: string, query?: DeadLetterQuery): Promise<DeadLetterPage>;
  /** One dead letter of an organisation; `null` when it is not there (any more). */
  deadLetter(organizationId: string, deadLetterId: string): Promise<DeadLetter | null>;
  /**
   * Owes again what is dead, from now on, as if it had never been tried: with its revision and priority, raising the
   * delivery that is open for the subject if there is one. The dead letters are gone with the transaction, so that
   * asking twice changes nothing. What is sent is planned anew from what is wanted then.
   */
  redrive(
    tx: Tx,
    organizationId: string,
    deadLetterIds: readonly string[],
    options?: RedriveOptions,
  ): Promise<RedriveResult>;
  /**
   * Redrives what a filter finds, oldest first and spread over time, in transactions of its own. Only what was dead at the
   * first call: what dies again meanwhile is left alone. Rejects with `QUEUE_INVALID_OPTION` for a rate or a cursor that is
   * none.
   */
  redriveMany(organizationId: string, options: RedriveManyOptions): Promise<RedriveManyResult>;
  /** Throws dead letters away for good, in transactions of its own. */
  purge(organizationId: string, selection: PurgeSelection, options?: PurgeOptions): Promise<PurgeResult>;
  /**
   * Waits until a delivery is settled or dead; `pending` when `timeoutMs` is over or `signal` aborts. A dead one is
   * `rejected`, or `unknown` when it may have arrived. `delivered` carries the settled value when this log settled it
   * while somebody waited; otherwise `null`, and then another process is noticed within a quarter of a second.
   *
   * Settled deliveries leave no trace: an id that the log does not know is taken for delivered. Ask before the dead letter
   * may have been redriven or purged.
   */
  settled<T = unknown>(
    delivery: { readonly organizationId: string; readonly deliveryId: string },
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<DeliveryOutcome<T>>;
  /** {@link QueueDepth} says how far it counts. */
  status(options?: { readonly minPriority?: number }): Promise<QueueStatus>;
  /** What the gauges show; see `registerQueueMetrics`. */
  depth(): Promise<QueueDepth>;
}
