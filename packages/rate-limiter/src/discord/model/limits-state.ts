import type { DiscordRoute } from "../discord-route.ts";
import type { DiscordLimits } from "../limit-driver.ts";
import { type Address, createAddress } from "./address.ts";
import { type Bucket, createBucket, createKnownBucket, expireHeld, isIdle } from "./bucket.ts";
import { followClock, followClockGlobally } from "./follow-clock.ts";
import { createGlobalLine, type GlobalLine, isIdleGlobally } from "./global-line.ts";

/** A hash that was not seen for so long is learned anew. */
const HASH_TTL_MS = 24 * 60 * 60 * 1000;

/** Everything that is shared about Discord's limits. */
export interface LimitsState {
  readonly buckets: Map<string, Bucket>;
  readonly webhookChannels: Map<string, Bucket>;
  readonly globals: Map<string, GlobalLine>;
  /** `since`: when it became known, `at`: when it was seen last. */
  readonly hashes: Map<string, { readonly hash: string; readonly since: number; readonly at: number }>;
  readonly deadCredentials: Set<string>;
  readonly address: Address;
  /** Limits whose numbers are known beforehand begin as if they were used up. */
  readonly startsUsed: boolean;
}

export const createLimitsState = (startsUsed = false): LimitsState => ({
  startsUsed,
  buckets: new Map(),
  webhookChannels: new Map(),
  globals: new Map(),
  hashes: new Map(),
  deadCredentials: new Set(),
  address: createAddress(),
});

export interface Moment {
  readonly nowMs: number;
  readonly limits: DiscordLimits;
}

const hashKeyOf = (route: DiscordRoute): string => `${route.credential ?? ""} ${route.template}`;

export const bucketKeyOf = (route: DiscordRoute, hash: string): string =>
  `${route.credential ?? ""} ${route.group} ${hash} ${route.major}`;

/** Where the requests of a route are counted, as far as is known. */
export function currentKey(state: LimitsState, route: DiscordRoute, nowMs: number): string {
  const known = state.hashes.get(hashKeyOf(route));
  const isKnown = known !== undefined && nowMs - known.at < HASH_TTL_MS;
  return bucketKeyOf(route, isKnown ? known.hash : route.template);
}

/**
 * Takes note of the bucket that an answer names. An answer that was asked for before the present one became known is late:
 * it changes nothing.
 */
export function rememberHash(state: LimitsState, route: DiscordRoute, hash: string, takenAt: number, nowMs: number) {
  const key = hashKeyOf(route);
  const known = state.hashes.get(key);
  if (known === undefined || known.hash === hash) {
    state.hashes.set(key, { hash, since: known?.since ?? nowMs, at: nowMs });
  } else if (takenAt >= Math.min(known.since, nowMs)) state.hashes.set(key, { hash, since: nowMs, at: nowMs });
}

function openOf<T>(map: Map<string, T>, key: string, create: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = create();
  map.set(key, made);
  return made;
}

export function openBucket(state: LimitsState, key: string, nowMs: number): Bucket {
  const bucket = openOf(state.buckets, key, () => createBucket(nowMs));
  followClock(bucket, nowMs);
  expireHeld(bucket, nowMs);
  return bucket;
}

/** The counter of all webhooks of a channel; `null` when no channel is known. */
export function openChannel(state: LimitsState, channelId: string | null, { nowMs, limits }: Moment): Bucket | null {
  const { webhookChannel } = limits;
  if (channelId === null || webhookChannel === null) return null;
  const channel = openOf(state.webhookChannels, channelId, () => {
    const full = createKnownBucket(nowMs, webhookChannel.limitCount, webhookChannel.windowMs);
    return state.startsUsed ? { ...full, fullAt: nowMs + webhookChannel.windowMs } : full;
  });
  followClock(channel, nowMs);
  expireHeld(channel, nowMs);
  return channel;
}

/** The limit over all buckets; `null` for interactions. */
export function openGlobal(state: LimitsState, route: DiscordRoute, nowMs: number): GlobalLine | null {
  if (route.isInteraction) return null;
  const line = openOf(state.globals, route.credential ?? "", () => createGlobalLine(nowMs, state.startsUsed));
  followClockGlobally(line, nowMs);
  return line;
}

/** The counters that one request has to pass, in the order in which they are asked. */
export interface Gates {
  readonly key: string;
  readonly bucket: Bucket;
  readonly channel: Bucket | null;
  readonly global: GlobalLine | null;
}

export function gatesOf(state: LimitsState, route: DiscordRoute, moment: Moment): Gates {
  const key = currentKey(state, route, moment.nowMs);
  return {
    key,
    bucket: openBucket(state, key, moment.nowMs),
    channel: openChannel(state, route.webhookChannel, moment),
    global: openGlobal(state, route, moment.nowMs),
  };
}

/** Forgets what makes no difference any more. */
export function sweep(state: LimitsState, nowMs: number): void {
  for (const map of [state.buckets, state.webhookChannels]) {
    for (const [key, bucket] of map) if (isIdle(bucket, nowMs)) map.delete(key);
  }
  for (const [key, line] of state.globals) if (isIdleGlobally(line, nowMs)) state.globals.delete(key);
  for (const [key, { at }] of state.hashes) if (nowMs - at >= HASH_TTL_MS) state.hashes.delete(key);
}

/** How much there is to sweep. */
export const sizeOf = ({ buckets, webhookChannels, globals, hashes }: LimitsState): number =>
  buckets.size + webhookChannels.size + globals.size + hashes.size;
