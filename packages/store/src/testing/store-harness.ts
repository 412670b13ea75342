import type { MigrationSet, Store } from "../store.ts";

/** An empty database for one test. */
export interface StoreUnderTest {
  /** A store on that database, not necessarily ready. The suite closes it. */
  open(migrations: readonly MigrationSet[]): Store | Promise<Store>;
  /** Removes the database. Called after every store on it was closed. */
  close(): Promise<void>;
}

/** How the suite gets its databases, and what the driver can do. Tests of what it cannot do are not declared. */
export interface StoreHarness {
  readonly capabilities: {
    /** Several stores may have the database open at the same time. */
    readonly isShared: boolean;
    /** Works run one at a time in the order of the calls. */
    readonly isSerial: boolean;
  };
  /** Makes a database that shares nothing with those before it. Called once in every test. */
  create(): StoreUnderTest | Promise<StoreUnderTest>;
}
