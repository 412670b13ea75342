import { within } from "../within.ts";
import { DEFAULT_LIMITS } from "./default-limits.ts";
import type { DiscordRoute } from "./discord-route.ts";
import type { BucketModel, DiscordLimitDriver, DiscordLimits, Grant, TakeAnswer, TakeRequest } from "./limit-driver.ts";
import { createMemoryLimitDriver, type MemoryLimitDriver } from "./memory-limit-driver.ts";
import { type ProcessShare, shareOf } from "./process-share.ts";
import { NOT_SENT } from "./read-answer.ts";

/** Settings of {@link createFallbackLimitDriver}. */
export interface FallbackLimitDriverOptions {
  /** The shared driver. */
  readonly primary: DiscordLimitDriver;
  /** As given to the shared driver. */
  readonly limits?: Partial<DiscordLimits>;
  /** How long the shared driver may take before it counts as gone, in milliseconds. @default 500 */
  readonly timeoutMs?: number;
  /** How often a shared driver that is gone is tried again, in milliseconds. @default 1_000 */
  readonly retryMs?: number;
  /** Processes that there are when the shared driver is gone from the start. Later it is asked. @default 1 */
  readonly processCount?: number;
  /** Told once each time that the shared driver is gone, and once when it is back. */
  readonly onStateChange?: (state: "shared" | "alone", cause?: unknown) => void;
  /** Uniform in [0, 1): spreads the processes over time. @default Math.random */
  readonly random?: () => number;
  /** Milliseconds that only go forward: when the shared driver is tried again. @default performance.now */
  readonly now?: () => number;
}

const MAX_REMEMBERED_COUNT = 10_000;

const nameOf = (route: DiscordRoute): string => `${route.credential ?? ""} ${route.template} ${route.major}`;

/** Keeps a map from growing without bound: the oldest entry goes. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_REMEMBERED_COUNT && oldest !== undefined) map.delete(oldest);
}

/** A process on its own. */
interface Alone {
  readonly driver: MemoryLimitDriver;
  readonly share: ProcessShare;
}

/**
 * Goes on without the shared driver while it is gone: this process then keeps to its own share of each limit, which is the
 * limit divided by the processes that were there last, and starts as if that share were used up. When the shared driver is
 * back it is used again at once; what it says about a bucket is checked with one request first, since it has missed some.
 *
 * | state | entered | left |
 * | --- | --- | --- |
 * | shared | at the start; when the shared driver answers again | when it fails or takes too long |
 * | alone | when it fails or takes too long | by one request in `retryMs` that asks it, and is answered |
 *
 * A ban of the address and a credential that was refused stay known in both.
 */
export function createFallbackLimitDriver(options: FallbackLimitDriverOptions): DiscordLimitDriver {
  const { primary, timeoutMs = 500, retryMs = 1_000, onStateChange = () => {}, random = Math.random } = options;
  const { now = () => performance.now() } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const models = new Map<string, BucketModel>();
  /** Routes that were asked about since the shared driver came back; `null` before it was ever gone. */
  let trusted: Map<string, true> | null = null;
  let processCount = Math.max(1, options.processCount ?? 1);
  let alone: Alone | null = null;
  let retryAt = 0;
  let sharedSince = 0;
  let bannedUntil = Number.NEGATIVE_INFINITY;
  const deadCredentials = new Set<string>();
  const grantedBy = new WeakMap<Grant, Alone>();

  function goAlone(cause: unknown): Alone {
    retryAt = now() + retryMs;
    if (alone !== null) return alone;
    const share = shareOf(limits, processCount);
    alone = { share, driver: createMemoryLimitDriver({ limits: share.limits, startsUsed: true }) };
    onStateChange("alone", cause);
    return alone;
  }

  /** Asks the shared driver, or the own one when that is gone. `lostMs`: how long that took to find out. */
  async function ask<T>(
    shared: () => Promise<T>,
    own: (alone: Alone, lostMs: number) => Promise<T>,
  ): Promise<{ readonly answer: T; readonly by: Alone | null }> {
    const askedAt = now();
    if (alone === null || askedAt >= retryAt) {
      // One caller tries; the others do not wait for it.
      retryAt = askedAt + retryMs;
      try {
        const answer = await within(timeoutMs, shared());
        if (alone !== null) {
          alone = null;
          sharedSince = askedAt;
          trusted = new Map();
          onStateChange("shared");
        }
        return { answer, by: null };
      } catch (error) {
        goAlone(error);
      }
    }
    const by = alone ?? goAlone(undefined);
    return { answer: await own(by, now() - askedAt), by };
  }

  function refusalOf({ credential }: DiscordRoute): TakeAnswer | null {
    if (credential !== null && deadCredentials.has(credential)) {
      return { kind: "refused", reason: "credential-dead", retryAfterMs: Number.POSITIVE_INFINITY };
    }
    const retryAfterMs = bannedUntil - now();
    return retryAfterMs > 0 ? { kind: "refused", reason: "breaker-open", retryAfterMs } : null;
  }

  /** What was learned of a bucket before the shared driver came back has missed something. */
  function maxAgeOf(name: string): number | null {
    if (alone !== null) return retryMs;
    return trusted === null || trusted.has(name) ? null : now() - sharedSince;
  }

  async function takeShared(request: TakeRequest, isLate: () => boolean): Promise<TakeAnswer> {
    const name = nameOf(request.route);
    const maxAgeMs = request.maxAgeMs ?? maxAgeOf(name);
    if (trusted !== null) remember(trusted, name, true);
    const answer = await primary.take({ ...request, maxAgeMs });
    // Nobody waits for it any more; kept, it would be missing until it expires.
    if (answer.kind === "granted" && isLate()) await primary.settle(answer, NOT_SENT, request.nowMs);
    return answer;
  }

  function takeAlone({ driver, share }: Alone, request: TakeRequest): Promise<TakeAnswer> {
    const refusal = refusalOf(request.route);
    if (refusal !== null) return Promise.resolve(refusal);
    const { route, nowMs } = request;
    const model = models.get(nameOf(route));
    if (model !== undefined) {
      driver.prime(route, share.modelOf(model), nowMs + share.fullAfterMs(model, random()), nowMs);
    }
    return driver.take(request);
  }

  function learnShared(route: DiscordRoute, answer: TakeAnswer): void {
    if (answer.kind === "refused") {
      if (answer.reason === "breaker-open") bannedUntil = now() + answer.retryAfterMs;
      else if (route.credential !== null) deadCredentials.add(route.credential);
    }
    if (answer.kind !== "granted") return;
    bannedUntil = Number.NEGATIVE_INFINITY;
    if (route.credential !== null) deadCredentials.delete(route.credential);
    processCount = Math.max(1, answer.processCount);
    if (answer.model !== null) remember(models, nameOf(route), answer.model);
  }

  return {
    specVersion: 1,
    capabilities: primary.capabilities,
    async take(request) {
      let isLate = false;
      const { answer, by } = await ask(
        () => takeShared(request, () => isLate),
        (own, lostMs) => {
          isLate = true;
          return takeAlone(own, { ...request, nowMs: request.nowMs + lostMs });
        },
      );
      if (by === null) learnShared(request.route, answer);
      else if (answer.kind === "granted") grantedBy.set(answer, by);
      return answer;
    },
    async settle(grant, observation, nowMs) {
      const by = grantedBy.get(grant);
      if (by === undefined) {
        try {
          return await within(timeoutMs, primary.settle(grant, observation, nowMs));
        } catch (error) {
          goAlone(error);
        }
      }
      const { driver, share } = by ?? goAlone(undefined);
      const { reading } = observation;
      const known = models.get(nameOf(grant.route));
      const own = reading === null ? null : share.readingOf(reading, known);
      return await driver.settle(grant, { ...observation, reading: own }, nowMs);
    },
    async leave(request) {
      await ask(
        () => primary.leave(request),
        (own) => own.driver.leave(request),
      );
    },
    async estimate(request, count) {
      const { answer } = await ask(
        () => primary.estimate(request, count),
        (own, lostMs) => own.driver.estimate({ ...request, nowMs: request.nowMs + lostMs }, count),
      );
      return answer;
    },
    async revive(credential) {
      deadCredentials.delete(credential);
      await alone?.driver.revive(credential);
      await within(timeoutMs, primary.revive(credential));
    },
  };
}
