import { setTimeout as delay } from "node:timers/promises";
import { isTocsinError, TocsinError } from "@tocsin/errors";
import { createGroupQueue, type Group, type PendingWrite } from "../group-queue.ts";
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

const BUSY_RETRY_MS = 5;
/** Longer waits than this are told to whoever asks whether writes go through. */
const BUSY_TOLD_MS = 1_000;

/** Runs groups of writes one after the other on one connection, each under one transaction and one commit. */
export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  const { control, tx, maxGroupCount, busyTimeoutMs } = options;
  const queue = createGroupQueue({ maxGroupCount, laneCount: 1, runGroup: commitGroup });
  let closed = false;
  let busySince: number | null = null;
  let failed = false;
  let isTrying = false;

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
  async function run(pending: PendingWrite): Promise<() => void> {
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

  async function commitGroup(group: Group): Promise<void> {
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

  /** After a failure, whoever asks makes it be tried: where nobody writes it would otherwise stay. */
  function tryAgain(): void {
    if (isTrying || closed) return;
    isTrying = true;
    const done = (): void => {
      isTrying = false;
    };
    queue.write(async () => {}).then(done, done);
  }

  return {
    write: (work) => queue.write(work),
    isWritable() {
      if (failed) tryAgain();
      return !closed && !failed && (busySince === null || performance.now() - busySince < BUSY_TOLD_MS);
    },
    drain() {
      closed = true;
      return queue.drain();
    },
  };
}
