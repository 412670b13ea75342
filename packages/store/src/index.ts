export { openSqliteStore, type SqliteStoreOptions } from "./sqlite/open-sqlite-store.ts";
export type { Database, MigrationSet, Store, Tx } from "./store.ts";
