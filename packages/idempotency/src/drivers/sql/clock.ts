import { type RawBuilder, sql } from "kysely";

/** The time as a statement sees it, in epoch milliseconds. */
export type SqlNow = () => RawBuilder<number>;

/** Read anew at every place of a statement: between two of them it may have waited for another transaction. */
export const postgresNow: SqlNow = () => sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

export function callerNow(now: () => number): SqlNow {
  return () => sql<number>`${now()}`;
}

export const later = (now: SqlNow, ms: number): RawBuilder<number> => sql<number>`(${now()} + ${ms})`;
