/** What this needs of the requests of one route that wait in this process. */
export interface TurnTaker {
  /** The highest priority among them, as a number. */
  readonly level: number;
  /** Makes it look again whether it may ask. */
  wake(): void;
}

/** When a limit over all buckets was closed last, and for how long. */
export interface GlobalEstimate {
  readonly at: number;
  readonly waitMs: number;
  readonly periodMs: number;
}

/**
 * Who of this process asks the driver about one limit over all buckets. Thousands of routes that all ask again and again
 * would be in each other's way, and in that of other processes: so a few ask, and the others stand behind.
 *
 * | state of a taker | entered | left |
 * | --- | --- | --- |
 * | idle | at the start; when it `passed` | when it wants to ask |
 * | asking | when few ask: 16, or 2 while the limit is closed | when it `passed`, or is `blocked` and too many ask |
 * | behind | when too many ask already | when another one has passed and it is next |
 *
 * The highest level goes first; each eighth turn is of who has waited longest. Critical ones ask at once: for them something
 * is held back.
 */
export interface GlobalTurns<T extends TurnTaker> {
  /** Whether `taker` may ask now. If not it stands behind, and is woken when its turn comes. */
  mayAsk(taker: T): boolean;
  /** The limit is closed for `taker`. */
  blocked(taker: T, estimate: GlobalEstimate): void;
  /** `taker` waits for this limit no more. */
  passed(taker: T): void;
  /** When a taker that stands behind may go, as far as is known. */
  estimate(taker: T): GlobalEstimate;
}

const MAX_ASKING_COUNT = 16;
const MAX_ASKING_CLOSED_COUNT = 2;
const AGE_TURN = 8;
const CRITICAL_LEVEL = 2;

/** Creates the turns of one limit, all of which are idle. */
export function createGlobalTurns<T extends TurnTaker>(): GlobalTurns<T> {
  /** Those behind, in the order in which they came. */
  const behind = new Set<T>();
  const asking = new Set<T>();
  let turnCount = 0;
  let closed: GlobalEstimate | null = null;
  const maxAsking = (): number => (closed === null ? MAX_ASKING_COUNT : MAX_ASKING_CLOSED_COUNT);

  function next(): T | undefined {
    let best: T | undefined;
    for (const taker of behind) {
      if (best === undefined || taker.level > best.level) best = taker;
      if (turnCount % AGE_TURN === AGE_TURN - 1) break;
    }
    return best;
  }

  return {
    mayAsk(taker) {
      if (asking.has(taker)) return true;
      if (asking.size < maxAsking() && (behind.size === 0 || behind.has(taker))) {
        behind.delete(taker);
        asking.add(taker);
        return true;
      }
      behind.add(taker);
      return taker.level >= CRITICAL_LEVEL;
    },
    blocked(taker, estimate) {
      closed = estimate;
      if (asking.size <= MAX_ASKING_CLOSED_COUNT || !asking.delete(taker)) return;
      behind.add(taker);
    },
    passed(taker) {
      behind.delete(taker);
      if (asking.delete(taker)) turnCount += 1;
      if (behind.size === 0) closed = null;
      while (asking.size < maxAsking()) {
        const promoted = next();
        if (promoted === undefined) return;
        behind.delete(promoted);
        asking.add(promoted);
        promoted.wake();
      }
    },
    estimate(taker) {
      const { at, waitMs, periodMs } = closed ?? { at: 0, waitMs: 0, periodMs: 0 };
      let aheadCount = asking.size;
      for (const each of behind) {
        if (each === taker) break;
        if (each.level >= taker.level) aheadCount += 1;
      }
      return { at, waitMs: waitMs + aheadCount * periodMs, periodMs: (asking.size + behind.size) * periodMs };
    },
  };
}
