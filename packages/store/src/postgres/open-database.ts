import { createHash } from "node:crypto";
import { isTocsinError, TocsinError } from "@tocsin/errors";
import { sql } from "kysely";
import { Client, type ClientConfig } from "pg";
import { migrate } from "../migrate.ts";
import type { Database, MigrationSet } from "../store.ts";
import { type Connection, createConnection } from "./connection.ts";
import { sessionSetup } from "./connection-settings.ts";
import { isPassing, rootOf, unavailable } from "./postgres-errors.ts";

export interface OpenDatabaseOptions {
  readonly config: ClientConfig;
  /** Names host, port and database in errors. */
  readonly server: string;
  readonly schema: string | undefined;
  readonly migrations: readonly MigrationSet[];
  /** How long a step waits for a table that somebody uses, and this process for another one that migrates. */
  readonly lockTimeoutMs: number;
  /** Gives up at once when it aborts. */
  readonly signal: AbortSignal;
}

/** "tocs" in ASCII: the first half of the lock that whoever migrates holds. The second half tells the schemas apart. */
const MIGRATION_LOCK_SPACE = 0x746f6373;

/**
 * Connects and brings the database up to date, in one transaction that only one process at a time gets into. Gives the
 * schema that holds the tables.
 *
 * Throws `STORE_MIGRATION_FAILED` when trying again cannot help, and any other error when it may.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<string> {
  const { config, server, schema, lockTimeoutMs, signal } = options;
  const client = new Client(config);
  const connection = createConnection({ client, server, isWriter: true, release: () => {}, onLost: () => {} });
  const end = (): void => void client.end().catch(() => {});
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => {});
  const giveUp = (): void => {
    end();
    // A server that is silent leaves `pg` waiting for ever once the connection was ended.
    aborted.reject(signal.reason);
  };
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    await Promise.race([client.connect(), aborted.promise]);
    // A step over a large table takes as long as it takes.
    await client.query(sessionSetup({ schema, isReadOnly: false, statementTimeoutMs: 0, lockTimeoutMs }));
    return await migrateOver(connection, options);
  } catch (error) {
    if (signal.aborted) throw unavailable(server, error);
    throw error;
  } finally {
    signal.removeEventListener("abort", giveUp);
    end();
  }
}

async function migrateOver(
  connection: Connection,
  { server, schema, migrations }: OpenDatabaseOptions,
): Promise<string> {
  try {
    return await connection.database.transaction().execute(async (tx) => {
      const name = schema ?? (await currentSchema(tx));
      const half = createHash("sha256").update(name).digest().readInt32BE();
      await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK_SPACE}::int, ${half}::int)`.execute(tx);
      await createSchema(tx, name);
      await migrate(tx, migrations);
      return name;
    });
  } catch (error) {
    const lost = connection.lostBy();
    if (lost !== undefined) throw unavailable(server, lost);
    const root = rootOf(error);
    if (isPassing(root)) throw unavailable(server, root);
    if (isTocsinError(error)) throw error;
    throw new TocsinError("cannot prepare the database for its tables", {
      code: "STORE_MIGRATION_FAILED",
      cause: error,
    });
  }
}

async function currentSchema(tx: Database): Promise<string> {
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(tx);
  const name = rows[0]?.name ?? null;
  if (name === null) throw new Error("the search_path names no schema that exists; give one with the option `schema`");
  return name;
}

/** Asks first: making a schema "if not exists" needs the right to make one even when it is there. */
async function createSchema(tx: Database, name: string): Promise<void> {
  const { rows } = await sql`select from pg_namespace where nspname = ${name}`.execute(tx);
  if (rows.length === 0) await tx.schema.createSchema(name).execute();
}
