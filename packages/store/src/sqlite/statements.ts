import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { SqliteDatabase, SqliteStatement } from "kysely";
import { storeClosed } from "../store-errors.ts";

const MAX_CACHED_COUNT = 500;

function wrap(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => {
      const { changes, lastInsertRowid } = statement.run(...(parameters as SQLInputValue[]));
      return { changes, lastInsertRowid };
    },
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])) as IterableIterator<unknown>,
  };
}

/**
 * Shows `node:sqlite` to Kysely's SQLite dialect, which knows better-sqlite3's shape.
 * Keeps the most recently used prepared statements, since Kysely prepares anew for every query.
 */
export function toKyselyDatabase(database: DatabaseSync): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      if (!database.isOpen) throw storeClosed();
      const known = cache.get(sql);
      if (known !== undefined) {
        cache.delete(sql);
        cache.set(sql, known);
        return known;
      }
      const statement = wrap(database.prepare(sql));
      cache.set(sql, statement);
      if (cache.size > MAX_CACHED_COUNT) cache.delete(cache.keys().next().value as string);
      return statement;
    },
  };
}
