import { isTocsinError, TocsinError } from "@tocsin/errors";
import { type ControlledTransaction, isAbortedTransactionError, sql } from "kysely";
import type { Group, PendingWrite } from "../group-queue.ts";
import type { Connection } from "./connection.ts";
import type { HeldKeys, KeyLocks } from "./key-locks.ts";
import {
  IN_FAILED_SQL_TRANSACTION,
  INTEGRITY_CONSTRAINT_VIOLATION_CLASS,
  sqlState,
  unavailable,
} from "./postgres-errors.ts";

/**
 * What became of one write. With `again` nothing of it is stored, and running it again may help; `error` is for the caller
 * if it is not, and `contention` what Postgres said was in the way.
 */
export type WriteResult =
  | { readonly kind: "resolve"; readonly value: unknown }
  | { readonly kind: "reject"; readonly error: unknown }
  | { readonly kind: "again"; readonly error: unknown; readonly contention: unknown };

export interface WriteTransactionOptions {
  readonly connection: Connection;
  readonly group: Group;
  readonly locks: KeyLocks;
  /** Names host, port and database in errors. */
  readonly server: string;
  /** How long its statements wait for locks; `undefined` for as long as the connection says. */
  readonly lockTimeoutMs?: number;
}

type Transaction = ControlledTransaction<Record<never, never>>;

type Fate =
  | { readonly kind: "committed" }
  | { readonly kind: "undone"; readonly cause: unknown }
  | { readonly kind: "unknown"; readonly cause: unknown };

const run = (transaction: Transaction, statements: string) => sql.raw(statements).execute(transaction);

/**
 * Runs the works of a group in one transaction and commits it. One result for each, in their order. Never rejects.
 *
 * A group of one needs no savepoint. In a larger one the works stand between savepoints: going on to the next costs one round
 * trip. Every statement goes through the transaction's own handle, so that one which a work has left behind comes before
 * whatever ends that work.
 */
export async function runWriteTransaction(options: WriteTransactionOptions): Promise<readonly WriteResult[]> {
  const { connection, group, locks, server, lockTimeoutMs } = options;
  let transaction: Transaction | null = null;
  try {
    transaction = await connection.database.startTransaction().execute();
    if (lockTimeoutMs !== undefined) await run(transaction, `set local lock_timeout = ${lockTimeoutMs}`);
    const held = locks.enter(transaction, { mayWait: group.length === 1 });
    const results = await runWorks(transaction, held, options);
    if (!results.some(({ kind }) => kind === "resolve")) {
      await transaction.rollback().execute();
      return results;
    }
    // Lost by now, the commit is not even sent.
    if (connection.lostBy() !== undefined) throw connection.lostBy();
    return afterCommit(await commit(transaction, connection), results, options);
  } catch (cause) {
    // Committed is only what was told so above, so nothing of the group is stored.
    const lost = connection.lostBy();
    if (lost !== undefined) return group.map(() => ({ kind: "reject", error: unavailable(server, lost) }));
    if (transaction !== null) await undo(transaction);
    return group.map(() => ({ kind: "reject", error: refusal(cause) }));
  }
}

/** Throws when the transaction cannot go on. */
async function runWorks(
  transaction: Transaction,
  held: HeldKeys,
  { connection, group }: WriteTransactionOptions,
): Promise<WriteResult[]> {
  const isShared = group.length > 1;
  const results: WriteResult[] = [];
  if (isShared) await run(transaction, "savepoint work");
  for (const pending of group) {
    held.nextWork();
    connection.forgetContention();
    const isLast = results.length === group.length - 1;
    let result = await runWork(transaction, pending);
    if (isShared && !isLast && result.kind === "resolve") result = await nextSavepoint(transaction, result);
    if (connection.lostBy() !== undefined) throw connection.lostBy();
    const contention = connection.contention();
    const isKeptBack = held.mustRunAgain() || (result.kind === "reject" && contention !== undefined);
    if (isKeptBack) result = { kind: "again", error: result.kind === "reject" ? result.error : undefined, contention };
    if (isShared && result.kind !== "resolve") {
      await run(transaction, "rollback to savepoint work");
      held.undoWork();
    }
    results.push(result);
  }
  return results;
}

async function runWork(transaction: Transaction, { work }: PendingWrite): Promise<WriteResult> {
  try {
    return { kind: "resolve", value: await work(transaction) };
  } catch (error) {
    return { kind: "reject", error };
  }
}

/** Keeps what the work did, unless it went on after an error: then Postgres keeps nothing. */
async function nextSavepoint(transaction: Transaction, result: WriteResult): Promise<WriteResult> {
  try {
    await run(transaction, "release savepoint work; savepoint work");
    return result;
  } catch (error) {
    return { kind: "reject", error: refusal(error) };
  }
}

async function commit(transaction: Transaction, connection: Connection): Promise<Fate> {
  try {
    await transaction.commit().execute();
    return { kind: "committed" };
  } catch (cause) {
    if (connection.lostBy() !== undefined) return { kind: "unknown", cause };
    // After an error that only ended the transaction the connection still answers; after one that ended the session not.
    return { kind: (await undo(transaction)) ? "undone" : "unknown", cause };
  }
}

/** Ends a transaction that is not to be committed. `false` when there was no answer. */
async function undo(transaction: Transaction): Promise<boolean> {
  try {
    await transaction.rollback().execute();
    return true;
  } catch {
    return false;
  }
}

function afterCommit(
  fate: Fate,
  results: readonly WriteResult[],
  { connection, group }: WriteTransactionOptions,
): readonly WriteResult[] {
  if (fate.kind === "committed") return results;
  if (fate.kind === "unknown") {
    return results.map((result) =>
      result.kind === "again" ? result : { kind: "reject", error: commitUnknown(fate.cause) },
    );
  }
  // Whose fault it was is not said: each runs again, and the guilty one ends alone.
  const contention = connection.contention();
  const isPassing = group.length > 1 || contention !== undefined;
  return results.map(() => ({ kind: isPassing ? "again" : "reject", error: refusal(fate.cause), contention }));
}

/** Why the database did not take what a work has done, for that work's caller. */
function refusal(cause: unknown): unknown {
  const isConstraint = sqlState(cause)?.startsWith(INTEGRITY_CONSTRAINT_VIOLATION_CLASS) ?? false;
  if (isTocsinError(cause) || isConstraint) return cause;
  const wentOn = isAbortedTransactionError(cause) || sqlState(cause) === IN_FAILED_SQL_TRANSACTION;
  const message = wentOn
    ? "the work went on after an error of the database, which undoes its transaction: it must let the error out"
    : "the database did not take the write";
  return new TocsinError(message, { code: "STORE_WRITE_FAILED", retryable: !wentOn, cause });
}

const commitUnknown = (cause: unknown): TocsinError =>
  new TocsinError("Postgres went away before it answered the commit: the write may be stored or not", {
    code: "STORE_COMMIT_UNKNOWN",
    retryable: true,
    cause,
  });
