import type { Line } from "./line.ts";

/** A request of the last second, or one that is under way. */
export interface Slot {
  readonly id: string;
  /** A slot that nobody settles is free again a window after this. */
  readonly expiresAt: number;
  readonly settledAt: number | null;
}

/**
 * The limit of one bot, or of one address, over all its buckets. The documents say 50 a second; users found a fixed window,
 * which begins nobody knows when (discord/discord-api-docs issue 5144), so that never more than that are let go in any such
 * time. When a request arrives is not known either: it counts from its permit until a second after its answer.
 */
export interface GlobalLine extends Line {
  slots: Slot[];
}

/** A second, and a little for clocks that differ. */
const WINDOW_MS = 1_010;
/** Held back for critical requests. */
const RESERVE_SHARE = 0.1;

export const createGlobalLine = (nowMs: number, isUsed: boolean): GlobalLine => ({
  slots: [],
  waiters: [],
  turnCount: 0,
  holdUntil: isUsed ? nowMs + WINDOW_MS : 0,
  touchedAt: nowMs,
});

/** When this slot can be free at the earliest. */
const freeAt = ({ settledAt, expiresAt }: Slot, nowMs: number): number =>
  settledAt === null ? Math.min(expiresAt, nowMs) + WINDOW_MS : settledAt + WINDOW_MS;

export interface GlobalQuery {
  readonly nowMs: number;
  readonly limitCount: number;
  readonly aheadCount: number;
  readonly mayUseReserve: boolean;
}

/** How long one more request has to wait; 0 when it may go. Pure. */
export function waitForGlobal(line: GlobalLine, query: GlobalQuery): number {
  const { nowMs, aheadCount, mayUseReserve } = query;
  const limitCount = query.limitCount - (mayUseReserve ? 0 : Math.floor(query.limitCount * RESERVE_SHARE));
  const heldMs = Math.max(0, line.holdUntil - nowMs);
  if (line.slots.length + aheadCount < limitCount) return heldMs;
  const freed = line.slots.map((slot) => freeAt(slot, nowMs)).filter((at) => at > nowMs);
  const overCount = freed.length + aheadCount + 1 - limitCount;
  if (overCount <= 0) return heldMs;
  freed.sort((left, right) => left - right);
  const next = freed[Math.min(overCount, freed.length) - 1] ?? nowMs;
  return Math.max(heldMs, next - nowMs + Math.floor((overCount - 1) / limitCount) * WINDOW_MS);
}

/** Whether forgetting this line would change nothing. */
export const isIdleGlobally = (line: GlobalLine, nowMs: number): boolean =>
  line.holdUntil <= nowMs &&
  line.waiters.every(({ until }) => until <= nowMs) &&
  line.slots.every((slot) => freeAt(slot, nowMs) <= nowMs);

/** Takes a slot for a permit. */
export function takeSlot(line: GlobalLine, id: string, expiresAt: number, nowMs: number): void {
  line.slots = line.slots.filter((slot) => freeAt(slot, nowMs) > nowMs);
  line.slots.push({ id, expiresAt, settledAt: null });
}

/** The request of this slot has arrived by now; or, when it was never sent, the slot is free at once. */
export function settleSlot(line: GlobalLine, permitId: string, wasSent: boolean, nowMs: number): void {
  const index = line.slots.findIndex(({ id }) => id === permitId);
  const slot = line.slots[index];
  if (slot === undefined) return;
  line.slots.splice(index, 1);
  if (wasSent) line.slots.push({ ...slot, settledAt: nowMs });
}
