import { type RawBuilder, sql } from "kysely";

/**
 * Which clock the stored times are in. `caller`: that of the process, as handed in. `database`: the server's, so that
 * several processes need not agree on the time.
 */
export type StoredClock = "caller" | "database";

/**
 * A stored time that was set further in the future than this says that the clock went back since. Below it are the
 * differences between two statements, and the small steps by which clocks are kept right.
 */
const CLOCK_STEP_MS = 1_000;

/** Now, in the caller's clock and in the clock of the stored times. Times that go in and out are the caller's. */
export interface Moment {
  /** The caller's clock, in epoch milliseconds. */
  readonly nowMs: number;
  /** The stored clock, as SQL. */
  readonly stored: RawBuilder<number>;
  /** What is stored for a time of the caller's clock. */
  at(timeMs: number): RawBuilder<number>;
  /** Milliseconds from now until a stored time; negative when it is past. */
  until(storedTime: RawBuilder<number>): RawBuilder<number>;
  /** The caller's time for a stored one. */
  toCaller(storedTime: RawBuilder<number>): RawBuilder<number>;
  /** Whether the clock was set back since `setAt`, a stored time that was then now. */
  wentBackSince(setAt: RawBuilder<number>): RawBuilder<boolean>;
}

/** The server's time when the statement came in. Unlike `clock_timestamp()` it can be compared through an index. */
const DATABASE_NOW = sql<number>`(extract(epoch from statement_timestamp()) * 1000)::bigint`;

export function createMoment(clock: StoredClock, nowMs: number): Moment {
  const stored = clock === "database" ? DATABASE_NOW : sql<number>`${nowMs}`;
  const after = (spanMs: number) =>
    clock === "database" ? sql<number>`(${stored} + ${Math.ceil(spanMs)})` : sql<number>`${Math.ceil(nowMs + spanMs)}`;
  return {
    nowMs,
    stored,
    at: (timeMs) => after(timeMs - nowMs),
    until: (storedTime) => sql<number>`(${storedTime} - ${stored})`,
    toCaller: (storedTime) => (clock === "database" ? sql<number>`(${storedTime} - ${stored} + ${nowMs})` : storedTime),
    wentBackSince: (setAt) => sql<boolean>`${setAt} > ${after(CLOCK_STEP_MS)}`,
  };
}

/** A span of time as it was stored, in milliseconds from now. */
export interface StoredSpan {
  readonly sinceInMs: number;
  readonly untilInMs: number;
}

/**
 * How long a stored span still lasts. One that begins in the future was stored before the clock was set back: it is cut to
 * its own length from now on.
 */
export function leftMs({ sinceInMs, untilInMs }: StoredSpan): number {
  const left = startsInFuture({ sinceInMs, untilInMs }) ? untilInMs - sinceInMs : untilInMs;
  return Math.max(0, left);
}

export const startsInFuture = ({ sinceInMs }: StoredSpan): boolean => sinceInMs > CLOCK_STEP_MS;
