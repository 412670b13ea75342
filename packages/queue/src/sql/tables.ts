import type { Database } from "@tocsin/store";
import { type Kysely, sql } from "kysely";

/**
 * The queue's tables. `due_at`, `due_set_at` and the times of leases and pauses are the stored clock's (see `moment.ts`);
 * the others tell people when something was and are the caller's.
 */
export type QueueTables = {
  deliveries: {
    organization_id: string;
    delivery_id: string;
    lane_id: string;
    subject_id: string;
    revision: number;
    priority: number;
    due_at: number;
    /** When `due_at` was set: in the future when the clock was set back since. */
    due_set_at: number;
    attempt_count: number;
    traceparent: string | null;
    created_at: number;
    /** When it first met a failure. */
    failing_since: number | null;
    /** The sealed call that covers it, and the revision which that call shows. */
    send_id: string | null;
    sealed_revision: number | null;
  };
  sends: {
    organization_id: string;
    send_id: string;
    lane_id: string;
    operation: string;
    attempt_count: number;
    /** Attempts that may have been done, the last one not counted. */
    lost_answer_count: number;
    /** 1 when the last attempt was answered with a sure failure; 0 while its fate is not known. */
    is_answered: number;
    due_at: number;
    due_set_at: number;
    traceparent: string | null;
    sealed_at: number;
  };
  lanes: {
    organization_id: string;
    lane_id: string;
    owner: string;
    fence: number;
    /** When the lease began and when it ends; both 0 when it was given back. */
    leased_at: number;
    expires_at: number;
    /** Nothing is sent between the two: the destination asked to wait, or failed. */
    paused_at: number;
    paused_until: number;
    /** Failures in a row, for the back-off. */
    failure_count: number;
  };
  dead_letters: {
    organization_id: string;
    dead_letter_id: string;
    /** The delivery that died. */
    delivery_id: string;
    lane_id: string;
    subject_id: string;
    revision: number;
    priority: number;
    reason: string;
    details: string;
    may_be_delivered: number;
    operation: string;
    attempt_count: number;
    traceparent: string | null;
    created_at: number;
    died_at: number;
  };
};

/** The same handle, with the queue's tables. */
export const withQueue = (db: Database): Kysely<QueueTables> => db.withTables<QueueTables>();

/**
 * True of every delivery. The indexes by time hold only rows of which it is true, so that only statements that say it use
 * them: without fresh statistics a planner takes one of them for the drainer's question too, and sorts the whole backlog.
 */
export const ONLY_BY_TIME = sql<boolean>`attempt_count >= 0`;

/** The same as `send_id is null`, but no invitation to look for one row in the index of all that are unsealed. */
export const IS_UNSEALED = sql<boolean>`coalesce(send_id, '') = ''`;
