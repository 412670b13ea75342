const DAY_MS = 24 * 60 * 60_000;
const BUCKET_MS = 5000;
const TOTAL = 1000;

/** What became of an attempt to start a session. */
export type SessionStart = "started" | "too-fast" | "exhausted";

/** How many sessions each bot may still start: so many at once every 5 seconds, 1,000 a day (docs: events/gateway, "Session Start Limit"). */
export interface SessionStarts {
  /** As `GET /gateway/bot` tells it. */
  limitOf(botId: string): {
    readonly total: number;
    readonly remaining: number;
    readonly reset_after: number;
    readonly max_concurrency: number;
  };
  /** Counts a start. Where limits are off, nothing refuses it. */
  start(botId: string, shardId: number): SessionStart;
}

interface Count {
  readonly since: number;
  used: number;
}

/** `now`: milliseconds on a clock that does not step back; `isLimited`: whether limits are on at the moment. */
export function createSessionStarts(
  now: () => number,
  isLimited: () => boolean,
  maxConcurrency: number,
): SessionStarts {
  const days = new Map<string, Count>();
  const buckets = new Map<string, number>();

  function day(botId: string): Count {
    const known = days.get(botId);
    if (known && now() - known.since < DAY_MS) return known;
    const fresh = { since: now(), used: 0 };
    days.set(botId, fresh);
    return fresh;
  }

  return {
    limitOf(botId) {
      const { used, since } = day(botId);
      const resetAfter = used === 0 ? 0 : Math.ceil(since + DAY_MS - now());
      return {
        total: TOTAL,
        remaining: Math.max(0, TOTAL - used),
        reset_after: resetAfter,
        max_concurrency: maxConcurrency,
      };
    },
    start(botId, shardId) {
      const bucket = `${botId} ${shardId % maxConcurrency}`;
      const lastAt = buckets.get(bucket);
      if (isLimited() && lastAt !== undefined && now() - lastAt < BUCKET_MS) return "too-fast";
      const count = day(botId);
      if (isLimited() && count.used >= TOTAL) return "exhausted";
      count.used += 1;
      buckets.set(bucket, now());
      return "started";
    },
  };
}
