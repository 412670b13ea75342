/** How long to wait before the same thing is tried again. */
export interface RetryPolicy {
  /** Upper bound of the first wait. @default 500 */
  readonly baseMs: number;
  /** Upper bound of every wait. @default 60_000 */
  readonly maxMs: number;
  /** How long a delivery may meet failures before one is final. @default 86_400_000 (a day) */
  readonly giveUpAfterMs: number;
  /** Attempts after which a call without an answer is given up while others of its lane succeed. @default 10 */
  readonly maxPoisonCount: number;
}

export const DEFAULT_RETRY: RetryPolicy = { baseMs: 500, maxMs: 60_000, giveUpAfterMs: 86_400_000, maxPoisonCount: 10 };

/**
 * Exponential back-off with full jitter: uniform between 0 and the bound, so that many that failed together do not come
 * back together. A delay that the server asked for is kept to and never shortened.
 */
export function retryDelayMs(
  policy: RetryPolicy,
  attempt: {
    readonly failureCount: number;
    readonly serverDelayMs?: number | undefined;
    readonly random: () => number;
  },
): number {
  const boundMs = Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(attempt.failureCount, 30));
  const jitterMs = Math.ceil(attempt.random() * boundMs);
  return attempt.serverDelayMs === undefined ? jitterMs : Math.max(1, Math.ceil(attempt.serverDelayMs));
}
