import { createHash } from "node:crypto";
import { TocsinError } from "@tocsin/errors";
import { sql } from "kysely";
import type { Tx } from "../store.ts";
import { lockOutsideWrite } from "../store-errors.ts";

/** The keys that one transaction holds. */
export interface HeldKeys {
  /** Whether a work wanted a key that this transaction must not wait for: it has to run in another one. */
  mustRunAgain(): boolean;
  /** Marks the beginning of the next work. */
  nextWork(): void;
  /** Forgets what was taken since `nextWork`: going back to a savepoint lets go of it. */
  undoWork(): void;
}

export interface KeyLocks {
  /** Begins to keep account of a transaction. With `mayWait` it has but one work, which may wait for any key. */
  enter(tx: Tx, options: { readonly mayWait: boolean }): HeldKeys;
  lock(tx: Tx, keys: readonly string[]): Promise<void>;
}

interface Account {
  readonly mayWait: boolean;
  /** In the order in which they were taken. */
  held: bigint[];
  mustRunAgain: boolean;
}

/**
 * 64 bits of a hash: two keys that meet in them only wait for each other without need. Advisory locks with one 64 bit key
 * never meet those with two keys of 32 bits, such as the one for migrations:
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS
 */
function hashOf(namespace: string, key: string): bigint {
  return createHash("sha256").update(`${namespace}\n${key}`).digest().readBigInt64BE();
}

const ascending = (one: bigint, other: bigint): number => (one < other ? -1 : one > other ? 1 : 0);

const isBelow = (hash: bigint, held: readonly bigint[]): boolean => held.some((each) => hash < each);

/** The set-returning function gives the rows in the order of the array, so the locks are taken in that order. */
const takeAll = (tx: Tx, hashes: readonly bigint[]) =>
  sql`select pg_advisory_xact_lock(hash) from unnest(${hashes.map(String)}::bigint[]) as hash`.execute(tx);

async function tryAll(tx: Tx, hashes: readonly bigint[]): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(hash) as taken from unnest(${hashes.map(String)}::bigint[]) as hash`.execute(tx);
  return rows.every(({ taken }) => taken);
}

/**
 * Locks over keys, held until the transaction ends. `namespace` keeps apart what shares a database but no tables.
 *
 * Everybody who waits while holding waits for a higher hash than all that it holds, so nobody waits in a circle. A transaction
 * of several works cannot keep to that: each work names its keys when its turn comes. There a lower one is taken only if it is
 * free; otherwise the work has to run again in a later transaction.
 */
export function createKeyLocks(namespace: () => string): KeyLocks {
  const accounts = new WeakMap<Tx, Account>();

  return {
    enter(tx, { mayWait }) {
      const account: Account = { mayWait, held: [], mustRunAgain: false };
      accounts.set(tx, account);
      let heldBeforeCount = 0;
      return {
        mustRunAgain: () => account.mustRunAgain,
        nextWork() {
          heldBeforeCount = account.held.length;
          account.mustRunAgain = false;
        },
        undoWork() {
          account.held = account.held.slice(0, heldBeforeCount);
        },
      };
    },
    async lock(tx, keys) {
      const account = accounts.get(tx);
      if (account === undefined) throw lockOutsideWrite();
      const wanted = [...new Set(keys.map((key) => hashOf(namespace(), key)))]
        .filter((hash) => !account.held.includes(hash))
        .sort(ascending);
      const late = account.mayWait ? [] : wanted.filter((hash) => isBelow(hash, account.held));
      const inOrder = wanted.filter((hash) => !late.includes(hash));
      if (late.length > 0 && !(await tryAll(tx, late))) {
        account.mustRunAgain = true;
        throw new TocsinError("another transaction has a key that this work needs", {
          code: "STORE_BUSY",
          retryable: true,
        });
      }
      if (inOrder.length > 0) await takeAll(tx, inOrder);
      account.held.push(...late, ...inOrder);
    },
  };
}
