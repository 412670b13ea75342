import type { Bucket } from "./bucket.ts";
import type { GlobalLine } from "./global-line.ts";
import type { Line } from "./line.ts";

/** How far the clock was set back since this was looked at last; 0 mostly. */
function backMs(known: { touchedAt: number }, nowMs: number): number {
  const ms = Math.max(0, known.touchedAt - nowMs);
  known.touchedAt = nowMs;
  return ms;
}

function moveLine(line: Line, ms: number): void {
  line.holdUntil -= ms;
  line.waiters = line.waiters.map((each) => ({ ...each, since: each.since - ms, until: each.until - ms }));
}

/**
 * Takes all times along when the clock was set back, so that spans stay what they were: nobody waits longer for it, and
 * nothing comes back sooner. Call it before every use.
 */
export function followClock(bucket: Bucket, nowMs: number): void {
  const ms = backMs(bucket, nowMs);
  if (ms === 0) return;
  moveLine(bucket, ms);
  bucket.fullAt -= ms;
  bucket.learnedAt -= ms;
  bucket.windowEndsAt -= ms;
  bucket.settledAt = bucket.settledAt.map((at) => at - ms);
  bucket.unreadAt = bucket.unreadAt.map((at) => at - ms);
  bucket.held = bucket.held.map((each) => ({
    ...each,
    takenAt: each.takenAt - ms,
    expiresAt: each.expiresAt - ms,
  }));
}

/** The same for the limit over all buckets. */
export function followClockGlobally(line: GlobalLine, nowMs: number): void {
  const ms = backMs(line, nowMs);
  if (ms === 0) return;
  moveLine(line, ms);
  line.slots = line.slots.map(({ id, expiresAt, settledAt }) => ({
    id,
    expiresAt: expiresAt - ms,
    settledAt: settledAt === null ? null : settledAt - ms,
  }));
}
