import { createHash } from "node:crypto";
import type { ErrorCode } from "../errors/error-codes.ts";
import type { Bucket, BucketReading } from "./bucket.ts";
import { createFixedWindow } from "./fixed-window.ts";
import type { LimitProfile } from "./profile.ts";
import {
  GLOBAL_RULE,
  LIMIT_RULES,
  type LimitName,
  type LimitRule,
  SUBLIMITS,
  type Sublimit,
  type SublimitName,
} from "./rules.ts";
import { createSlidingBucket } from "./sliding-bucket.ts";
import { createWindowLog } from "./window-log.ts";

/** Requests squeezed together on the wire are forgiven in windows this short, but not by the strict profile. */
const SHORT_WINDOW_MS = 1000;
const SHORT_WINDOW_GRACE_MS = 50;
const SWEEP_SIZE = 10_000;

/** A request as the limiter sees it. */
export interface LimitedRequest {
  /** Name of its rule, when it has one. */
  readonly rule: LimitName | undefined;
  /** What the bucket is counted for: channel, webhook with token, guild. */
  readonly major: string;
  /** Who asks: the bot, or an address. */
  readonly caller: string;
  /** The routes of interactions do not count globally (docs: topics/rate-limits, "Global Rate Limit"). @default false */
  readonly isOutsideGlobal?: boolean;
}

/** A request's share of a limit that no header shows. */
export interface Draw {
  readonly sublimit: SublimitName;
  /** What it is counted for: the channel. */
  readonly major: string;
}

export type LimitScope = "user" | "shared" | "global";

/** The limiter's word on a request. `bucket` is absent where Discord sends no bucket headers. */
export type Admission =
  | { readonly kind: "admitted"; readonly bucket?: NamedReading }
  | {
      readonly kind: "limited";
      readonly scope: LimitScope;
      readonly retryAfterMs: number;
      readonly bucket?: NamedReading;
      /** Stands in the body beside the wait. */
      readonly code?: ErrorCode;
    };

/** A reading, and the opaque name of its bucket. */
export interface NamedReading extends BucketReading {
  readonly hash: string;
}

/** Decides about requests, in the order in which they come. */
export interface Limiter {
  /** `bucket` is absent from the answer where Discord sends no headers. */
  admit(request: LimitedRequest): Admission;
  /** Takes from limits behind the bucket, once it is known which ones a request meets. */
  draw(draws: readonly Draw[], bucket: NamedReading | undefined): Admission;
}

/** Creates a limiter with all buckets full. `now`: epoch milliseconds. */
export function createLimiter(profile: LimitProfile, now: () => number): Limiter {
  if (profile === "off") return { admit: () => ({ kind: "admitted" }), draw: () => ({ kind: "admitted" }) };
  const isStrict = profile === "strict";
  const buckets = new Map<string, Bucket>();

  function open(key: string, create: () => Bucket): Bucket {
    const bucket = buckets.get(key) ?? create();
    if (buckets.size >= SWEEP_SIZE && !buckets.has(key)) sweep();
    buckets.set(key, bucket);
    return bucket;
  }

  function sweep(): void {
    const at = now();
    for (const [key, bucket] of buckets) if (bucket.isFull(at)) buckets.delete(key);
  }

  function createBucket({ shape, limitCount, windowMs }: LimitRule): Bucket {
    if (shape === "fixed") return createFixedWindow(limitCount, windowMs);
    return createSlidingBucket(
      limitCount,
      windowMs,
      isStrict || windowMs >= SHORT_WINDOW_MS ? 0 : SHORT_WINDOW_GRACE_MS,
    );
  }

  /** The sources say "30 per 60 s" and no more: strict takes it as never more in any 60 s. */
  function createBehind(rule: Sublimit): Bucket {
    return isStrict ? createWindowLog(rule.limitCount, rule.windowMs) : createBucket(rule);
  }

  return {
    admit({ rule: name, major, caller, isOutsideGlobal = false }) {
      const at = now();
      const global = isOutsideGlobal ? undefined : open(`global:${caller}`, () => createBucket(GLOBAL_RULE)).take(at);
      if (global && !global.isAllowed) {
        return { kind: "limited", scope: "global", retryAfterMs: global.retryAfterMs };
      }
      if (name === undefined) return { kind: "admitted" };
      const rule: LimitRule = LIMIT_RULES[name];
      const hash = toHash(name);
      const reading = open(`${hash}:${major}`, () => createBucket(rule)).take(at);
      const shown = rule.isSilent ? {} : { bucket: { ...reading, hash } };
      if (reading.isAllowed) return { kind: "admitted", ...shown };
      return { kind: "limited", scope: "user", retryAfterMs: reading.retryAfterMs, ...shown };
    },
    draw(draws, bucket) {
      const shown = bucket ? { bucket } : {};
      for (const { sublimit, major } of draws) {
        const rule: Sublimit = SUBLIMITS[sublimit];
        const { isAllowed, retryAfterMs } = open(`${sublimit}:${major}`, () => createBehind(rule)).take(now());
        const code = rule.code === undefined ? {} : { code: rule.code };
        if (!isAllowed) return { kind: "limited", scope: rule.scope, retryAfterMs, ...shown, ...code };
      }
      return { kind: "admitted", ...shown };
    },
  };
}

/** Bucket names are opaque to clients, and the same for every resource. */
function toHash(rule: string): string {
  return createHash("sha256").update(`bucket ${rule}`).digest("hex").slice(0, 32);
}
