import type { Kysely } from "kysely";
import {
  type Database,
  type MigrationSet,
  openPostgresStore,
  type PostgresStoreOptions,
  type Store,
} from "../src/index.ts";

type Tables = { notes: { id: number; text: string } };

export const notesMigrations: MigrationSet = {
  name: "notes",
  migrations: {
    "0001-notes": {
      async up(db) {
        await db.schema
          .createTable("notes")
          .addColumn("id", "bigint", (column) => column.primaryKey())
          .addColumn("text", "text", (column) => column.notNull())
          .execute();
      },
    },
  },
};

export const withNotes = (db: Database): Kysely<Tables> => db.withTables<Tables>();

export const insertNote = (db: Database, id: number, text = "x"): Promise<unknown> =>
  withNotes(db).insertInto("notes").values({ id, text }).execute();

export const updateNote = (db: Database, id: number, text: string): Promise<unknown> =>
  withNotes(db).updateTable("notes").set({ text }).where("id", "=", id).execute();

export async function noteIds(db: Database): Promise<readonly number[]> {
  const rows = await withNotes(db).selectFrom("notes").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
}

/** A store with the notes, closed when it is disposed of. */
export function openNotes(
  options: Omit<PostgresStoreOptions, "migrations"> & Partial<PostgresStoreOptions>,
): Store & AsyncDisposable {
  const store = openPostgresStore({ migrations: [notesMigrations], ...options });
  return { ...store, [Symbol.asyncDispose]: () => store.close() };
}
