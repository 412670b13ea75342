import { TocsinError } from "@tocsin/errors";
import { type ClientBase, type ClientConfig, Pool, type PoolClient, type QueryConfig } from "pg";
import { type Connection, createConnection } from "./connection.ts";
import { sqlState, TOO_MANY_CONNECTIONS, unavailable } from "./postgres-errors.ts";

export interface ConnectionPoolOptions {
  readonly config: ClientConfig;
  /** Names host, port and database in errors. */
  readonly server: string;
  readonly maxCount: number;
  readonly isWriter: boolean;
  /** Run on each new connection. */
  readonly setup: string;
  readonly connectTimeoutMs: number;
  /** When a statement is given up although the server says nothing: the network has swallowed the answer. */
  readonly answerTimeoutMs: number;
  /** Told of each connection that was lost or could not be made. */
  readonly onLost: (error: unknown) => void;
}

export interface ConnectionPool {
  /**
   * Lends a connection; its `release` gives it back. Rejects with `STORE_UNAVAILABLE`, or with `STORE_BUSY` when all stay
   * taken for longer than `connectTimeoutMs`.
   */
  connect(): Promise<Connection>;
  /** Waits for what was lent, then ends every connection. */
  end(): Promise<void>;
}

const IDLE_TIMEOUT_MS = 30_000;
/** What `pg` says when no connection of a full pool has come free; it has no code. */
const ALL_TAKEN_MESSAGE = "timeout exceeded when trying to connect";

/** Connections to one server with the same settings, made when they are needed. Never emits, never crashes the process. */
export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { config, server, maxCount, isWriter, setup, connectTimeoutMs, answerTimeoutMs, onLost } = options;
  const known = new WeakMap<ClientBase, Connection>();

  const pool = new Pool({
    ...config,
    max: maxCount,
    // The last one stays: a server that goes away is noticed by the end of a connection.
    min: 1,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    // An open store that nobody waits for does not keep the process alive; neither does SQLite.
    allowExitOnIdle: true,
    query_timeout: answerTimeoutMs,
    onConnect(client: ClientBase) {
      const release = (isUseless: boolean): void => (client as PoolClient).release(isUseless);
      known.set(client, createConnection({ client, server, isWriter, release, onLost }));
      // `pg` reads the time limit of a single query too; its types do not know it.
      return client.query({ text: setup, query_timeout: connectTimeoutMs } as QueryConfig);
    },
  });
  pool.on("error", (error: Error & { client?: unknown }) => {
    // The connection has told of it. `pg` hangs the client on the error, which is nothing for a log.
    delete error.client;
  });

  return {
    async connect() {
      try {
        return known.get(await pool.connect()) as Connection;
      } catch (error) {
        if (error instanceof Error && error.message === ALL_TAKEN_MESSAGE) throw allTaken(connectTimeoutMs, error);
        // Others of this pool may work well while the server takes no more.
        if (sqlState(error) !== TOO_MANY_CONNECTIONS || pool.totalCount === 0) onLost(error);
        throw unavailable(server, error);
      }
    },
    end: () => pool.end(),
  };
}

const allTaken = (timeoutMs: number, cause: unknown): TocsinError =>
  new TocsinError(`every connection to Postgres was taken for more than ${timeoutMs} ms`, {
    code: "STORE_BUSY",
    retryable: true,
    cause,
  });
