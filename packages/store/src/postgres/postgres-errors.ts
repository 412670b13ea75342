import { isTocsinError, TocsinError } from "@tocsin/errors";
import { DatabaseError } from "pg";

/** SQLSTATE values, https://www.postgresql.org/docs/current/errcodes-appendix.html (read 2026-11). */
const READ_ONLY_SQL_TRANSACTION = "25006";
export const IN_FAILED_SQL_TRANSACTION = "25P02";
const IDLE_IN_TRANSACTION_SESSION_TIMEOUT = "25P03";
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";
export const TOO_MANY_CONNECTIONS = "53300";
export const LOCK_NOT_AVAILABLE = "55P03";
const QUERY_CANCELED = "57014";
export const INTEGRITY_CONSTRAINT_VIOLATION_CLASS = "23";
const CONNECTION_EXCEPTION_CLASS = "08";
const INSUFFICIENT_RESOURCES_CLASS = "53";
/** admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle_session_timeout: each ends the session. */
const SESSION_END_PREFIX = "57P0";
/** What `pg` says when `query_timeout` is over; it has no code. */
const READ_TIMEOUT_MESSAGE = "Query read timeout";

const CONTENTION: readonly string[] = [SERIALIZATION_FAILURE, DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE];

/** The SQLSTATE of an error that Postgres answered with. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof DatabaseError ? error.code : undefined;

/** Whether other transactions were in the way: the same work may go through when it is run again. */
export const isContention = (error: unknown): boolean => CONTENTION.includes(sqlState(error) ?? "");

/** Whether the connection is of no use any more, or leads to a server that takes no writes (a standby). */
export function endsConnection(error: unknown, isWriter: boolean): boolean {
  const state = sqlState(error);
  if (state === undefined) return error instanceof Error && error.message === READ_TIMEOUT_MESSAGE;
  return (
    state.startsWith(CONNECTION_EXCEPTION_CLASS) ||
    state.startsWith(SESSION_END_PREFIX) ||
    state === IDLE_IN_TRANSACTION_SESSION_TIMEOUT ||
    (isWriter && state === READ_ONLY_SQL_TRANSACTION)
  );
}

/** Whether the same statements may go through on another day: nothing is wrong with them. */
export function isPassing(error: unknown): boolean {
  const state = sqlState(error) ?? "";
  return (
    endsConnection(error, true) ||
    isContention(error) ||
    state === QUERY_CANCELED ||
    state.startsWith(INSUFFICIENT_RESOURCES_CLASS)
  );
}

/** What a statement's caller gets: contention and time limits as `STORE_BUSY`, everything else as it is. */
export function toStatementError(error: unknown): unknown {
  if (!isContention(error) && sqlState(error) !== QUERY_CANCELED) return error;
  return new TocsinError("other transactions kept the statement waiting for longer than the limit", {
    code: "STORE_BUSY",
    retryable: true,
    cause: error,
  });
}

/** A word for operators that carries nothing of the caller's: a code of Postgres or of the operating system. */
function wordFor(cause: unknown): string {
  const code = (cause as { readonly code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? ` (${code})` : "";
}

/** What our own errors were wrapped around. */
export function rootOf(error: unknown): unknown {
  return isTocsinError(error) && error.cause !== undefined ? rootOf(error.cause) : error;
}

/** New for every caller: whoever passes an error on may add to its stack. */
export function unavailable(server: string, reason: unknown): TocsinError {
  const cause = rootOf(reason);
  return new TocsinError(`Postgres at ${server} cannot be used for now${wordFor(cause)}; the store goes on trying`, {
    code: "STORE_UNAVAILABLE",
    retryable: true,
    cause,
  });
}
