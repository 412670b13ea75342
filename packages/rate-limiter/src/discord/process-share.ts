import type { BucketModel, BucketReading, DiscordLimits } from "./limit-driver.ts";

/** What one process may use when it cannot ask the others: a part of each limit. */
export interface ProcessShare {
  readonly limits: DiscordLimits;
  modelOf(model: BucketModel): BucketModel;
  /** When a counter whose use nobody knows may be full for this process. `luck` in [0, 1) spreads the processes over time. */
  fullAfterMs(model: BucketModel, luck: number): number;
  /** What Discord's word about the whole bucket means to this part: all of it is used. */
  readingOf(reading: BucketReading, known: BucketModel | undefined): BucketReading;
}

/** The part of one of `processCount` processes, as if each of them used all of its part. */
export function shareOf(limits: DiscordLimits, processCount: number): ProcessShare {
  const part = (count: number): number => Math.max(1, Math.floor(count / processCount));
  const modelOf = ({ limitCount, periodMs, isFixed }: BucketModel): BucketModel => ({
    limitCount: part(limitCount),
    periodMs: periodMs * processCount,
    isFixed,
  });
  const { webhookChannel } = limits;
  return {
    limits: {
      ...limits,
      globalPerSecond: part(limits.globalPerSecond),
      maxInvalidCount: part(limits.maxInvalidCount),
      webhookChannel:
        webhookChannel === null ? null : { ...webhookChannel, limitCount: part(webhookChannel.limitCount) },
    },
    modelOf,
    fullAfterMs(model, luck) {
      const own = modelOf(model);
      // Until then there is room for the case that all processes come back at once, or a new window.
      const emptyCount = model.isFixed ? model.limitCount : Math.min(model.limitCount, processCount);
      return emptyCount * model.periodMs + (own.limitCount - 1 + luck) * own.periodMs;
    },
    readingOf(reading, known) {
      // Whoever is the only one there need not share.
      if (processCount === 1) return reading;
      const { hash, limitCount, remainingCount, resetAfterMs } = reading;
      const usedCount = Math.max(1, limitCount - remainingCount);
      const own = modelOf(known ?? { limitCount, periodMs: resetAfterMs / usedCount, isFixed: false });
      return {
        hash,
        limitCount: own.limitCount,
        remainingCount: 0,
        resetAfterMs: own.limitCount * own.periodMs,
        resetAtMs: null,
        knownPeriodMs: own.periodMs,
      };
    },
  };
}
