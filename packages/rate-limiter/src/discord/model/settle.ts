import type { DiscordRoute } from "../discord-route.ts";
import type { Grant, Learned, Observation } from "../limit-driver.ts";
import { invalidCountOf, watch } from "./address.ts";
import { type Bucket, type Held, releaseHeld, spend, succeed } from "./bucket.ts";
import { settleSlot } from "./global-line.ts";
import { learn } from "./learn.ts";
import {
  bucketKeyOf,
  currentKey,
  type LimitsState,
  type Moment,
  openBucket,
  openChannel,
  openGlobal,
  rememberHash,
} from "./limits-state.ts";
import { hold } from "./line.ts";

/** Longer shared limits are asked about with one request in between: some were seen to be shorter than they said (issue 7816). */
const MAX_SHARED_HOLD_MS = 10 * 60 * 1000;
const MIN_GLOBAL_HOLD_MS = 1_000;
/** A server that asks for longer is asked again after a day. */
const MAX_HOLD_MS = 24 * 60 * 60 * 1000;
/** Waits after 429 answers that name none: 1 s, 2 s, 4 s … */
const UNDELAYED_BASE_MS = 1_000;
const MAX_UNDELAYED_MS = 60_000;

/** Takes an answer into account, everywhere it matters. */
export function settle(state: LimitsState, grant: Grant, observation: Observation, moment: Moment): Learned {
  const { nowMs, limits } = moment;
  const { route, permitId } = grant;
  const { kind, reading, limited } = observation;
  const { bucket, held } = findBucket(state, grant, observation, nowMs);
  const channel = openChannel(state, route.webhookChannel ?? observation.channelId, moment);
  // Whoever did not know the channel yet has held nothing of it, and is counted now.
  const isInChannel = channel !== null && (releaseHeld(channel, permitId) !== null || route.webhookChannel === null);
  const global = openGlobal(state, route, nowMs);
  if (global !== null) settleSlot(global, permitId, kind !== "not-sent", nowMs);
  const estimatedRemainingCount = estimateRemaining(bucket, nowMs);
  if (kind !== "not-sent") {
    const isCounted = limited === null || limited.scope === "shared";
    if (kind === "lost" && held !== null) spend(bucket, nowMs);
    if (kind === "lost" && bucket.kind === "unknown") hold(bucket, UNDELAYED_BASE_MS, nowMs);
    if (kind === "answered") {
      const takenAt = Math.min(held?.takenAt ?? grant.takenAt, nowMs);
      learn(bucket, { nowMs, takenAt, wasHeld: held !== null, isCounted, isLimited: limited !== null, reading });
      obey(state, { bucket, channel, route, observation, nowMs });
    }
    if (channel !== null && isInChannel && limited === null) spend(channel, nowMs);
    watch(state.address, observation, limits.maxInvalidCount, nowMs);
    if (observation.isUnauthorized && route.credential !== null) state.deadCredentials.add(route.credential);
  }
  return {
    estimatedRemainingCount,
    serverRemainingCount: reading?.remainingCount ?? null,
    invalidCount: invalidCountOf(state.address, nowMs),
    isBreakerOpen: state.address.openUntil > nowMs,
  };
}

/**
 * The bucket that an answer names, and the permit, taken out of the bucket that held it. A route that Discord counts
 * elsewhere from now on takes its permits and its holds along.
 */
function findBucket(
  state: LimitsState,
  { route, bucketKey, permitId, takenAt }: Grant,
  { reading }: Observation,
  nowMs: number,
): { readonly bucket: Bucket; readonly held: Held | null } {
  const before = currentKey(state, route, nowMs);
  if (reading === null) return findHeld(state, [before, bucketKey], permitId, nowMs);
  rememberHash(state, route, reading.hash, takenAt, nowMs);
  const key = currentKey(state, route, nowMs);
  const named = bucketKeyOf(route, reading.hash);
  const current = openBucket(state, key, nowMs);
  for (const other of new Set([bucketKey, before])) {
    const known = other === key ? undefined : state.buckets.get(other);
    if (known === undefined) continue;
    const isMoved = takeOver(current, openBucket(state, other, nowMs), route.template, nowMs);
    if (isMoved && named === key) succeed(current, known);
  }
  const held = releaseHeld(current, permitId);
  if (named === key) return { bucket: current, held };
  // Perhaps it is the same counter by another name.
  if (held !== null) spend(current, nowMs);
  return { bucket: openBucket(state, named, nowMs), held };
}

/** The bucket that holds a permit; the first one when none does. */
function findHeld(state: LimitsState, [first, second]: readonly [string, string], permitId: string, nowMs: number) {
  const bucket = openBucket(state, first, nowMs);
  const held = releaseHeld(bucket, permitId);
  const other = held === null && first !== second ? state.buckets.get(second) : undefined;
  if (other === undefined) return { bucket, held };
  const otherHeld = releaseHeld(openBucket(state, second, nowMs), permitId);
  return otherHeld === null ? { bucket, held } : { bucket: other, held: otherHeld };
}

/** Moves what is under way on a route, and tells whether there was anything. */
function takeOver(bucket: Bucket, old: Bucket, template: string, nowMs: number): boolean {
  const moved = old.held.filter((each) => each.template === template);
  if (moved.length === 0) return false;
  hold(bucket, old.holdUntil - nowMs, nowMs);
  bucket.held.push(...moved);
  old.held = old.held.filter((each) => each.template !== template);
  return true;
}

function estimateRemaining(bucket: Bucket, nowMs: number): number | null {
  if (bucket.kind !== "sliding" || bucket.periodMs === 0) return null;
  const usedMs = Math.max(0, bucket.fullAt - nowMs);
  return Math.max(0, Math.floor(bucket.limitCount - usedMs / bucket.periodMs) - bucket.held.length);
}

interface Verdict {
  readonly bucket: Bucket;
  readonly channel: Bucket | null;
  readonly route: DiscordRoute;
  readonly observation: Observation;
  readonly nowMs: number;
}

/** Waits as long as a 429 asks. */
function obey(state: LimitsState, { bucket, channel, route, observation, nowMs }: Verdict): void {
  const { limited } = observation;
  if (limited === null) {
    bucket.undelayedCount = 0;
    return;
  }
  const isShared = limited.scope === "shared";
  const isOfChannel = isShared && channel !== null;
  const global = limited.scope === "global" ? openGlobal(state, { ...route, isInteraction: false }, nowMs) : null;
  const line = global ?? (isOfChannel ? channel : bucket);
  const askedMs = limited.retryAfterMs ?? undelayedMs(bucket, line.holdUntil > nowMs);
  const leastMs = global === null ? 0 : MIN_GLOBAL_HOLD_MS;
  hold(line, Math.max(leastMs, Math.min(isShared ? MAX_SHARED_HOLD_MS : MAX_HOLD_MS, askedMs)), nowMs);
  // What was counted as sliding was none: from now on never more than the limit in any window.
  if (isOfChannel) channel.kind = "log";
  else if (global === null) bucket.kind = "unknown";
}

/** The wait after a 429 that names none. Those that were under way together are one. */
function undelayedMs(bucket: Bucket, isHeld: boolean): number {
  if (isHeld) return 0;
  bucket.undelayedCount += 1;
  return Math.min(MAX_UNDELAYED_MS, UNDELAYED_BASE_MS * 2 ** (bucket.undelayedCount - 1));
}
