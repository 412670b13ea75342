import { type Kysely, sql } from "kysely";
import type { Database, MigrationSet, Store } from "../store.ts";

type Tables = {
  notes: { id: number; text: string };
  counters: { name: string; value: number };
};

/** The suite's own tables. */
export const notesMigrations: MigrationSet = {
  name: "contract_notes",
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

export const counterMigrations: MigrationSet = {
  name: "contract_counters",
  migrations: {
    "0001-counters": {
      async up(db) {
        await db.schema
          .createTable("counters")
          .addColumn("name", "text", (column) => column.primaryKey())
          .addColumn("value", "bigint", (column) => column.notNull())
          .execute();
        await sql`insert into counters (name, value) values ('a', 0), ('b', 0)`.execute(db);
      },
    },
  },
};

export const withTables = (db: Database): Kysely<Tables> => db.withTables<Tables>();

export const insertNote = (db: Database, id: number, text = `note ${id}`): Promise<unknown> =>
  withTables(db).insertInto("notes").values({ id, text }).execute();

export const writeNote = (store: Store, id: number): Promise<unknown> => store.write((tx) => insertNote(tx, id));

export async function noteIds(db: Database): Promise<readonly number[]> {
  const rows = await withTables(db).selectFrom("notes").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
}

export async function counterValue(db: Database, name: string): Promise<number> {
  const row = await withTables(db)
    .selectFrom("counters")
    .select("value")
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return row.value;
}

/** Reads, then writes what it has made of it: wrong as soon as somebody comes between the two. */
export async function raiseCounter(db: Database, name: string): Promise<number> {
  const value = (await counterValue(db, name)) + 1;
  await withTables(db).updateTable("counters").set({ value }).where("name", "=", name).execute();
  return value;
}
