import { type Bucket, hasWindow } from "./bucket.ts";

/** How soon is asked again when only an answer under way can tell. */
const PROBE_POLL_MS = 50;
/** Most requests under way together where Discord tells no limits. */
const MAX_OPEN_COUNT = 10;
/** Below this nothing is held back: a bucket of two would be halved. */
const MIN_RESERVE_LIMIT_COUNT = 3;
/** In the last part of a fixed window nothing is held back. */
const RESERVE_SHARE_OF_WINDOW = 1 / 4;
/** Clocks and headers round; a constant offset costs nothing in the long run, an early request costs a 429. */
const SAFETY_MS = 10;

export interface WaitQuery {
  readonly nowMs: number;
  /** Requests that go first. */
  readonly aheadCount: number;
  readonly mayUseReserve: boolean;
}

/** Headers have whole milliseconds: each token of the burst may be off by one. */
const safetyOf = (bucket: Bucket): number => SAFETY_MS + bucket.limitCount;

/**
 * How long one more request has to wait at this counter; 0 when it may go. Pure.
 *
 * A request under way holds a whole token until it is answered, since nobody knows when it arrives: so the bound holds for
 * every order and every delay of the network. It costs nothing while the bucket is busy, for then an answer moves `fullAt`
 * by just what it gives back.
 */
export function waitFor(bucket: Bucket, query: WaitQuery): number {
  return Math.max(0, bucket.holdUntil - query.nowMs, waitByKind(bucket, query));
}

function waitByKind(bucket: Bucket, { nowMs, aheadCount, mayUseReserve }: WaitQuery): number {
  const reserveCount = mayUseReserve || bucket.limitCount < MIN_RESERVE_LIMIT_COUNT ? 0 : 1;
  const underWayCount = bucket.held.length + aheadCount;
  switch (bucket.kind) {
    case "unknown":
      return PROBE_POLL_MS * underWayCount;
    case "open":
      return underWayCount < MAX_OPEN_COUNT ? 0 : PROBE_POLL_MS;
    case "sliding": {
      const tokenMs = waitForToken(bucket, nowMs, underWayCount + 1 + reserveCount);
      return hasWindow(bucket) ? Math.max(tokenMs, waitForWindow(bucket, nowMs, underWayCount + 1, 0)) : tokenMs;
    }
    case "fixed":
      return waitForWindow(bucket, nowMs, underWayCount + 1, reserveCount);
    case "log":
      return waitForLog(bucket, nowMs, underWayCount + 1 + reserveCount);
  }
}

function waitForToken(bucket: Bucket, nowMs: number, tokenCount: number): number {
  const fullMs = Math.max(0, bucket.fullAt - nowMs + safetyOf(bucket));
  const overCount = tokenCount - bucket.limitCount;
  // Before it is full there are the fewer tokens, the longer one takes.
  return fullMs + overCount * (overCount < 0 ? bucket.leastPeriodMs : bucket.periodMs);
}

function waitForWindow(bucket: Bucket, nowMs: number, requestCount: number, reserveCount: number): number {
  const { remainingCount, limitCount, windowMs } = bucket;
  const leftMs = bucket.windowEndsAt - nowMs + safetyOf(bucket);
  if (leftMs <= 0) return requestCount + reserveCount <= limitCount ? 0 : PROBE_POLL_MS;
  // What is held back in a window is lost with it: towards its end everybody may have it.
  const endingMs = RESERVE_SHARE_OF_WINDOW * windowMs;
  const tokenCount = requestCount + (leftMs <= endingMs ? 0 : reserveCount);
  if (tokenCount <= remainingCount) return 0;
  if (requestCount <= remainingCount) return leftMs - endingMs;
  const laterWindowCount = Math.floor((tokenCount - remainingCount - 1) / limitCount);
  return leftMs + laterWindowCount * windowMs;
}

function waitForLog(bucket: Bucket, nowMs: number, tokenCount: number): number {
  const { settledAt, windowMs, limitCount } = bucket;
  const inWindow = settledAt.filter((at) => at + windowMs + safetyOf(bucket) > nowMs);
  const overCount = inWindow.length + tokenCount - limitCount;
  if (overCount <= 0) return 0;
  const freedAt = inWindow[Math.min(overCount, inWindow.length) - 1] ?? nowMs;
  const laterWindowCount = Math.floor((overCount - 1) / limitCount);
  return freedAt + safetyOf(bucket) - nowMs + (1 + laterWindowCount) * windowMs;
}
