import type { PermitAnswer } from "../discord/discord-limiter.ts";

/** One counter as Discord keeps it. Shares nothing with the code under test. */
export interface DiscordRule {
  readonly shape: "sliding" | "fixed";
  readonly limitCount: number;
  readonly windowMs: number;
}

interface Reading {
  readonly isAllowed: boolean;
  readonly remainingCount: number;
  readonly resetAfterMs: number;
  readonly retryAfterMs: number;
}

type Counter = (nowMs: number) => Reading;

/** Rounding noise must not refuse what is due just now. */
const NOISE_MS = 1e-6;

function createSliding({ limitCount, windowMs }: DiscordRule): Counter {
  const periodMs = windowMs / limitCount;
  let fullAt = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    const next = Math.max(fullAt, nowMs) + periodMs;
    const isAllowed = next - nowMs <= windowMs + NOISE_MS;
    if (isAllowed) fullAt = next;
    const resetAfterMs = Math.max(0, fullAt - nowMs);
    const remainingCount = Math.max(0, Math.floor((windowMs - resetAfterMs + NOISE_MS) / periodMs));
    return { isAllowed, remainingCount, resetAfterMs, retryAfterMs: Math.max(0, next - nowMs - windowMs) };
  };
}

function createFixed({ limitCount, windowMs }: DiscordRule): Counter {
  let endsAt = Number.NEGATIVE_INFINITY;
  let usedCount = 0;
  return (nowMs) => {
    if (nowMs >= endsAt) {
      endsAt = nowMs + windowMs;
      usedCount = 0;
    }
    const isAllowed = usedCount < limitCount;
    if (isAllowed) usedCount += 1;
    const resetAfterMs = endsAt - nowMs;
    return { isAllowed, remainingCount: limitCount - usedCount, resetAfterMs, retryAfterMs: resetAfterMs };
  };
}

const createCounter = (rule: DiscordRule): Counter =>
  rule.shape === "sliding" ? createSliding(rule) : createFixed(rule);

/** How a fake Discord behaves. */
export interface DiscordFakeOptions {
  /** Of every bucket. */
  readonly rule: DiscordRule;
  /** How far its clock is ahead: seen in `X-RateLimit-Reset` only. @default 0 */
  readonly skewMs?: number;
  /** The name of the bucket, at a time. @default always the same */
  readonly hashOf?: (nowMs: number) => string;
  /** Over all buckets. @default none */
  readonly global?: DiscordRule;
  /** What no header tells: over all buckets of a channel. @default none */
  readonly hidden?: DiscordRule;
}

/** One request as it arrives. */
export interface DiscordFakeRequest {
  /** What its bucket is counted for, such as a channel. */
  readonly major: string;
  readonly nowMs: number;
  /** The channel whose hidden limit it draws on. */
  readonly hiddenChannel?: string;
}

/** A fake Discord: buckets with headers in whole milliseconds. */
export interface DiscordFake {
  handle(request: DiscordFakeRequest): PermitAnswer & { readonly kind: "answered" };
  readonly limitedCounts: Readonly<Record<"user" | "shared" | "global", number>>;
  /** When requests were let through, in order. */
  readonly allowedAt: readonly number[];
}

const toSeconds = (ms: number): number => Math.ceil(ms) / 1000;

/** Creates a fake Discord whose buckets are full. */
export function createDiscordFake(options: DiscordFakeOptions): DiscordFake {
  const { rule, skewMs = 0, hashOf = () => "hash", global, hidden } = options;
  const counters = new Map<string, Counter>();
  const globally = global === undefined ? undefined : createCounter(global);
  const allowedAt: number[] = [];
  const limitedCounts = { user: 0, shared: 0, global: 0 };
  const open = (key: string, counted: DiscordRule): Counter => {
    const counter = counters.get(key) ?? createCounter(counted);
    counters.set(key, counter);
    return counter;
  };

  function refuse(scope: keyof typeof limitedCounts, retryAfterMs: number, headers: Record<string, string>) {
    limitedCounts[scope] += 1;
    const retryAfter = toSeconds(retryAfterMs);
    return {
      kind: "answered" as const,
      status: 429,
      headers: {
        ...headers,
        via: "1.1 google",
        "x-ratelimit-scope": scope,
        "retry-after": String(Math.max(1, Math.ceil(retryAfter))),
      },
      body: { message: "You are being rate limited.", retry_after: retryAfter, global: scope === "global" },
    };
  }

  return {
    allowedAt,
    limitedCounts,
    handle({ major, nowMs, hiddenChannel }) {
      const globalReading = globally?.(nowMs);
      if (globalReading?.isAllowed === false) return refuse("global", globalReading.retryAfterMs, {});
      const reading = open(`bucket ${major}`, rule)(nowMs);
      const headers = {
        "x-ratelimit-bucket": hashOf(nowMs),
        "x-ratelimit-limit": String(rule.limitCount),
        "x-ratelimit-remaining": String(reading.remainingCount),
        "x-ratelimit-reset": ((nowMs + reading.resetAfterMs + skewMs) / 1000).toFixed(3),
        "x-ratelimit-reset-after": toSeconds(reading.resetAfterMs).toFixed(3),
      };
      if (!reading.isAllowed) return refuse("user", reading.retryAfterMs, headers);
      const shared =
        hidden === undefined || hiddenChannel === undefined ? null : open(`hidden ${hiddenChannel}`, hidden)(nowMs);
      if (shared?.isAllowed === false) return refuse("shared", shared.retryAfterMs, headers);
      allowedAt.push(nowMs);
      return { kind: "answered", status: 200, headers: { ...headers, via: "1.1 google" } };
    },
  };
}

/** The most that a rule lets through in a time that begins with a full bucket. */
export function mostAllowed({ shape, limitCount, windowMs }: DiscordRule, durationMs: number): number {
  if (shape === "fixed") return limitCount * Math.ceil(durationMs / windowMs);
  return limitCount + Math.floor((durationMs * limitCount) / windowMs);
}
