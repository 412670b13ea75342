import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { TocsinError } from "@tocsin/errors";
import { createPrivately, makePrivate } from "./create-privately.ts";
import { lockDataDirectory } from "./data-directory-lock.ts";

const SCHEMA_VERSION = 1;

/** Ids are stored as 64-bit integers, so that they sort by time; the JSON bodies keep them as Discord's strings. */
const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE users (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE channels (id INTEGER PRIMARY KEY, parent_id INTEGER, type INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX channels_by_parent ON channels (parent_id, id);
  CREATE TABLE webhooks (id INTEGER PRIMARY KEY, channel_id INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE TABLE messages (
    id INTEGER PRIMARY KEY, channel_id INTEGER NOT NULL, author_id INTEGER NOT NULL, pinned_at INTEGER, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_by_channel ON messages (channel_id, id);
  CREATE TABLE reactions (
    position INTEGER PRIMARY KEY AUTOINCREMENT, message_id INTEGER NOT NULL, emoji TEXT NOT NULL, user_id INTEGER NOT NULL,
    body TEXT NOT NULL, UNIQUE (message_id, emoji, user_id)
  ) STRICT;
  CREATE TABLE attachments (id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL, content_type TEXT, content BLOB NOT NULL) STRICT;
  CREATE INDEX attachments_by_message ON attachments (message_id);
  CREATE TABLE nonces (
    author_id INTEGER NOT NULL, nonce TEXT NOT NULL, message_id INTEGER NOT NULL, channel_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL, PRIMARY KEY (author_id, nonce)
  ) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

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
  close(): void;
}

/** Opens the storage in `directory` and locks it, or in memory without one. */
export function openDatabase(directory: string | undefined): Database {
  const unlock = directory === undefined ? () => {} : lockDataDirectory(directory);
  const sqlite = openSqlite(directory, unlock);
  const statements = new Map<string, StatementSync>();

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
        throw error;
      }
    },
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
    const version = Number(sqlite.prepare("PRAGMA user_version").get()?.user_version);
    if (version === 0) sqlite.exec(`BEGIN; ${SCHEMA} COMMIT;`);
    else if (version !== SCHEMA_VERSION) throw new Error(`schema version ${version}`);
    return sqlite;
  } catch (cause) {
    unlock();
    throw new TocsinError("cannot open the emulator's database; was it written by another version?", {
      code: "EMULATOR_DATA_UNREADABLE",
      cause,
    });
  }
}

/** The file holds the bot's token, the application's key and the webhooks' tokens. */
function prepareFile(directory: string): string {
  const file = join(directory, "emulator.sqlite");
  createPrivately(file);
  for (const companion of [`${file}-wal`, `${file}-shm`]) makePrivate(companion);
  return file;
}
