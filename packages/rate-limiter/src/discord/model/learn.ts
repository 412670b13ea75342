import type { BucketReading } from "../limit-driver.ts";
import { type Bucket, hasWindow, noteSettled, spend } from "./bucket.ts";

/** One settled request, as its bucket sees it. */
export interface Settled {
  readonly nowMs: number;
  readonly takenAt: number;
  /** Whether the permit still held its token. If not it has expired, and was counted as used then. */
  readonly wasHeld: boolean;
  /** Whether Discord counted the request: a 429 of the bucket itself costs nothing. */
  readonly isCounted: boolean;
  /** Whether the answer is a 429 of any scope. */
  readonly isLimited: boolean;
  readonly reading: BucketReading | null;
}

/** Other users of the same bucket are believed in only beyond this: server and driver round differently. */
const TOLERANCE_MS = 5;
/** Beyond this part of what sliding predicts, the reset has moved. */
const MOVED_SHARE = 0.25;
/** What moved by more than this part of a window may be in the next one. */
const WINDOW_SHARE = 0.95;
/** Two readings of one window differ by less. */
const MIN_WINDOW_TOLERANCE_MS = 100;

/**
 * Takes an answer into account.
 *
 * Let the true time at which the bucket is full again be T. Two bounds are known, both never too early:
 * - counted: `max(fullAt, now) + period`, since each request moves T by one period from its arrival, which is before now;
 * - read: `now + resetAfter`, and one period more for each answer that came while this request was under way, for those may
 *   have been counted after this reading was made.
 * The smaller one is taken, so that a late answer never makes the bucket look emptier, or fuller, than it can be. If even
 * `takenAt + resetAfter`, the least that the reading can mean, is later than what was counted, somebody else uses the
 * bucket: then only the reading is believed.
 */
export function learn(bucket: Bucket, settled: Settled): void {
  const { reading, nowMs, takenAt, wasHeld, isCounted, isLimited } = settled;
  if (reading === null) {
    if (bucket.kind === "unknown" && !isLimited) bucket.kind = "open";
    else if (isCounted && wasHeld) spend(bucket, nowMs);
    return;
  }
  if (reading.knownPeriodMs === undefined) {
    recogniseKind(bucket, reading);
    learnPeriod(bucket, reading, isCounted);
  } else beTold(bucket, reading, reading.knownPeriodMs);
  bucket.learnedAt = nowMs;
  bucket.lastResetAt = resetAtOf(reading, nowMs);
  bucket.lastRemainingCount = reading.remainingCount;
  const overtakenCount = bucket.settledAt.filter((at) => at > takenAt).length;
  if (hasWindow(bucket)) learnWindow(bucket, settled, reading, overtakenCount);
  if (bucket.kind === "sliding") learnFullAt(bucket, settled, reading, overtakenCount);
  if (isCounted && wasHeld) noteSettled(bucket, nowMs);
}

const resetAtOf = (reading: BucketReading, nowMs: number): number => reading.resetAtMs ?? nowMs + reading.resetAfterMs;

/**
 * The first reading is taken as sliding, which is right for most. Of two more that differ, the reset tells: in one fixed
 * window it stays, and in the next it lies at least a window later; a sliding one moves by a period for each request.
 */
function recogniseKind(bucket: Bucket, reading: BucketReading): void {
  const { limitCount, remainingCount, resetAfterMs, resetAtMs } = reading;
  if ((bucket.kind !== "sliding" && bucket.kind !== "fixed") || bucket.limitCount !== limitCount) {
    slide(bucket, limitCount === 1);
    return;
  }
  if (resetAtMs === null || bucket.lastResetAt === 0 || remainingCount === limitCount) return;
  // Answers may have overtaken each other: only the distance counts.
  const droppedCount = Math.abs(bucket.lastRemainingCount - remainingCount);
  const movedMs = Math.abs(resetAtMs - bucket.lastResetAt);
  const expectedMs = (droppedCount * resetAfterMs) / (limitCount - remainingCount);
  if (movedMs < MOVED_SHARE * expectedMs) {
    if (bucket.kind === "fixed") return;
    bucket.kind = "fixed";
    bucket.fullAt = 0;
    bucket.windowResetAt = 0;
    bucket.windowEndsAt = 0;
    return;
  }
  const isInWindow = movedMs < WINDOW_SHARE * Math.max(bucket.windowMs, resetAfterMs);
  const isAsExpected = droppedCount === 0 ? movedMs > MIN_WINDOW_TOLERANCE_MS : movedMs < expectedMs / MOVED_SHARE;
  if (isInWindow && isAsExpected) slide(bucket, true);
}

/** Believes in numbers that are known beforehand. */
function beTold(bucket: Bucket, { limitCount }: BucketReading, periodMs: number): void {
  slide(bucket, true);
  bucket.limitCount = limitCount;
  bucket.leastPeriodMs = periodMs;
  bucket.periodMs = periodMs;
}

function slide(bucket: Bucket, isSure: boolean): void {
  if (bucket.kind !== "sliding") bucket.fullAt = Number.POSITIVE_INFINITY;
  bucket.kind = "sliding";
  bucket.isSure = isSure;
}

/**
 * With n tokens out, the reading lies above n - 1 periods and not above n; after the request that took the only one, it is
 * just one period. So each reading bounds the period, and the bounds close in on it.
 */
function learnPeriod(bucket: Bucket, { limitCount, remainingCount, resetAfterMs }: BucketReading, isCounted: boolean) {
  const isKnown = bucket.limitCount === limitCount && bucket.periodMs > 0;
  bucket.limitCount = limitCount;
  const usedCount = limitCount - remainingCount;
  if (usedCount <= 0) return;
  const least = resetAfterMs / usedCount;
  const most = resetAfterMs / Math.max(1, usedCount - 1);
  if (!isKnown || (usedCount === 1 && isCounted)) {
    bucket.leastPeriodMs = least;
    bucket.periodMs = most;
    return;
  }
  bucket.leastPeriodMs = Math.min(Math.max(bucket.leastPeriodMs, least), most);
  bucket.periodMs = Math.max(Math.min(bucket.periodMs, most), least);
}

function learnFullAt(bucket: Bucket, settled: Settled, reading: BucketReading, overtakenCount: number): void {
  const { resetAfterMs, knownPeriodMs } = reading;
  const { nowMs, takenAt, wasHeld, isCounted } = settled;
  const read = nowMs + resetAfterMs + overtakenCount * bucket.periodMs;
  const counted = wasHeld && isCounted ? Math.max(bucket.fullAt, nowMs) + bucket.periodMs : bucket.fullAt;
  const isUsedByOthers = knownPeriodMs === undefined && takenAt + resetAfterMs > counted + TOLERANCE_MS;
  if (isUsedByOthers) bucket.fullAt = read;
  else if (wasHeld || bucket.fullAt === Number.POSITIVE_INFINITY) bucket.fullAt = Math.min(counted, read);
}

const windowTolerance = ({ resetAfterMs }: BucketReading): number =>
  Math.max(MIN_WINDOW_TOLERANCE_MS, resetAfterMs / 10);

/**
 * Within a window the least remaining is the newest, less those requests of which no answer has told and that may have
 * come later; a window that ends later is a newer one.
 */
function learnWindow(bucket: Bucket, settled: Settled, reading: BucketReading, overtakenCount: number): void {
  const { nowMs, takenAt } = settled;
  const resetAt = resetAtOf(reading, nowMs);
  const endsAt = nowMs + reading.resetAfterMs;
  const toleranceMs = windowTolerance(reading);
  if (resetAt > bucket.windowResetAt + toleranceMs) {
    bucket.windowResetAt = resetAt;
    bucket.windowEndsAt = endsAt;
    bucket.windowMs = Math.max(bucket.windowMs, reading.resetAfterMs);
    bucket.remainingCount = reading.remainingCount - overtakenCount;
  } else if (resetAt >= bucket.windowResetAt - toleranceMs) {
    const unreadCount = bucket.unreadAt.filter((at) => at > takenAt).length;
    bucket.windowEndsAt = Math.min(bucket.windowEndsAt, endsAt);
    bucket.remainingCount = Math.min(bucket.remainingCount, reading.remainingCount - unreadCount);
  }
}
