import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { TocsinError } from "@tocsin/errors";
import { createPrivately, makePrivate } from "./create-privately.ts";
import { lockDataDirectory } from "./data-directory-lock.ts";
import { MIGRATIONS } from "./schema.ts";

/** A row as SQLite gives it. Only columns of type TEXT and BLOB, and small integers, are ever selected raw. */
type Row = Record<string, unknown>;

/** The emulator's storage: SQL with cached statements, and transactions, which do not nest. */
export interface Database {
  all(sql: string, ...values: SQLInputValue[]): Row[];
  get(sql: string, ...values: SQLInputValue[]): Row | undefined;
  /** Returns how many rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number;
  /**
   * Runs `work` in one transaction: when this returns, all of it survives the end of the process, or none of it when
   * `work` throws. It is not flushed to the medium (`synchronous=NORMAL`): a power cut may take the last transactions.
   */
  transaction<T>(work: () => T): T;
  /** Calls `listener` whenever a transaction was undone. */
  onRollback(listener: () => void): void;
  close(): void;
}

/** Opens the storage in `directory` and locks it, or in memory without one. */
export function openDatabase(directory: string | undefined): Database {
  const unlock = directory === undefined ? () => {} : lockDataDirectory(directory);
  const sqlite = openSqlite(directory, unlock);
  const statements = new Map<string, StatementSync>();
  const rollbackListeners: (() => void)[] = [];

  function prepare(sql: string): StatementSync {
    const cached = statements.get(sql);
    if (cached) return cached;
    const statement = sqlite.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }

  return {
    all: (sql, ...values) => prepare(sql).all(...values),
    get: (sql, ...values) => prepare(sql).get(...values),
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    transaction(work) {
      sqlite.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        sqlite.exec("COMMIT");
        return result;
      } catch (error) {
        sqlite.exec("ROLLBACK");
        for (const listener of rollbackListeners) listener();
        throw error;
      }
    },
    onRollback: (listener) => void rollbackListeners.push(listener),
    close() {
      sqlite.close();
      unlock();
    },
  };
}

function openSqlite(directory: string | undefined, unlock: () => void): DatabaseSync {
  try {
    const sqlite = new DatabaseSync(directory === undefined ? ":memory:" : prepareFile(directory));
    sqlite.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    migrate(sqlite);
    return sqlite;
  } catch (cause) {
    unlock();
    throw new TocsinError("cannot open the emulator's database; was it written by another version?", {
      code: "EMULATOR_DATA_UNREADABLE",
      cause,
    });
  }
}

/** Brings the database to the present version, or leaves it as it was; refuses one that a later version has written. */
function migrate(sqlite: DatabaseSync): void {
  const version = Number(sqlite.prepare("PRAGMA user_version").get()?.user_version);
  if (version > MIGRATIONS.length) throw new Error(`schema version ${version}`);
  const steps = MIGRATIONS.slice(version);
  if (steps.length > 0) sqlite.exec(`BEGIN; ${steps.join("\n")} PRAGMA user_version = ${MIGRATIONS.length}; COMMIT;`);
}

/** The file holds the bots' tokens, the application's key and the webhooks' tokens. */
function prepareFile(directory: string): string {
  const file = join(directory, "emulator.sqlite");
  createPrivately(file);
  for (const companion of [`${file}-wal`, `${file}-shm`]) makePrivate(companion);
  return file;
}
