import type { Database } from "./database.ts";

/** More than anybody asks for at once; beyond it everything is read anew. */
const MAX_COUNT = 2000;

/** Remembers what was read of tables that are read at every request and seldom written. */
export interface ReadCache<T> {
  /** What `load` gave for `key` since the last `forget`; `undefined` is remembered, too. It must not be changed. */
  read(key: string, load: () => T): T;
  /** Must follow every write. */
  forget(): void;
}

/** Creates an empty cache. A transaction that is rolled back empties it: it may have read what never was. */
export function createReadCache<T>(database: Pick<Database, "onRollback">): ReadCache<T> {
  const values = new Map<string, T>();
  database.onRollback(() => values.clear());
  return {
    read(key, load) {
      if (values.has(key)) return values.get(key) as T;
      if (values.size >= MAX_COUNT) values.clear();
      const value = load();
      values.set(key, value);
      return value;
    },
    forget: () => values.clear(),
  };
}
