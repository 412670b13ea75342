import { TocsinError } from "@tocsin/errors";
import { Client, type ClientConfig, types } from "pg";

/** https://www.postgresql.org/docs/current/catalog-pg-type.html: bigint, and what `count(*)` gives. */
const INT8_OID = 20;
const KEEP_ALIVE_DELAY_MS = 10_000;

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError("the database holds an integer beyond 2^53");
  return value;
}

/** What connects to the server, and its name for errors. */
export interface ServerAddress {
  readonly config: ClientConfig;
  /** Host, port and database; neither user nor password. */
  readonly server: string;
}

/** Throws `STORE_OPTION_INVALID`, without the URL, which may carry a password. */
export function serverAddress(url: string, connectTimeoutMs: number): ServerAddress {
  const config: ClientConfig = {
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: "tocsin",
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    types: {
      getTypeParser: ((oid: number, format?: "text" | "binary") =>
        oid === INT8_OID ? parseInt8 : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
  };
  try {
    // Not connected: it reads the URL as every connection will.
    const { host, port, database } = new Client(config);
    return { config, server: `${host}:${port}, database "${database}",` };
  } catch {
    throw new TocsinError("the url of the database cannot be read; it looks like postgres://user@host:5432/database", {
      code: "STORE_OPTION_INVALID",
    });
  }
}

export interface SessionSettings {
  /** Where tables are found and made; `undefined` leaves that to the server. */
  readonly schema: string | undefined;
  readonly isReadOnly: boolean;
  /** 0 for no limit. */
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

/** Statements that a new connection runs before anything else. */
export function sessionSetup({ schema, isReadOnly, statementTimeoutMs, lockTimeoutMs }: SessionSettings): string {
  return [
    ...(schema === undefined ? [] : [`set search_path to "${schema}"`]),
    `set statement_timeout to ${statementTimeoutMs}`,
    `set lock_timeout to ${lockTimeoutMs}`,
    // A work that awaits something else would keep its locks for ever.
    `set idle_in_transaction_session_timeout to ${statementTimeoutMs}`,
    "set default_transaction_isolation to 'read committed'",
    // Never off: whoever has made the database read-only had a reason.
    ...(isReadOnly ? ["set default_transaction_read_only to on"] : []),
    // A server, database or role may be set to answer before the flush: then a resolved write could be lost.
    "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'",
  ].join("; ");
}
