import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { SqlDatabase, SqlTx } from "@tocsin/idempotency/drivers/sql";
import { Kysely, SqliteDialect } from "kysely";

/** A SQLite file as the driver takes it: one connection, one transaction after the other. */
export interface SqliteDatabase extends SqlDatabase, AsyncDisposable {
  readonly db: SqlTx;
}

/** `onStatement` hears of every statement of the builder's. */
export function openSqliteDatabase(file: string, onStatement: (sql: string) => void = () => {}): SqliteDatabase {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  const db = new Kysely<Record<never, never>>({
    log(event) {
      if (event.level === "query") onStatement(event.query.sql);
    },
    dialect: new SqliteDialect({
      database: {
        close: () => database.close(),
        prepare(sql) {
          const statement = database.prepare(sql);
          const inputs = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
          return {
            reader: statement.columns().length > 0,
            all: (parameters) => statement.all(...inputs(parameters)),
            run: (parameters) => statement.run(...inputs(parameters)),
            iterate: (parameters) => statement.iterate(...inputs(parameters)) as IterableIterator<unknown>,
          };
        },
      },
    }),
  });
  return {
    dialect: "sqlite",
    db,
    // The dialect lends its one connection to one transaction at a time.
    write: (work) => db.transaction().execute(work),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
