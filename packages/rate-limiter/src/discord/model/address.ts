import type { Observation } from "../limit-driver.ts";

/** Discord bans an address that collects 10,000 of these in ten minutes: topics/rate-limits, "Invalid Request Limit". */
const INVALID_WINDOW_MS = 10 * 60 * 1000;
/** A ban that was met lasts at least so long, and twice as long each time it is met again. */
const MIN_BAN_MS = 10 * 60 * 1000;
const MAX_BAN_MS = 24 * 60 * 60 * 1000;
/** So long after a ban, it is forgotten. */
const BAN_MEMORY_MS = 60 * 60 * 1000;

/** What the address that all processes share has done wrong. */
export interface Address {
  invalidSince: number;
  invalidCount: number;
  /** Nothing is sent before. */
  openUntil: number;
  banCount: number;
  touchedAt: number;
}

export const createAddress = (): Address => ({
  invalidSince: 0,
  invalidCount: 0,
  openUntil: 0,
  banCount: 0,
  touchedAt: 0,
});

/** How much longer nothing may be sent; 0 or less when all is well. */
export function openMs(address: Address, nowMs: number): number {
  if (address.openUntil === 0) return 0;
  followClock(address, nowMs);
  return address.openUntil - nowMs;
}

/** Answers of the last ten minutes that count towards a ban. */
export const invalidCountOf = ({ invalidSince, invalidCount }: Address, nowMs: number): number =>
  nowMs - invalidSince >= INVALID_WINDOW_MS ? 0 : invalidCount;

/** Takes the times along when the clock was set back. */
function followClock(address: Address, nowMs: number): void {
  const ms = Math.max(0, address.touchedAt - nowMs);
  address.touchedAt = nowMs;
  address.invalidSince -= ms;
  address.openUntil -= ms;
}

/** Counts an answer, and opens the breaker long before Discord bans, and when it has. */
export function watch(address: Address, observation: Observation, maxInvalidCount: number, nowMs: number): void {
  const { isInvalid, bannedMs } = observation;
  if (!isInvalid && bannedMs === null) return;
  followClock(address, nowMs);
  if (nowMs - address.invalidSince >= INVALID_WINDOW_MS) {
    address.invalidSince = nowMs;
    address.invalidCount = 0;
  }
  if (isInvalid) address.invalidCount += 1;
  if (address.invalidCount >= maxInvalidCount) {
    address.openUntil = Math.max(address.openUntil, address.invalidSince + INVALID_WINDOW_MS);
  }
  if (bannedMs === null) return;
  const toldMs = Math.min(MAX_BAN_MS, bannedMs);
  // Answers to requests that were under way together are one ban.
  if (nowMs < address.openUntil) {
    address.openUntil = Math.max(address.openUntil, nowMs + toldMs);
    return;
  }
  if (nowMs - address.openUntil > BAN_MEMORY_MS) address.banCount = 0;
  const banMs = Math.min(MAX_BAN_MS, MIN_BAN_MS * 2 ** address.banCount);
  address.openUntil = nowMs + Math.max(banMs, toldMs);
  address.banCount += 1;
}
