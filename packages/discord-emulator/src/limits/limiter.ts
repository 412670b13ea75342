import { createHash } from "node:crypto";
import type { Bucket, BucketReading } from "./bucket.ts";
import { createFixedWindow } from "./fixed-window.ts";
import type { LimitProfile } from "./profile.ts";
import { GLOBAL_RULE, HIDDEN_WEBHOOK_RULE, LIMIT_RULES, type LimitRule } from "./rules.ts";
import { createSlidingBucket } from "./sliding-bucket.ts";
import { createWindowLog } from "./window-log.ts";

/** Requests squeezed together on the wire are forgiven in windows this short, but not by the strict profile. */
const SHORT_WINDOW_MS = 1000;
const SHORT_WINDOW_GRACE_MS = 50;
const SWEEP_SIZE = 10_000;

/** A request as the limiter sees it. */
export interface LimitedRequest {
  /** Name of its rule, when it has one. */
  readonly rule: string | undefined;
  /** What the bucket is counted for: channel, webhook with token, guild. */
  readonly major: string;
  /** Who asks: the bot, or an address. */
  readonly caller: string;
  /** Channel whose hidden webhook limit this request draws on. */
  readonly hiddenChannelId: string | undefined;
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
    };

/** A reading, and the opaque name of its bucket. */
export interface NamedReading extends BucketReading {
  readonly hash: string;
}

/** Decides about requests, in the order in which they come. */
export interface Limiter {
  admit(request: LimitedRequest): Admission;
}

/** Creates a limiter with all buckets full. `now`: epoch milliseconds. */
export function createLimiter(profile: LimitProfile, now: () => number): Limiter {
  if (profile === "off") return { admit: () => ({ kind: "admitted" }) };
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
  function createHidden(): Bucket {
    const { limitCount, windowMs } = HIDDEN_WEBHOOK_RULE;
    return isStrict ? createWindowLog(limitCount, windowMs) : createBucket(HIDDEN_WEBHOOK_RULE);
  }

  return {
    admit({ rule: name, major, caller, hiddenChannelId }) {
      const at = now();
      const global = open(`global:${caller}`, () => createBucket(GLOBAL_RULE)).take(at);
      if (!global.isAllowed) return { kind: "limited", scope: "global", retryAfterMs: global.retryAfterMs };
      const rule = name === undefined ? undefined : LIMIT_RULES[name];
      if (name === undefined || !rule) return { kind: "admitted" };
      const hash = toHash(name);
      const bucket = { ...open(`${hash}:${major}`, () => createBucket(rule)).take(at), hash };
      if (!bucket.isAllowed) return { kind: "limited", scope: "user", retryAfterMs: bucket.retryAfterMs, bucket };
      if (hiddenChannelId === undefined) return { kind: "admitted", bucket };
      const hidden = open(`hidden:${hiddenChannelId}`, createHidden).take(at);
      if (hidden.isAllowed) return { kind: "admitted", bucket };
      return { kind: "limited", scope: "shared", retryAfterMs: hidden.retryAfterMs, bucket };
    },
  };
}

/** Bucket names are opaque to clients, and the same for every resource. */
function toHash(rule: string): string {
  return createHash("sha256").update(`bucket ${rule}`).digest("hex").slice(0, 32);
}
