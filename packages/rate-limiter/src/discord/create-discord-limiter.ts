import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { createSteadyClock } from "../steady-clock.ts";
import type { AcquireOptions, DiscordLimiter, Permit, PermitAnswer, PermitRefusal } from "./discord-limiter.ts";
import type { DiscordRoute } from "./discord-route.ts";
import { createGlobalTurns, type GlobalTurns } from "./global-turns.ts";
import type { DiscordLimitDriver, Grant, TakeAnswer } from "./limit-driver.ts";
import { readAnswer } from "./read-answer.ts";
import { createRouteQueue, nextDeadlineMs, type RouteQueue, refuseLate, type Waiter } from "./route-queue.ts";
import { createLimiterTelemetry } from "./telemetry.ts";
import { levelOf } from "./waiting-line.ts";

/** Settings of {@link createDiscordLimiter}. */
export interface DiscordLimiterOptions {
  readonly driver: DiscordLimitDriver;
  /** Most requests that wait in this process for one route; more are refused. @default 10_000 */
  readonly maxWaitingCount?: number;
  /** Milliseconds. When it is set back, the limiter's time goes on from where it was. @default process uptime */
  readonly now?: () => number;
  /** Resolves after so many milliseconds; rejects when `signal` aborts. @default timers of Node */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /**
   * Told when the driver fails. Requests wait meanwhile: give a driver made by `createFallbackLimitDriver` to go on.
   * @default nothing
   */
  readonly onError?: (error: unknown) => void;
}

/** How soon a driver that failed is asked again. */
const DRIVER_RETRY_MS = 250;
/** How long a driver may keep somebody whose time is over, and `close`. */
const DRIVER_PATIENCE_MS = 1_000;
/** Timers of Node go no further. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** When to come back for what cannot be estimated. */
const UNKNOWN_RETRY_MS = 1_000;

const keyOf = (route: DiscordRoute): string => `${route.credential ?? ""} ${route.template} ${route.major}`;
const sleepReally = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal });

/**
 * Creates the limiter for everything in this process that talks to Discord.
 *
 * One queue for each route and top-level resource asks the driver for its first request; the driver arbitrates between
 * queues and processes.
 */
export function createDiscordLimiter(options: DiscordLimiterOptions): DiscordLimiter {
  const { driver, maxWaitingCount = 10_000, onError = () => {}, sleep = sleepReally } = options;
  const now = createSteadyClock(options.now ?? (() => performance.timeOrigin + performance.now()));
  const instanceId = randomBytes(9).toString("base64url");
  const telemetry = createLimiterTelemetry();
  const queues = new Map<string, RouteQueue>();
  const turns = new Map<string, GlobalTurns<RouteQueue>>();
  const running = new Map<RouteQueue, Promise<void>>();
  let isClosed = false;
  let sequence = 0;
  let takeCount = 0;

  function turnsOf({ isInteraction, credential }: DiscordRoute): GlobalTurns<RouteQueue> | null {
    if (isInteraction) return null;
    const known = turns.get(credential ?? "") ?? createGlobalTurns<RouteQueue>();
    turns.set(credential ?? "", known);
    return known;
  }

  function queueOf(route: DiscordRoute): RouteQueue {
    const key = keyOf(route);
    const known = queues.get(key);
    if (known !== undefined) {
      if (route.webhookChannel !== null) known.route = route;
      return known;
    }
    takeCount += 1;
    const waiterId = `${instanceId}:${takeCount.toString(36)}`;
    const queue = createRouteQueue({ key, waiterId, turns: turnsOf(route), route, sleep });
    queues.set(key, queue);
    return queue;
  }

  function createPermit(grant: Grant, waitedMs: number): Permit {
    sequence += 1;
    let settled: Promise<void> | null = null;
    return {
      kind: "permit",
      sequence,
      expiresAt: grant.expiresAt,
      waitedMs,
      settle(answer) {
        settled ??= settle(grant, answer);
        return settled;
      },
    };
  }

  async function settle(grant: Grant, answer: PermitAnswer): Promise<void> {
    const observation = readAnswer(answer, grant.route);
    try {
      telemetry.learned(observation, await driver.settle(grant, observation, now()));
    } catch (error) {
      onError(error); // It expires by itself and counts as used.
    }
    // What was learned may let somebody go earlier, or later.
    queues.get(keyOf(grant.route))?.wake();
  }

  function ask(queue: RouteQueue, waiter: Waiter): Promise<TakeAnswer> {
    takeCount += 1;
    return driver.take({
      route: queue.route,
      permitId: `${instanceId}:${takeCount.toString(36)}`,
      waiterId: queue.waiterId,
      level: queue.level,
      mayUseReserve: waiter.priority === "critical",
      maxAgeMs: null,
      nowMs: now(),
    });
  }

  /** Asks for the head of the line, and resolves with how long to wait before the next try. */
  async function serve(queue: RouteQueue, waiter: Waiter): Promise<number> {
    if (queue.turns?.mayAsk(queue) === false) {
      queue.estimate = queue.turns.estimate(queue);
      return Number.POSITIVE_INFINITY;
    }
    let answer: TakeAnswer;
    try {
      answer = await ask(queue, waiter);
    } catch (error) {
      onError(error);
      queue.estimate = { at: now(), waitMs: DRIVER_RETRY_MS, periodMs: 0 };
      return DRIVER_RETRY_MS;
    }
    if (answer.kind === "wait") {
      queue.estimate = { at: now(), waitMs: answer.estimateMs, periodMs: answer.periodMs };
      if (answer.gate === "global") queue.turns?.blocked(queue, queue.estimate);
      else queue.turns?.passed(queue);
      return answer.pollMs;
    }
    queue.turns?.passed(queue);
    queue.estimate = null;
    if (answer.kind === "refused") {
      for (const each of queue.line.all()) {
        queue.line.remove(each);
        each.resolve(answer.reason, answer.retryAfterMs);
      }
      return 0;
    }
    const permit = createPermit(answer, Math.max(0, now() - waiter.queuedAt));
    queue.line.turn();
    if (queue.line.remove(waiter)) waiter.resolve(permit);
    // Whoever asked has given up meanwhile: the next one needs it.
    else await permit.settle({ kind: "not-sent" });
    return 0;
  }

  async function run(queue: RouteQueue): Promise<void> {
    for (let head = queue.line.head(); head !== undefined && !isClosed; head = queue.line.head()) {
      const waitMs = await serve(queue, head);
      if (waitMs <= 0) continue;
      refuseLate(queue, now());
      if (queue.line.count > 0) await queue.pause(Math.min(waitMs, nextDeadlineMs(queue, now()), MAX_TIMER_MS));
      refuseLate(queue, now());
    }
    queues.delete(queue.key);
    queue.turns?.passed(queue);
    if (queue.estimate !== null) {
      await driver.leave({ route: queue.route, waiterId: queue.waiterId }).catch(onError);
    }
  }

  function start(queue: RouteQueue): void {
    const whole = run(queue).finally(() => running.delete(queue));
    running.set(queue, whole);
  }

  function refuse(reason: PermitRefusal["reason"], retryAfterMs: number): PermitRefusal {
    return { kind: "refused", reason, retryAfterMs };
  }

  function enqueue(queue: RouteQueue, acquired: Required<Omit<AcquireOptions, "signal">>, signal?: AbortSignal) {
    return new Promise<Permit | PermitRefusal>((resolve, reject) => {
      const parent = telemetry.parent();
      const queuedAt = now();
      const lastMs = acquired.maxWaitMs + DRIVER_PATIENCE_MS;
      const expiry = lastMs < MAX_TIMER_MS ? new AbortController() : null;
      const end = (outcome: PermitRefusal["reason"] | "granted" | "aborted"): void => {
        signal?.removeEventListener("abort", onAbort);
        expiry?.abort();
        const waitedMs = Math.max(0, now() - queuedAt);
        telemetry.acquired({ route: queue.route, priority: acquired.priority, waitedMs, outcome, parent });
      };
      const onAbort = (): void => {
        if (!queue.line.remove(waiter)) return;
        end("aborted");
        reject(signal?.reason);
        queue.wake();
      };
      const waiter: Waiter = {
        ...acquired,
        queuedAt,
        resolve(answer, retryAfterMs = UNKNOWN_RETRY_MS) {
          const isRefused = typeof answer === "string";
          end(isRefused ? answer : "granted");
          resolve(isRefused ? refuse(answer, retryAfterMs) : answer);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      if (expiry !== null) {
        // The queue refuses in time, unless its driver hangs.
        const expire = (): void => {
          if (queue.line.remove(waiter)) waiter.resolve("wait-too-long");
        };
        sleep(lastMs, expiry.signal).then(expire, () => {});
      }
      queue.line.add(waiter);
      if (!running.has(queue)) start(queue);
      else if (queue.line.head() === waiter) queue.wake();
    });
  }

  return {
    async acquire(route, { priority = "normal", maxWaitMs = Number.POSITIVE_INFINITY, signal } = {}) {
      signal?.throwIfAborted();
      const queue = isClosed ? null : queueOf(route);
      const expectedMs = queue?.waitOf(queue.line.aheadOf(priority), now()) ?? 0;
      if (queue === null || queue.line.count >= maxWaitingCount || expectedMs > maxWaitMs) {
        const record = { route, priority, waitedMs: 0, outcome: "wait-too-long" } as const;
        telemetry.acquired({ ...record, parent: telemetry.parent() });
        return refuse("wait-too-long", expectedMs > 0 ? expectedMs : UNKNOWN_RETRY_MS);
      }
      return await enqueue(queue, { priority, maxWaitMs }, signal);
    },
    async estimate(route, { priority = "normal", count = 1 } = {}) {
      const queue = queues.get(keyOf(route));
      const waitingCount = queue?.line.aheadOf(priority) ?? 0;
      const level = Math.max(levelOf(priority), queue?.level ?? 0);
      const waiterId = queue?.waiterId ?? "";
      const request = { route, waiterId, level, mayUseReserve: priority === "critical", nowMs: now() };
      return (await driver.estimate(request, waitingCount + count)).slice(waitingCount);
    },
    revive: (credential) => driver.revive(credential),
    async close() {
      isClosed = true;
      for (const queue of queues.values()) {
        for (const each of queue.line.all()) {
          queue.line.remove(each);
          each.resolve("wait-too-long");
        }
        queue.wake();
      }
      const patience = new AbortController();
      // A driver that hangs must not keep the process.
      const late = delay(DRIVER_PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => {});
      await Promise.race([Promise.all(running.values()), late]);
      patience.abort();
    },
  };
}
