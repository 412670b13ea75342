import type { MigrationSet, Tx } from "@tocsin/store";

type Tables = { notes: { id: string; text: string } };

/** One small table, so that the figures are about commits. */
export const notes: MigrationSet = {
  name: "notes",
  migrations: {
    "0001-notes": {
      up: (db) =>
        db.schema
          .createTable("notes")
          .addColumn("id", "text", (column) => column.primaryKey())
          .addColumn("text", "text", (column) => column.notNull())
          .execute(),
    },
  },
};

let count = 0;
export const TEXT = "x".repeat(200);

/** An id that no run had before. */
export function newId(): string {
  count += 1;
  return `${process.pid}-${count}`;
}

/** The work of one write. */
export const insertNote = (tx: Tx) =>
  tx.withTables<Tables>().insertInto("notes").values({ id: newId(), text: TEXT }).execute();
