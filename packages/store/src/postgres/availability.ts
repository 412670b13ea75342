import { setTimeout as delay } from "node:timers/promises";
import { isTocsinError, type TocsinError } from "@tocsin/errors";
import { storeClosed } from "../store-errors.ts";
import { unavailable } from "./postgres-errors.ts";

/** What an operator is told: the database answers, or why it does not. */
export type PostgresState =
  | { readonly state: "available" }
  | { readonly state: "unavailable"; readonly error: TocsinError };

export interface AvailabilityOptions {
  /** Names host, port and database in errors. */
  readonly server: string;
  /** Brings the database up to date. Its `STORE_MIGRATION_FAILED` ends all trying; anything else is tried again. */
  readonly open: (signal: AbortSignal) => Promise<void>;
  /** Asks a database that was open before whether it takes writes. */
  readonly probe: () => Promise<void>;
  /** Whoever waits for an answer of the database gives up after this long. */
  readonly connectTimeoutMs: number;
  readonly onStateChange: (state: PostgresState) => void;
}

export interface Availability {
  /** Resolves when the database can be used; rejects soon when it cannot. */
  pass(): Promise<void>;
  isAvailable(): boolean;
  /** A connection was lost: the database is asked at once, and then until it answers. */
  doubt(): void;
  /** Resolves once it was open. */
  ready(): Promise<void>;
  /** Gives up trying, and resolves when nothing runs any more. */
  close(): Promise<void>;
}

type State =
  | { readonly kind: "asking"; readonly outcome: PromiseWithResolvers<void> }
  | { readonly kind: "available" }
  | { readonly kind: "unavailable"; readonly cause: unknown }
  | { readonly kind: "ended"; readonly error: () => TocsinError };

const BACKOFF_FLOOR_MS = 50;
const BACKOFF_CAP_MS = 1_000;

/**
 * Knows whether the database can be used, and finds out by itself when that changes.
 *
 * | state | entered | `pass` | left |
 * | --- | --- | --- | --- |
 * | asking | at the start, and when a connection was lost | waits for the outcome | answer, failure, or `connectTimeoutMs` |
 * | available | an answer | resolves | `doubt` |
 * | unavailable | a failure while asking | rejects at once | an answer to one of the questions that go on |
 * | ended | migration failed, or closed | rejects at once | never |
 *
 * Questions that fail are repeated after a full-jitter wait of at most a second.
 */
export function createAvailability(options: AvailabilityOptions): Availability {
  const { server, open, probe, connectTimeoutMs, onStateChange } = options;
  const opened = Promise.withResolvers<void>();
  opened.promise.catch(() => {});
  const closing = new AbortController();
  let wasOpen = false;
  /** What was told last; nothing at the start, so that the first outcome is told whichever it is. */
  let told: PostgresState["state"] | null = null;
  let state: State = asking();
  let trying = tryUntilAvailable();

  function asking(): State {
    const outcome = Promise.withResolvers<void>();
    outcome.promise.catch(() => {});
    return { kind: "asking", outcome };
  }

  function tell(change: PostgresState): void {
    if (told === change.state) return;
    told = change.state;
    try {
      onStateChange(change);
    } catch {
      // A listener's mistake must not stop the search for the database.
    }
  }

  function become(next: State): void {
    const before = state;
    state = next;
    if (before.kind !== "asking") return;
    if (next.kind === "available") before.outcome.resolve();
    if (next.kind === "unavailable") before.outcome.reject(unavailable(server, next.cause));
    if (next.kind === "ended") before.outcome.reject(next.error());
  }

  function fail(cause: unknown): void {
    become({ kind: "unavailable", cause });
    tell({ state: "unavailable", error: unavailable(server, cause) });
  }

  async function ask(): Promise<void> {
    if (wasOpen) return probe();
    await open(closing.signal);
    wasOpen = true;
  }

  /** Whether there is nothing more to find out. */
  async function askOnce(): Promise<boolean> {
    const timer = setTimeout(
      () => fail(new Error(`no answer within ${connectTimeoutMs} ms`)),
      connectTimeoutMs,
    ).unref();
    try {
      await ask();
    } catch (error) {
      if (closing.signal.aborted) return true;
      if (isTocsinError(error) && error.code === "STORE_MIGRATION_FAILED") {
        become({ kind: "ended", error: () => error });
        opened.reject(error);
        tell({ state: "unavailable", error });
        return true;
      }
      fail(error);
      return false;
    } finally {
      clearTimeout(timer);
    }
    if (closing.signal.aborted) return true;
    become({ kind: "available" });
    opened.resolve();
    tell({ state: "available" });
    return true;
  }

  async function tryUntilAvailable(): Promise<void> {
    for (let failureCount = 0; !(await askOnce()); failureCount++) {
      const ceilingMs = Math.min(BACKOFF_CAP_MS, BACKOFF_FLOOR_MS * 2 ** failureCount);
      await delay(Math.random() * ceilingMs, undefined, { ref: false, signal: closing.signal }).catch(() => {});
      if (closing.signal.aborted) return;
    }
  }

  return {
    async pass() {
      if (state.kind === "asking") return state.outcome.promise;
      if (state.kind === "unavailable") throw unavailable(server, state.cause);
      if (state.kind === "ended") throw state.error();
    },
    isAvailable: () => state.kind === "available",
    doubt() {
      if (state.kind !== "available") return;
      state = asking();
      trying = tryUntilAvailable();
    },
    async ready() {
      // The search itself does not keep the process alive, but somebody who waits for its end does.
      const alive = setInterval(() => {}, BACKOFF_CAP_MS);
      try {
        await opened.promise;
      } finally {
        clearInterval(alive);
      }
    },
    async close() {
      closing.abort();
      become({ kind: "ended", error: storeClosed });
      opened.reject(storeClosed());
      await trying;
    },
  };
}
