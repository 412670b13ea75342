import type { DiscordRoute } from "./discord-route.ts";

/** What Discord's headers say about one bucket. */
export interface BucketReading {
  readonly hash: string;
  readonly limitCount: number;
  readonly remainingCount: number;
  /** Until the bucket is full (sliding) or the window ends (fixed). */
  readonly resetAfterMs: number;
  /** `X-RateLimit-Reset` in milliseconds of Discord's clock: tells one window from the next, and nothing else. */
  readonly resetAtMs: number | null;
  /** How often a token comes back, where that is known beforehand; then nothing is concluded about it. */
  readonly knownPeriodMs?: number;
}

/** What an answer means to the limits. */
export interface Observation {
  readonly kind: "answered" | "lost" | "not-sent";
  readonly reading: BucketReading | null;
  /** The 429, when it is one. `retryAfterMs` is `null` when the answer names no delay. */
  readonly limited: { readonly scope: "user" | "shared" | "global"; readonly retryAfterMs: number | null } | null;
  /** Counts towards the ban of the address. */
  readonly isInvalid: boolean;
  /** The answer is the ban itself; for how long at least. */
  readonly bannedMs: number | null;
  /** The credential was refused. */
  readonly isUnauthorized: boolean;
  /** The channel that a webhook posted into, told by the answer. */
  readonly channelId: string | null;
}

export interface TakeRequest {
  readonly route: DiscordRoute;
  /** Identity of the permit, unique over all processes. */
  readonly permitId: string;
  /** Identity of the queue that asks: one for each route and process. */
  readonly waiterId: string;
  /** 0 low, 1 normal, 2 critical: the highest of those that wait in this queue. */
  readonly level: number;
  /** Whether it may use what is held back. */
  readonly mayUseReserve: boolean;
  /** What was learned of the bucket longer ago than so many milliseconds is outdated: ask Discord with one request first. `null`: nothing is. */
  readonly maxAgeMs: number | null;
  /** The caller's clock; drivers with a clock of their own ignore it. Goes back only when the clock is set back. */
  readonly nowMs: number;
}

/** What a driver knows of a bucket, as tokens that come back one by one: enough for another driver to go on with. */
export interface BucketModel {
  readonly limitCount: number;
  /** How often a token comes back. */
  readonly periodMs: number;
  /** Really they come back all at once, at the end of a window. */
  readonly isFixed: boolean;
}

/** A granted permit, as settle needs it. */
export interface Grant {
  readonly kind: "granted";
  readonly permitId: string;
  readonly route: DiscordRoute;
  readonly bucketKey: string;
  readonly takenAt: number;
  readonly expiresAt: number;
  readonly model: BucketModel | null;
  /** Processes that share the driver's state, this one included. */
  readonly processCount: number;
}

export type TakeAnswer =
  | Grant
  | {
      readonly kind: "wait";
      /** What is closed: the route's bucket, its channel for all webhooks, or the limit over all buckets. */
      readonly gate: "bucket" | "channel" | "global";
      /** When to ask again. */
      readonly pollMs: number;
      /** When a permit is expected. */
      readonly estimateMs: number;
      /** How much longer each further request of this queue waits. */
      readonly periodMs: number;
    }
  | { readonly kind: "refused"; readonly reason: "breaker-open" | "credential-dead"; readonly retryAfterMs: number };

/** What settling taught. */
export interface Learned {
  /** What the limiter thought was left before this answer, beside what Discord says; `null` when it does not say. */
  readonly estimatedRemainingCount: number | null;
  readonly serverRemainingCount: number | null;
  /** Answers that count towards the ban, within Discord's ten minutes. */
  readonly invalidCount: number;
  readonly isBreakerOpen: boolean;
}

/** The numbers that all processes of a driver agree on. */
export interface DiscordLimits {
  /** Requests a second of one bot, or of one address. Bots that Discord gave more may say so. @default 50 */
  readonly globalPerSecond: number;
  /**
   * The limit that no header tells: posts of all webhooks of one channel. `null` for none.
   * @default 30 in 60_000 ms (discord/discord-api-docs issues 367, 1454, 4043)
   */
  readonly webhookChannel: { readonly limitCount: number; readonly windowMs: number } | null;
  /** Invalid answers in ten minutes at which nothing is sent any more. Discord bans at 10,000. @default 1_000 */
  readonly maxInvalidCount: number;
  /** How long a permit may stay unsettled. Above the longest time of a request. @default 30_000 */
  readonly permitMs: number;
}

/**
 * Where the state of the buckets lives. Every method is atomic; all processes on one driver state see one truth. In every
 * line, and over all processes, the higher level goes first, then who came first; each eighth permit goes to who came first,
 * whatever the level.
 *
 * Methods reject when the state cannot be reached.
 */
export interface DiscordLimitDriver {
  readonly specVersion: 1;
  readonly capabilities: { readonly clock: "caller" | "server"; readonly shared: boolean };
  /** Grants, or puts the waiter in line and says when to ask again. A waiter that does not ask again in time loses its place. */
  take(request: TakeRequest): Promise<TakeAnswer>;
  settle(grant: Grant, observation: Observation, nowMs: number): Promise<Learned>;
  /** Takes a waiter out of every line. */
  leave(request: Pick<TakeRequest, "route" | "waiterId">): Promise<void>;
  /** How long each of the next `count` requests of this waiter would wait; takes nothing. */
  estimate(
    request: Pick<TakeRequest, "route" | "waiterId" | "level" | "mayUseReserve" | "nowMs">,
    count: number,
  ): Promise<readonly number[]>;
  /** Forgets that a credential was refused. */
  revive(credential: string): Promise<void>;
}
