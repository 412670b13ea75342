import type { Kysely } from "kysely";
import type { SqlTx } from "./sql-database.ts";

export interface IdempotencyTables {
  readonly idempotency_keys: {
    readonly scope: string;
    readonly idempotency_key: string;
    readonly fingerprint: string;
    readonly token: string;
    readonly lease_ends_at: number;
    /** When nothing is known of the key any more. Never before the lease ends. */
    readonly ends_at: number;
    /** The result as JSON; null while there is none. */
    readonly value: string | null;
  };
}

/** The same handle, with this package's table. */
export const withKeys = (tx: SqlTx): Kysely<IdempotencyTables> => tx;
