import type { Json } from "@tocsin/alert/plugin";
import type { HttpHeaders } from "./http-exchange.ts";

/** How long a 429 asks to wait. */
export interface RateLimitAnswer {
  /** Whole milliseconds, from 1 to 86,400,000 (a day). */
  readonly retryAfterMs: number;
  /** `limited`: Discord's own limit. `blocked`: the address is shut out in front of Discord, stop calling. */
  readonly kind: "limited" | "blocked";
  /** Whose limit it is; null when the answer does not say. */
  readonly scope: "user" | "global" | "shared" | null;
}

/** For an answer without a usable delay. */
const DEFAULT_RETRY_AFTER_MS = 1_000;
/** A block in front of Discord lasts minutes to hours, whatever its answer says. */
const MIN_BLOCKED_RETRY_AFTER_MS = 60_000;
/** Discord's known bans end within about a day. Whatever an answer states beyond that must not stop a destination for ever. */
const MAX_RETRY_AFTER_MS = 86_400_000;

/**
 * Reads a 429. The longer of `Retry-After` and `retry_after` counts: one is rounded, and a shared limit's headers may be
 * those of another bucket (https://docs.discord.com/developers/topics/rate-limits). `body` is the parsed body, or null.
 */
export function readRateLimit(
  headers: HttpHeaders,
  body: Readonly<Record<string, unknown>> | null,
  now: number,
): RateLimitAnswer {
  const bodyMs = delayMs(body?.retry_after);
  const isDiscords =
    "via" in headers || bodyMs > 0 || Object.keys(headers).some((name) => name.startsWith("x-ratelimit-"));
  const statedMs = Math.max(headerDelayMs(headers["retry-after"], now), bodyMs);
  if (!isDiscords) {
    return { kind: "blocked", scope: null, retryAfterMs: Math.max(statedMs, MIN_BLOCKED_RETRY_AFTER_MS) };
  }
  const retryAfterMs = statedMs || delayMs(Number(headers["x-ratelimit-reset-after"])) || DEFAULT_RETRY_AFTER_MS;
  return { kind: "limited", scope: scopeOf(headers, body), retryAfterMs };
}

/** The answer as outcome details. */
export function rateLimitDetails(answer: RateLimitAnswer): { readonly [key: string]: Json } {
  return { kind: answer.kind, scope: answer.scope, global: answer.scope === "global" };
}

function scopeOf(headers: HttpHeaders, body: Readonly<Record<string, unknown>> | null): RateLimitAnswer["scope"] {
  const scope = headers["x-ratelimit-scope"];
  if (body?.global === true || headers["x-ratelimit-global"] === "true" || scope === "global") return "global";
  return scope === "user" || scope === "shared" ? scope : null;
}

function delayMs(seconds: unknown): number {
  if (typeof seconds !== "number" || !Number.isFinite(seconds) || seconds <= 0) return 0;
  return Math.min(Math.ceil(seconds * 1_000), MAX_RETRY_AFTER_MS);
}

/** Seconds, or a date: proxies use both (RFC 9110, 10.2.3). */
function headerDelayMs(value: string | undefined, now: number): number {
  if (value === undefined) return 0;
  const seconds = Number(value);
  if (!Number.isNaN(seconds)) return delayMs(seconds);
  const at = Date.parse(value);
  return Number.isNaN(at) ? 0 : Math.min(Math.max(0, at - now), MAX_RETRY_AFTER_MS);
}
