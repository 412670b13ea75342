/** Who does not ask again within this after the promised time has gone. */
const GRACE_MS = 1_000;
/** Nobody sleeps longer than this without looking again: things change. */
const MAX_POLL_MS = 2_000;
/** One permit in so many goes to who has waited longest, whatever the priority: so nobody waits for ever. */
const AGE_TURN = 8;

/** Somebody in line. Who does not ask again before `until` loses the place. */
export interface Waiter {
  readonly id: string;
  readonly level: number;
  readonly since: number;
  readonly until: number;
}

/** What all counters have: who waits, and until when nobody may pass. Times are in milliseconds of the driver's clock. */
export interface Line {
  waiters: Waiter[];
  /** Permits given here. */
  turnCount: number;
  /** Nothing is sent before: Discord asked to wait so long. */
  holdUntil: number;
  /** When this was looked at last. */
  touchedAt: number;
}

const goesBefore = (one: Waiter, other: Waiter, isAgeTurn: boolean): boolean => {
  if (!isAgeTurn && one.level !== other.level) return one.level > other.level;
  if (one.since !== other.since) return one.since < other.since;
  return one.id < other.id;
};

/** How many in line go before this one. Who joins now stands behind all of the same level. */
export function aheadCount(line: Line, waiterId: string, level: number, nowMs: number): number {
  const own = line.waiters.find(({ id }) => id === waiterId);
  const mine: Waiter = { id: waiterId, level, since: own?.since ?? nowMs, until: 0 };
  const isAgeTurn = line.turnCount % AGE_TURN === AGE_TURN - 1;
  let count = 0;
  for (const waiter of line.waiters) {
    if (waiter.id !== waiterId && waiter.until > nowMs && goesBefore(waiter, mine, isAgeTurn)) count += 1;
  }
  return count;
}

/** Puts a waiter in line, or keeps it there, and says when to ask again. */
export function join(line: Line, waiter: { id: string; level: number }, waitMs: number, nowMs: number): number {
  const pollMs = Math.min(Math.max(1, waitMs), MAX_POLL_MS);
  const since = line.waiters.find(({ id }) => id === waiter.id)?.since ?? nowMs;
  const others = line.waiters.filter((each) => each.id !== waiter.id && each.until > nowMs);
  line.waiters = [...others, { ...waiter, since, until: nowMs + pollMs + GRACE_MS }];
  return pollMs;
}

export function quit(line: Line, waiterId: string): void {
  if (line.waiters.some(({ id }) => id === waiterId)) line.waiters = line.waiters.filter(({ id }) => id !== waiterId);
}

/** Asks for nothing to be sent for so long. Never shortens what was asked before. */
export function hold(line: Line, holdMs: number, nowMs: number): void {
  line.holdUntil = Math.max(line.holdUntil, nowMs + holdMs);
}
