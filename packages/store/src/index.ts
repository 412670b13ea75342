export type { PostgresState } from "./postgres/availability.ts";
export { openPostgresStore } from "./postgres/open-postgres-store.ts";
export type { PostgresStoreOptions } from "./postgres/postgres-store-options.ts";
export { openSqliteStore, type SqliteStoreOptions } from "./sqlite/open-sqlite-store.ts";
export type { Database, MigrationSet, Store, Tx } from "./store.ts";
