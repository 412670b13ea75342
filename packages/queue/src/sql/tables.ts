import type { Database } from "@tocsin/store";
import type { Kysely } from "kysely";

export type QueueTables = {
  deliveries: {
    organization_id: string;
    delivery_id: string;
    lane_id: string;
    subject_id: string;
    revision: number;
    priority: number;
    due_at: number;
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
    traceparent: string | null;
    sealed_at: number;
  };
  lanes: {
    organization_id: string;
    lane_id: string;
    owner: string;
    fence: number;
    expires_at: number;
    /** Nothing is sent before: the destination asked to wait, or failed. */
    paused_until: number;
    /** Failures in a row, for the back-off. */
    failure_count: number;
  };
  dead_letters: {
    organization_id: string;
    dead_letter_id: string;
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
