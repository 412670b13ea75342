import type { Permit, PermitRefusal } from "./discord-limiter.ts";
import type { DiscordRoute } from "./discord-route.ts";
import type { GlobalTurns, TurnTaker } from "./global-turns.ts";
import { createWaitingLine, type Waiting, type WaitingLine } from "./waiting-line.ts";

/** One `acquire` that waits, and how to end it. */
export interface Waiter extends Waiting {
  readonly resolve: (answer: Permit | PermitRefusal["reason"], retryAfterMs?: number) => void;
}

/** The requests of one route that wait in this process. */
export interface RouteQueue extends TurnTaker {
  readonly key: string;
  readonly waiterId: string;
  readonly line: WaitingLine<Waiter>;
  /** The turns at the limit over all buckets; `null` for routes that are exempt from it. */
  readonly turns: GlobalTurns<RouteQueue> | null;
  /** The route as it was asked for last: its template is the same, what is known of it may have grown. */
  route: DiscordRoute;
  /** What the driver said last: when the first of the line may go, and each one after it. */
  estimate: { readonly at: number; readonly waitMs: number; readonly periodMs: number } | null;
  /** Sleeps so long, or until it is woken. A wake from before counts once. */
  pause(ms: number): Promise<void>;
  /** How long the one with so many before it waits, as far as is known. */
  waitOf(aheadCount: number, nowMs: number): number;
}

/** What a {@link RouteQueue} is made of. */
export interface RouteQueueOptions extends Pick<RouteQueue, "key" | "waiterId" | "turns" | "route"> {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Creates a queue in which nobody waits. */
export function createRouteQueue({ sleep, ...rest }: RouteQueueOptions): RouteQueue {
  const line = createWaitingLine<Waiter>();
  let isWoken = false;
  let sleeping: AbortController | null = null;
  return {
    ...rest,
    line,
    estimate: null,
    get level() {
      return line.level;
    },
    wake() {
      isWoken = true;
      sleeping?.abort();
    },
    async pause(ms) {
      if (!isWoken && ms > 0) {
        sleeping = new AbortController();
        await sleep(ms, sleeping.signal).catch(() => {});
        sleeping = null;
      }
      isWoken = false;
    },
    waitOf(aheadCount, nowMs) {
      if (this.estimate === null) return 0;
      const { at, waitMs, periodMs } = this.estimate;
      return Math.max(0, at + waitMs - nowMs) + aheadCount * periodMs;
    },
  };
}

/**
 * Refuses those who would have to wait longer than they want to: at once where that is known, and at the end of their time
 * when the next one's turn does not come now.
 */
export function refuseLate(queue: RouteQueue, nowMs: number): void {
  if (queue.line.bounded().length === 0) return;
  let aheadCount = 0;
  for (const each of queue.line.all()) {
    const leftMs = Math.max(0, each.queuedAt + each.maxWaitMs - nowMs);
    const expectedMs = queue.waitOf(aheadCount, nowMs);
    if (expectedMs > leftMs) {
      queue.line.remove(each);
      each.resolve("wait-too-long", expectedMs);
    } else aheadCount += 1;
  }
}

/** How long until the first of those who do not wait for ever has waited long enough. */
export const nextDeadlineMs = (queue: RouteQueue, nowMs: number): number =>
  queue.line
    .bounded()
    .reduce((least, each) => Math.min(least, each.queuedAt + each.maxWaitMs - nowMs), Number.POSITIVE_INFINITY);
