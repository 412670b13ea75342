import type { MigrationSet } from "../store.ts";
import type { PostgresState } from "./availability.ts";

/** What `openPostgresStore` takes. Numbers are whole and at least 1. */
export interface PostgresStoreOptions {
  /** `postgres://user:password@host:5432/database`, with whatever parameters `pg` takes (`?sslmode=verify-full`). */
  readonly url: string;
  /**
   * Postgres schema for all tables, made when it is missing; lower-case letters, digits and underscores, at most 63.
   * @default the first that exists in the server's search_path (`public`)
   */
  readonly schema?: string;
  readonly migrations: readonly MigrationSet[];
  /** Most writes that share one commit. Beyond 64 a transaction is dearer for everybody on the server. @default 64 */
  readonly maxGroupCount?: number;
  /** How many groups of writes run at the same time, from 1. @default 4 */
  readonly writerCount?: number;
  /**
   * Most connections: `writerCount`, one for writes that were kept waiting, and the others, one at least, for `read`.
   * One more is used while the database is being migrated. @default 8
   */
  readonly poolSize?: number;
  /** How long a call waits for Postgres to be reached. @default 2_000 */
  readonly connectTimeoutMs?: number;
  /** How long a write waits for other transactions, in its last attempt. @default 5_000 */
  readonly busyTimeoutMs?: number;
  /** How long one statement may take. @default 15_000 */
  readonly statementTimeoutMs?: number;
  /**
   * Told whenever Postgres begins or ceases to answer, and of the first outcome after opening. What it throws is dropped.
   * @default nobody is told
   */
  readonly onStateChange?: (state: PostgresState) => void;
}
