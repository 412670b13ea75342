import type { PostgresPoolClient } from "kysely";
import type { ClientBase } from "pg";
import type { Database } from "../store.ts";
import { createDatabase } from "./create-database.ts";
import { endsConnection, isContention, toStatementError, unavailable } from "./postgres-errors.ts";

/** One connection to Postgres for its whole life, whoever has borrowed it. */
export interface Connection extends PostgresPoolClient {
  /** Runs statements on this connection alone, one after the other. */
  readonly database: Database;
  /** Why it is of no use any more; `undefined` while it lives. */
  lostBy(): unknown;
  /** The last error that other transactions caused since `forgetContention`, whatever a work has made of it. */
  contention(): unknown;
  forgetContention(): void;
}

export interface ConnectionOptions {
  readonly client: ClientBase;
  /** Names host, port and database in errors. */
  readonly server: string;
  readonly isWriter: boolean;
  /** Gives the connection back, or away when it is of no use. */
  readonly release: (isUseless: boolean) => void;
  /** Told once, with why the connection is lost. */
  readonly onLost: (error: unknown) => void;
}

/**
 * Wraps a connected client: statements on a lost connection fail as `STORE_UNAVAILABLE`, those that others kept waiting as
 * `STORE_BUSY`. From here on the client's `error` events are handled.
 */
export function createConnection({ client, server, isWriter, release, onLost }: ConnectionOptions): Connection {
  let lost: { readonly error: unknown } | null = null;
  let contention: unknown;

  function lose(error: unknown): void {
    if (lost !== null) return;
    lost = { error };
    onLost(error);
  }
  client.on("error", lose);

  async function query(text: string, values: readonly unknown[]): Promise<unknown> {
    // Asked again, a client whose answer never came could still answer, and to the wrong question.
    if (lost !== null) throw unavailable(server, lost.error);
    try {
      return await client.query(text, [...values]);
    } catch (error) {
      if (endsConnection(error, isWriter)) lose(error);
      if (lost !== null) throw unavailable(server, (lost as { readonly error: unknown }).error);
      if (isContention(error)) contention = error;
      throw toStatementError(error);
    }
  }

  const borrowed = { query: query as PostgresPoolClient["query"] };
  return {
    ...borrowed,
    release: (isUseless = false) => release(isUseless || lost !== null),
    database: createDatabase({
      options: {},
      connect: () => Promise.resolve({ ...borrowed, release() {} }),
      end: () => Promise.resolve(),
    }),
    lostBy: () => lost?.error,
    contention: () => contention,
    forgetContention() {
      contention = undefined;
    },
  };
}
