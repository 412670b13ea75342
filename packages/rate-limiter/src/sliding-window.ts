import type { ExactTake, Verdict } from "./verdict.ts";

/**
 * What the sliding window knows of a key: when its units were taken, oldest first. Units that were taken at the same
 * microsecond share an entry, so there are at most `limit` live entries, and never more dead ones in front of them than
 * live ones and a few.
 */
export interface SlidingWindowState {
  readonly timesUs: number[];
  readonly costs: number[];
  /** Index of the oldest live entry. */
  first: number;
  /** Sum of the live costs. */
  used: number;
}

/** Dead entries that are not worth moving the others for. */
const TOLERATED_DEAD_COUNT = 32;

/** A key that was never used. */
export function startSlidingWindow(): SlidingWindowState {
  return { timesUs: [], costs: [], first: 0, used: 0 };
}

/** Decides one take and brings `state` up to date. Depends on nothing but its arguments. Constant time, amortised. */
export function takeSlidingWindow(state: SlidingWindowState, take: ExactTake): Verdict {
  const { limit, windowUs, cost, dryRun, nowUs } = take;
  const newestUs = state.timesUs.at(-1) ?? nowUs;
  dropExpired(state, Math.max(nowUs, newestUs) - windowUs);
  if (newestUs - nowUs > windowUs) moveAllTo(state, nowUs);
  // A clock that is a little behind is another process's, or was corrected: time stands still.
  const timeUs = Math.max(nowUs, state.timesUs.at(-1) ?? nowUs);

  const missing = state.used + cost - limit;
  const allowed = missing <= 0;
  if (allowed && !dryRun) record(state, timeUs, cost);
  const lastUs = state.timesUs.at(-1);
  return {
    allowed,
    remaining: Math.max(0, limit - state.used),
    retryAfterUs: allowed ? 0 : leavingUs(state, missing) + windowUs - nowUs,
    resetAfterUs: lastUs === undefined ? 0 : lastUs + windowUs - nowUs,
  };
}

function dropExpired(state: SlidingWindowState, untilUs: number): void {
  const { timesUs, costs } = state;
  while (state.first < timesUs.length && (timesUs[state.first] as number) <= untilUs) {
    state.used -= costs[state.first] as number;
    state.first += 1;
  }
  const liveCount = timesUs.length - state.first;
  if (liveCount > 0 && state.first < Math.max(liveCount, TOLERATED_DEAD_COUNT)) return;
  timesUs.splice(0, state.first);
  costs.splice(0, state.first);
  state.first = 0;
}

/** After the clock was set back. Everything counts as taken now, which is later than it was. */
function moveAllTo(state: SlidingWindowState, nowUs: number): void {
  const { used } = state;
  state.timesUs.length = 0;
  state.costs.length = 0;
  state.first = 0;
  state.used = 0;
  record(state, nowUs, used);
}

function record(state: SlidingWindowState, timeUs: number, cost: number): void {
  const { timesUs, costs } = state;
  const last = timesUs.length - 1;
  if (timesUs[last] === timeUs) costs[last] = (costs[last] as number) + cost;
  else {
    timesUs.push(timeUs);
    costs.push(cost);
  }
  state.used += cost;
}

/** When the last of the oldest `count` units was taken. */
function leavingUs({ timesUs, costs, first }: SlidingWindowState, count: number): number {
  let index = first;
  for (let gone = costs[index] as number; gone < count; gone += costs[index] as number) index += 1;
  return timesUs[index] as number;
}
