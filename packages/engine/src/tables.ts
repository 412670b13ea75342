import type { Database } from "@tocsin/store";
import type { Kysely } from "kysely";

export type EngineTables = {
  alerts: {
    organization_id: string;
    alert_id: string;
    revision: number;
    status: string;
    severity: string;
    monitor_id: string | null;
    dedup_key: string | null;
    /** The normalised alert as JSON. */
    alert: string;
    created_at: number;
    updated_at: number;
    resolved_at: number | null;
  };
  /** The ledger: which message shows which subject, at which revision. */
  messages: {
    organization_id: string;
    lane_id: string;
    subject_id: string;
    revision: number;
    channel_id: string;
    message_id: string;
    thread_id: string | null;
    /** When the subject was first shown there, and when the message that shows it now was made. */
    sent_at: number;
    posted_at: number;
    possible_duplicate_count: number;
    face: string;
    position: number;
    member_count: number;
    told_severity: string | null;
    told_status: string;
    own_thread_id: string | null;
    thread_state: string;
    thread_tags: string | null;
  };
  api_keys: {
    organization_id: string;
    key_id: string;
    secret_sha256: string;
    scopes: string;
    created_at: number;
  };
};

/** The same handle, with the engine's tables. */
export const withEngine = (db: Database): Kysely<EngineTables> => db.withTables<EngineTables>();
