import { randomUUID } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { isTocsinError, TocsinError } from "@tocsin/errors";
import { Kysely, SqliteDialect } from "kysely";
import { migrate } from "../migrate.ts";
import type { Database, MigrationSet, Store, Tx } from "../store.ts";
import { lockOutsideWrite } from "../store-errors.ts";
import { createGroupCommit, type GroupCommit, type TransactionControl } from "./group-commit.ts";
import { type ProcessLock, takeProcessLock } from "./process-lock.ts";
import { isBusy } from "./sqlite-errors.ts";
import { toKyselyDatabase } from "./statements.ts";

export interface SqliteStoreOptions {
  /** Path of the database file. Its directory must exist. The lock lies beside it as `<file>.lock`. */
  readonly file: string;
  readonly migrations: readonly MigrationSet[];
  /** Most writes that share one commit. @default 256 */
  readonly maxGroupCount?: number;
  /** How long a write waits while another process holds the file. @default 10_000 */
  readonly busyTimeoutMs?: number;
}

function transactionControl(database: DatabaseSync): TransactionControl {
  const statements = {
    begin: database.prepare("BEGIN IMMEDIATE"),
    savepoint: database.prepare("SAVEPOINT work"),
    release: database.prepare("RELEASE work"),
    rollbackToSavepoint: database.prepare("ROLLBACK TO work"),
    commit: database.prepare("COMMIT"),
  };
  return {
    begin: () => void statements.begin.run(),
    savepoint: () => void statements.savepoint.run(),
    release: () => void statements.release.run(),
    rollbackToSavepoint() {
      statements.rollbackToSavepoint.run();
      statements.release.run();
    },
    commit: () => void statements.commit.run(),
    rollback() {
      try {
        if (database.isTransaction) database.exec("ROLLBACK");
      } catch {
        // The transaction is as good as undone: it is never committed, and the next BEGIN fails and says why.
      }
    },
    isBusy,
  };
}

/**
 * For its owner only, as SQLite's own companions of the file then are too. An existing file keeps its mode, and is not
 * even opened: closing any descriptor of a file drops every lock that this process has on it.
 */
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, "ax", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** The writer last: the last connection to close folds the write-ahead log into the file, and a reader cannot. */
function closeAll(opened: readonly { close(): void }[]): void {
  for (const each of opened.toReversed()) each.close();
}

const kysely = (database: DatabaseSync): Database =>
  new Kysely({ dialect: new SqliteDialect({ database: toKyselyDatabase(database) }) });

/**
 * Opens a SQLite database for this process alone, migrates it and keeps it durable: WAL with `synchronous=FULL`, so
 * that a resolved write survives kill -9 and power loss.
 *
 * Throws `STORE_LOCKED` when another process has it, `STORE_MIGRATION_FAILED`, or `STORE_UNAVAILABLE` when the file
 * cannot be opened. Close it to free the lock.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { file, migrations, maxGroupCount = 256, busyTimeoutMs = 10_000 } = options;
  const opened: { close(): void }[] = [];
  let lock: ProcessLock | undefined;
  try {
    createPrivately(`${file}.lock`);
    lock = takeProcessLock(`${file}.lock`);
    createPrivately(file);
    const database = new DatabaseSync(file);
    opened.push(database);
    database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=0");
    const tx = kysely(database);
    // All steps in one transaction: SQLite undoes table changes too, so that a crash leaves no half step.
    database.exec("BEGIN IMMEDIATE");
    await migrate(tx, migrations);
    database.exec("COMMIT");
    const reader = new DatabaseSync(file, { readOnly: true });
    opened.push(reader);
    const commits = createGroupCommit({ control: transactionControl(database), tx, maxGroupCount, busyTimeoutMs });
    return createHandle({ commits, tx, read: kysely(reader), opened, lock });
  } catch (error) {
    closeAll(opened);
    lock?.release();
    if (isTocsinError(error)) throw error;
    throw new TocsinError(`cannot open the database ${file}`, {
      code: "STORE_UNAVAILABLE",
      retryable: isBusy(error),
      cause: error,
    });
  }
}

interface Parts {
  readonly commits: GroupCommit;
  readonly tx: Tx;
  readonly read: Database;
  readonly opened: readonly { close(): void }[];
  readonly lock: ProcessLock;
}

function createHandle({ commits, tx, read, opened, lock }: Parts): Store {
  let closing: Promise<void> | null = null;
  return {
    dialect: "sqlite",
    exclusiveOwner: randomUUID(),
    ready: () => Promise.resolve(),
    isWritable: () => commits.isWritable(),
    write: (work) => commits.write(work),
    async lock(handle) {
      if (handle !== tx) throw lockOutsideWrite();
    },
    read,
    close() {
      closing ??= commits.drain().then(() => {
        closeAll(opened);
        lock.release();
      });
      return closing;
    },
  };
}
