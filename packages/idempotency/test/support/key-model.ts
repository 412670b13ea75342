import type { BeginResult, IdempotencyToken } from "@tocsin/idempotency";

/** A moment that is known to lie between two: a server's clock is seen only through the calls to it. */
export interface Moment {
  readonly earliest: number;
  readonly latest: number;
}

interface KeyState {
  readonly fingerprint: string;
  readonly tokenId: string;
  readonly leaseEnd: Moment;
  readonly end: Moment;
  readonly value: string | null;
}

export interface ModelBegin {
  readonly fingerprint: string;
  readonly leaseMs: number;
  readonly ttlMs: number;
}

const later = ({ earliest, latest }: Moment, ms: number): Moment => ({ earliest: earliest + ms, latest: latest + ms });
const latestOf = (one: Moment, other: Moment): Moment => ({
  earliest: Math.max(one.earliest, other.earliest),
  latest: Math.max(one.latest, other.latest),
});
/** Whether `now` may be before `end`, and whether it may be at `end` or after it. */
const mayBeBefore = (now: Moment, end: Moment): boolean => now.earliest < end.latest;
const mayBePast = (now: Moment, end: Moment): boolean => now.latest >= end.earliest;

/**
 * What one key may answer, written from the interface's documentation and not from any driver. Each method gives the
 * answers that are allowed at `now`; `apply…` follows the answer that was seen.
 */
export function createKeyModel() {
  let state: KeyState | null = null;

  const heldBy = (token: IdempotencyToken): KeyState | null => (state?.tokenId === token.id ? state : null);

  return {
    beginMay(now: Moment, { fingerprint }: ModelBegin): readonly BeginResult["kind"][] {
      if (state === null) return ["started"];
      const kinds = new Set<BeginResult["kind"]>();
      if (mayBePast(now, state.end)) kinds.add("started");
      if (mayBeBefore(now, state.end)) {
        if (state.fingerprint !== fingerprint) kinds.add("conflict");
        else if (state.value !== null) kinds.add("replayed");
        else {
          if (mayBeBefore(now, state.leaseEnd)) kinds.add("in-flight");
          if (mayBePast(now, state.leaseEnd)) kinds.add("started");
        }
      }
      return [...kinds];
    },
    get value(): string | null {
      return state?.value ?? null;
    },
    applyStart(now: Moment, token: IdempotencyToken, { fingerprint, leaseMs, ttlMs }: ModelBegin): void {
      const leaseEnd = later(now, leaseMs);
      state = { fingerprint, tokenId: token.id, leaseEnd, end: latestOf(leaseEnd, later(now, ttlMs)), value: null };
    },
    completeMay(now: Moment, token: IdempotencyToken): readonly ("stored" | "lease-lost")[] {
      const held = heldBy(token);
      if (held === null) return ["lease-lost"];
      return [
        ...(mayBeBefore(now, held.end) ? (["stored"] as const) : []),
        ...(mayBePast(now, held.end) ? (["lease-lost"] as const) : []),
      ];
    },
    applyComplete(now: Moment, token: IdempotencyToken, value: string, answer: "stored" | "lease-lost"): void {
      const held = heldBy(token);
      if (held === null) return;
      if (answer === "lease-lost") state = null;
      else if (held.value === null) state = { ...held, value, end: later(now, token.ttlMs) };
    },
    extendMay(now: Moment, token: IdempotencyToken): readonly ("extended" | "lease-lost")[] {
      const held = heldBy(token);
      if (held === null || held.value !== null) return ["lease-lost"];
      return [
        ...(mayBeBefore(now, held.end) ? (["extended"] as const) : []),
        ...(mayBePast(now, held.end) ? (["lease-lost"] as const) : []),
      ];
    },
    applyExtend(now: Moment, token: IdempotencyToken, leaseMs: number, answer: "extended" | "lease-lost"): void {
      const held = heldBy(token);
      if (held === null || held.value !== null) return;
      if (answer === "lease-lost") state = null;
      else state = { ...held, leaseEnd: later(now, leaseMs), end: latestOf(held.end, later(now, leaseMs)) };
    },
    applyAbandon(token: IdempotencyToken): void {
      if (heldBy(token)?.value === null) state = null;
    },
  };
}

export type KeyModel = ReturnType<typeof createKeyModel>;
