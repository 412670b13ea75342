import { createFixedWindow } from "./fixed-window.ts";
import { INVALID_REQUEST_RULE } from "./rules.ts";

/** Counts answers that Discord calls invalid requests, per address. */
export interface InvalidRequests {
  /** Takes note of an answer. Shared 429s are nobody's fault and do not count. */
  note(address: string, status: number, scope: string | undefined): void;
  /** How long the address is banned from now on, milliseconds; 0 when it is not. */
  bannedMs(address: string): number;
  totalCount(): number;
}

export function createInvalidRequests(now: () => number): InvalidRequests {
  const windows = new Map<string, ReturnType<typeof createFixedWindow>>();
  const bannedUntil = new Map<string, number>();
  let totalCount = 0;
  return {
    note(address, status, scope) {
      const isInvalid = status === 401 || status === 403 || (status === 429 && scope !== "shared");
      if (!isInvalid) return;
      totalCount += 1;
      const window =
        windows.get(address) ?? createFixedWindow(INVALID_REQUEST_RULE.limitCount, INVALID_REQUEST_RULE.windowMs);
      windows.set(address, window);
      const reading = window.take(now());
      if (reading.remainingCount === 0) bannedUntil.set(address, now() + reading.resetAfterMs);
    },
    bannedMs: (address) => Math.max(0, (bannedUntil.get(address) ?? 0) - now()),
    totalCount: () => totalCount,
  };
}
