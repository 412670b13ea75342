import type { BucketModel } from "../limit-driver.ts";
import type { Line } from "./line.ts";

/** A permit that was given out and not settled yet. */
export interface Held {
  readonly id: string;
  /** The route's template: when Discord moves a route to another bucket, its permits go along. */
  readonly template: string;
  readonly takenAt: number;
  readonly expiresAt: number;
}

/**
 * What is known of one counter at Discord. Times are in milliseconds of the driver's clock.
 *
 * | kind | meaning |
 * | --- | --- |
 * | unknown | nothing is known for sure: one request at a time, until an answer tells |
 * | open | answers carry no limits |
 * | sliding | tokens come back one by one, one each `periodMs` |
 * | fixed | `limitCount` requests until `windowEndsAt`, then all at once again |
 * | log | never more than `limitCount` in any `windowMs`, whatever the moment |
 */
export interface Bucket extends Line {
  kind: "unknown" | "open" | "sliding" | "fixed" | "log";
  /** Sliding: whether two readings have shown it. Until then no more is sent than a fixed window would allow, too. */
  isSure: boolean;
  limitCount: number;
  /** How often a token comes back: at least, and at most so long. What was used is counted with the latter. */
  leastPeriodMs: number;
  periodMs: number;
  /** Sliding: no later than this the bucket would be full again, as far as settled requests go. Never too early. */
  fullAt: number;
  /** Fixed, or not sure: no later than this the window ends. */
  windowEndsAt: number;
  /** Fixed, or not sure: what Discord's clock calls the end of the window. */
  windowResetAt: number;
  /** Fixed, or not sure: what is left of the window, requests under way not counted. */
  remainingCount: number;
  /** The window's length, as far as it was seen. */
  windowMs: number;
  /** 429 answers in a row that named no delay. */
  undelayedCount: number;
  /** When the newest requests were settled, oldest first. */
  settledAt: number[];
  /** Those of them that no reading tells of, newest last. */
  unreadAt: number[];
  held: Held[];
  /** When an answer told about this bucket last. */
  learnedAt: number;
  lastResetAt: number;
  lastRemainingCount: number;
}

export function createBucket(nowMs: number): Bucket {
  return {
    kind: "unknown",
    isSure: false,
    limitCount: 0,
    leastPeriodMs: 0,
    periodMs: 0,
    fullAt: 0,
    windowEndsAt: 0,
    windowResetAt: 0,
    remainingCount: 0,
    windowMs: 0,
    holdUntil: 0,
    undelayedCount: 0,
    turnCount: 0,
    settledAt: [],
    unreadAt: [],
    held: [],
    waiters: [],
    learnedAt: 0,
    lastResetAt: 0,
    lastRemainingCount: 0,
    touchedAt: nowMs,
  };
}

/** A counter whose numbers are known beforehand, and full. */
export function createKnownBucket(nowMs: number, limitCount: number, windowMs: number): Bucket {
  const periodMs = windowMs / limitCount;
  const numbers = { limitCount, leastPeriodMs: periodMs, periodMs, windowMs };
  return { ...createBucket(nowMs), ...numbers, kind: "sliding", isSure: true };
}

/** As tokens that come back one by one. For a fixed window that is half of it at once, so that no window gets too many. */
export function modelOf({ kind, limitCount, periodMs, windowMs }: Bucket): BucketModel | null {
  if (limitCount === 0 || kind === "open") return null;
  if (kind !== "fixed") return { limitCount, periodMs, isFixed: false };
  const halfCount = Math.ceil(limitCount / 2);
  return { limitCount: halfCount, periodMs: windowMs / halfCount, isFixed: true };
}

/** Whether it may be a fixed window. */
export const hasWindow = ({ kind, isSure }: Bucket): boolean => kind === "fixed" || (kind === "sliding" && !isSure);

/** Counts a request as used although no answer says so. */
export function spend(bucket: Bucket, atMs: number): void {
  if (bucket.kind === "sliding") bucket.fullAt = Math.max(bucket.fullAt, atMs) + bucket.periodMs;
  if (hasWindow(bucket)) {
    // It may have opened a window that no answer tells of.
    if (atMs >= bucket.windowEndsAt) {
      bucket.windowEndsAt = atMs + bucket.windowMs;
      bucket.remainingCount = bucket.limitCount;
    }
    bucket.remainingCount -= 1;
  }
  bucket.unreadAt = [...bucket.unreadAt, atMs].slice(-MIN_SETTLED_COUNT);
  noteSettled(bucket, atMs);
}

const MIN_SETTLED_COUNT = 16;

/** A log needs as many entries as its limit; the others need them to tell which answers may have overtaken each other. */
export function noteSettled(bucket: Bucket, atMs: number): void {
  bucket.settledAt.push(atMs);
  if (bucket.settledAt.length > Math.max(MIN_SETTLED_COUNT, bucket.limitCount)) bucket.settledAt.shift();
}

/** Permits that nobody settled in time count as used: the request may have been made. */
export function expireHeld(bucket: Bucket, nowMs: number): void {
  const isOver = ({ expiresAt }: Held): boolean => expiresAt <= nowMs;
  if (!bucket.held.some(isOver)) return;
  for (const each of bucket.held) if (isOver(each)) spend(bucket, each.expiresAt);
  bucket.held = bucket.held.filter((each) => !isOver(each));
}

/** Takes a permit out of the counter; `null` when it is not there (any more). */
export function releaseHeld(bucket: Bucket, permitId: string): Held | null {
  const index = bucket.held.findIndex(({ id }) => id === permitId);
  return index < 0 ? null : (bucket.held.splice(index, 1)[0] ?? null);
}

/**
 * Makes `bucket` go on where `old` ends: a route is counted there from now on. Mostly that is the same counter by another
 * name; so what nobody knows of `bucket` is as it was, and what is left of it the next reading tells.
 */
export function succeed(bucket: Bucket, old: Bucket): void {
  if (bucket.limitCount === 0 && (old.kind === "sliding" || old.kind === "fixed")) {
    const { kind, isSure, limitCount, leastPeriodMs, periodMs } = old;
    Object.assign(bucket, { kind, isSure, limitCount, leastPeriodMs, periodMs });
  }
  if (bucket.kind === "sliding") bucket.fullAt = Number.POSITIVE_INFINITY;
  bucket.windowResetAt = 0;
  bucket.windowEndsAt = 0;
  const settledAt = [...bucket.settledAt, ...old.settledAt].sort((one, other) => one - other);
  bucket.settledAt = settledAt.slice(-Math.max(MIN_SETTLED_COUNT, bucket.limitCount));
}

/** Whether forgetting this bucket would change nothing. */
export function isIdle(bucket: Bucket, nowMs: number): boolean {
  expireHeld(bucket, nowMs);
  const busyUntil = Math.max(
    bucket.fullAt,
    bucket.windowEndsAt,
    bucket.holdUntil,
    (bucket.settledAt.at(-1) ?? 0) + bucket.windowMs,
  );
  return bucket.held.length === 0 && bucket.waiters.every(({ until }) => until <= nowMs) && busyUntil <= nowMs;
}
