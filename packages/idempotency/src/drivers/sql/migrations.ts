import type { SqlTx } from "./sql-database.ts";

/** Steps that only go forward, for whoever migrates the database: a `MigrationSet` of `@tocsin/store`, and what Kysely's `Migrator` takes. */
export interface IdempotencyMigrations {
  readonly name: string;
  readonly migrations: Readonly<Record<string, { up(db: SqlTx): Promise<void> }>>;
}

/** The driver's table. The same for SQLite and Postgres. */
export const idempotencyMigrations: IdempotencyMigrations = {
  name: "idempotency",
  migrations: {
    "0001-idempotency-keys": {
      async up(db) {
        await db.schema
          .createTable("idempotency_keys")
          .addColumn("scope", "text", (column) => column.notNull())
          .addColumn("idempotency_key", "text", (column) => column.notNull())
          .addColumn("fingerprint", "text", (column) => column.notNull())
          .addColumn("token", "text", (column) => column.notNull())
          .addColumn("lease_ends_at", "bigint", (column) => column.notNull())
          .addColumn("ends_at", "bigint", (column) => column.notNull())
          .addColumn("value", "text")
          .addPrimaryKeyConstraint("idempotency_keys_pk", ["scope", "idempotency_key"])
          .execute();
        // For pruning.
        await db.schema.createIndex("idempotency_keys_end").on("idempotency_keys").columns(["ends_at"]).execute();
      },
    },
  },
};
