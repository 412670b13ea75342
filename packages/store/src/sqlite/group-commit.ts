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
  /** How long a write waits at most for another process to let go of the database. */
  readonly busyTimeoutMs: number;
}

export interface GroupCommit {
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  isWritable(): boolean;
  /** Refuses new works and resolves when the accepted ones are settled. */
  drain(): Promise<void>;
}

interface Pending {
  readonly work: (tx: Tx) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly queuedAt: number;
}

const BUSY_RETRY_MS = 5;
/** Longer waits than this are told to whoever asks whether writes go through. */
const BUSY_TOLD_MS = 1_000;

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
  let busySince: number | null = null;
  let failed = false;

  /** `queuedAt` is that of the group's oldest work: nobody waits longer than the limit for being in a later group. */
  async function begin(queuedAt: number): Promise<void> {
    const deadlineAt = queuedAt + busyTimeoutMs;
    for (;;) {
      try {
        control.begin();
        busySince = null;
        return;
      } catch (error) {
        if (!control.isBusy(error)) throw error;
        busySince ??= performance.now();
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

  async function commitGroup(group: readonly [Pending, ...Pending[]]): Promise<void> {
    const answers: (() => void)[] = [];
    try {
      await begin(group[0].queuedAt);
      for (const pending of group) answers.push(await run(pending));
      control.commit();
      failed = false;
    } catch (error) {
      failed = true;
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
    for (;;) {
      const [first, ...more] = queue.slice(0, maxGroupCount);
      if (first === undefined) break;
      queue = queue.slice(maxGroupCount);
      await commitGroup([first, ...more]);
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
        queue.push({ work, resolve: resolve as (value: unknown) => void, reject, queuedAt: performance.now() });
      });
      // The first group starts in a later microtask, so that writes made in one turn share it.
      running ??= Promise.resolve().then(loop);
      return result;
    },
    isWritable: () => !closed && !failed && (busySince === null || performance.now() - busySince < BUSY_TOLD_MS),
    async drain() {
      closed = true;
      await running;
    },
  };
}
