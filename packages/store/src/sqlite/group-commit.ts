import { setTimeout as delay } from "node:timers/promises";
import { isTocsinError, TocsinError } from "@tocsin/errors";
import type { Tx } from "../store.ts";

/** The few statements that a group of works needs around it. Each is synchronous and throws on failure. */
export interface TransactionControl {
  /** Takes the write lock or throws. */
  begin(): void;
  savepoint(): void;
  release(): void;
  rollbackToSavepoint(): void;
  commit(): void;
  /** Ends the transaction if one is open. Never throws. */
  rollback(): void;
  isBusy(error: unknown): boolean;
}

export interface GroupCommitOptions {
  readonly control: TransactionControl;
  readonly tx: Tx;
  /** Most works in one commit. */
  readonly maxGroupCount: number;
  /** How long a group waits for another process to let go of the database. */
  readonly busyTimeoutMs: number;
}

export interface GroupCommit {
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Refuses new works and resolves when the accepted ones are settled. */
  drain(): Promise<void>;
}

interface Pending {
  readonly work: (tx: Tx) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const BUSY_RETRY_MS = 5;

/**
 * Lets many small writes share one commit, which costs one fsync.
 *
 * While a group runs, new works queue up for the next; nothing waits for a group to fill. A yield to the event loop
 * between groups lets requests that have arrived meanwhile join the next one.
 */
export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  const { control, tx, maxGroupCount, busyTimeoutMs } = options;
  let queue: Pending[] = [];
  let running: Promise<void> | null = null;
  let closed = false;

  async function begin(): Promise<void> {
    const deadlineAt = performance.now() + busyTimeoutMs;
    for (;;) {
      try {
        control.begin();
        return;
      } catch (error) {
        if (!control.isBusy(error)) throw error;
        if (performance.now() >= deadlineAt) {
          throw new TocsinError(`the database is locked by another process for more than ${busyTimeoutMs} ms`, {
            code: "STORE_BUSY",
            retryable: true,
            cause: error,
          });
        }
      }
      // SQLite's own waiting would block the event loop, and with it every request and heartbeat.
      await delay(BUSY_RETRY_MS);
    }
  }

  /** Runs one work under its savepoint; the answer is given only after the commit. */
  async function run(pending: Pending): Promise<() => void> {
    control.savepoint();
    try {
      const value = await pending.work(tx);
      control.release();
      return () => pending.resolve(value);
    } catch (error) {
      control.rollbackToSavepoint();
      return () => pending.reject(error);
    }
  }

  async function commitGroup(group: readonly Pending[]): Promise<void> {
    const answers: (() => void)[] = [];
    try {
      await begin();
      for (const pending of group) answers.push(await run(pending));
      control.commit();
    } catch (error) {
      control.rollback();
      const failure = isTocsinError(error)
        ? error
        : new TocsinError("the database did not take the write", {
            code: "STORE_WRITE_FAILED",
            retryable: true,
            cause: error,
          });
      for (const pending of group) pending.reject(failure);
      return;
    }
    for (const answer of answers) answer();
  }

  async function loop(): Promise<void> {
    while (queue.length > 0) {
      const group = queue.slice(0, maxGroupCount);
      queue = queue.slice(maxGroupCount);
      await commitGroup(group);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    running = null;
  }

  return {
    write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      if (closed) {
        return Promise.reject(new TocsinError("the store is closed", { code: "STORE_CLOSED" }));
      }
      const result = new Promise<T>((resolve, reject) => {
        queue.push({ work, resolve: resolve as (value: unknown) => void, reject });
      });
      // The first group starts in a later microtask, so that writes made in one turn share it.
      running ??= Promise.resolve().then(loop);
      return result;
    },
    async drain() {
      closed = true;
      await running;
    },
  };
}
