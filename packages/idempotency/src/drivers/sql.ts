export { createSqlStore, type SqlStore, type SqlStoreOptions } from "./sql/create-sql-store.ts";
export { type IdempotencyMigrations, idempotencyMigrations } from "./sql/migrations.ts";
export type { SqlDatabase, SqlTx } from "./sql/sql-database.ts";
