import type { IdempotencyStore, IdempotencyStoreCapabilities } from "../idempotency-store.ts";

/** How {@link idempotencyContract} gets at a driver. */
export interface IdempotencyHarness<Tx = never> {
  /** For the tests' names. */
  readonly name: string;
  /** What the driver's stores say of themselves. It decides which groups of the contract run. */
  readonly capabilities: IdempotencyStoreCapabilities;
  /** Longest result that the stores take, in bytes of JSON. @default 65_536 */
  readonly maxValueBytes?: number;
  /** A place without any key. Every test asks for one of its own, and disposes of it. */
  create(): Promise<IdempotencySubject<Tx>>;
}

/** One place where keys are kept. */
export interface IdempotencySubject<Tx = never> extends AsyncDisposable {
  readonly store: IdempotencyStore<Tx>;
  /** A second client of the same place, as another process would be. Needed where stores are shared. */
  readonly other?: IdempotencyStore<Tx>;
  /** Moves the store's clock forward; where a server's clock rules, waits. At most 300 ms at once. */
  advance(ms: number): Promise<void>;
  /** Runs `work` in a transaction, which is undone when it throws. Needed where stores are transactional. */
  transaction?<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}
