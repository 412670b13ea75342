import type { Json, Outcome } from "@tocsin/alert/plugin";

/** Holds callers up while Discord's edge has banned the address. */
export interface BanGate {
  /** Callers that wait now. */
  waitingCount(): number;
  /** Lets those that wait go, and all after them. */
  open(): void;
  /** Waits if a failure is that of a ban; else returns at once. */
  pass(failure: Outcome<unknown>): Promise<void>;
}

export function createBanGate(): BanGate {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waitingCount = 0;
  return {
    waitingCount: () => waitingCount,
    open: resolve,
    async pass(failure) {
      if (!isBan(failure)) return;
      waitingCount += 1;
      await promise;
      waitingCount -= 1;
    },
  };
}

/** The ban page itself, or the limiter's breaker that it opened. */
function isBan(failure: Outcome<unknown>): boolean {
  if (failure.kind === "delivered") return false;
  const details = failure.details as { readonly [key: string]: Json } | null | undefined;
  return details?.kind === "blocked" || details?.limiter === "breaker-open";
}
