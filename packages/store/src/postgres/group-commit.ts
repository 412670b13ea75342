import { setTimeout as delay } from "node:timers/promises";
import { createGroupQueue, type Group, type PendingWrite } from "../group-queue.ts";
import type { Tx } from "../store.ts";
import type { Connection } from "./connection.ts";
import type { KeyLocks } from "./key-locks.ts";
import { LOCK_NOT_AVAILABLE, sqlState } from "./postgres-errors.ts";
import { runWriteTransaction, type WriteResult } from "./write-transaction.ts";

export interface GroupCommitOptions {
  /** Lends a connection for one transaction. Rejects when there is none to be had. */
  readonly connect: () => Promise<Connection>;
  readonly locks: KeyLocks;
  /** Names host, port and database in errors. */
  readonly server: string;
  /** Most works in one commit. */
  readonly maxGroupCount: number;
  /** Most groups at the same time. One more connection is used for works that run alone. */
  readonly writerCount: number;
  /** How long a work that runs alone waits for a lock. */
  readonly busyTimeoutMs: number;
}

export interface GroupCommit {
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Refuses new works and resolves when the accepted ones are settled. */
  drain(): Promise<void>;
}

const MAX_ATTEMPT_COUNT = 5;
/** The pause before another attempt is up to this long: enough for the other side to commit. */
const ATTEMPT_PAUSE_MS = 50;

/**
 * Lets many small writes share commits on several connections.
 *
 * A work that other transactions keep from going on does not hold up its group: it is undone and joins the next group; the
 * second time it gets a transaction of its own, one such work after the other, with time to wait and a few attempts.
 */
export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  const { connect, locks, server, maxGroupCount, writerCount, busyTimeoutMs } = options;
  const groups = createGroupQueue({ maxGroupCount, laneCount: writerCount, runGroup });
  const alone = createGroupQueue({ maxGroupCount: 1, laneCount: 1, runGroup: runAlone });
  const ranAgain = new WeakSet<PendingWrite>();

  async function transact(group: Group, lockTimeoutMs?: number): Promise<readonly WriteResult[]> {
    let connection: Connection;
    try {
      connection = await connect();
    } catch (error) {
      return group.map(() => ({ kind: "reject", error }));
    }
    try {
      const setup = lockTimeoutMs === undefined ? {} : { lockTimeoutMs };
      return await runWriteTransaction({ connection, group, locks, server, ...setup });
    } finally {
      connection.release();
    }
  }

  async function runGroup(group: Group): Promise<void> {
    const results = await transact(group);
    const again: PendingWrite[] = [];
    for (const [index, result] of results.entries()) {
      const pending = group[index] as PendingWrite;
      if (result.kind === "again") again.push(pending);
      else answer(pending, result);
    }
    groups.putFirst(again.filter((pending) => !ranAgain.has(pending)));
    alone.putLast(again.filter((pending) => ranAgain.has(pending)));
    for (const pending of again) ranAgain.add(pending);
  }

  async function runAlone([pending]: Group): Promise<void> {
    for (let attemptCount = 1; ; attemptCount++) {
      const [result] = (await transact([pending], busyTimeoutMs)) as [WriteResult];
      if (result.kind !== "again") return answer(pending, result);
      // One that ran into the time limit for locks has had its time.
      const isOver = attemptCount === MAX_ATTEMPT_COUNT || sqlState(result.contention) === LOCK_NOT_AVAILABLE;
      if (isOver) return pending.reject(result.error);
      await delay(Math.random() * ATTEMPT_PAUSE_MS);
    }
  }

  return {
    write: (work) => groups.write(work),
    async drain() {
      await groups.drain();
      await alone.drain();
    },
  };
}

function answer(pending: PendingWrite, result: Exclude<WriteResult, { kind: "again" }>): void {
  if (result.kind === "resolve") pending.resolve(result.value);
  else pending.reject(result.error);
}
