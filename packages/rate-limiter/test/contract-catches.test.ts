import { expect, test } from "vitest";
import { createMemoryDriver } from "../src/drivers/memory.ts";
import type { RateLimiterDriver } from "../src/index.ts";
import { rateLimiterFacts } from "../src/testing/index.ts";

const CAPABILITIES = { clock: "caller", shared: true } as const;

/** Runs the contract against drivers that `spoil` made wrong, and gives the facts that noticed. */
async function noticed(spoil: (driver: RateLimiterDriver) => Partial<RateLimiterDriver>): Promise<readonly string[]> {
  const memory = createMemoryDriver();
  const driver = { ...memory, take: memory.take, capabilities: CAPABILITIES };
  let nowMs = 0;
  const harness = {
    capabilities: CAPABILITIES,
    create: async () => ({ ...driver, ...spoil(driver) }),
    now: () => nowMs,
    advance: async (ms: number) => {
      nowMs += ms;
    },
  };
  const failed = new Set<string>();
  for (const facts of Object.values(rateLimiterFacts(CAPABILITIES))) {
    for (const [fact, prove] of Object.entries(facts)) await prove(harness).catch(() => failed.add(fact));
  }
  return [...failed];
}

test("the contract finds nothing wrong with a driver that is right", async () => {
  expect(await noticed(() => ({}))).toEqual([]);
});

test.each<readonly [what: string, spoil: (driver: RateLimiterDriver) => Partial<RateLimiterDriver>, fact: string]>([
  [
    "lets one too many through",
    ({ take }) => ({ take: (key, request) => take(key, { ...request, limit: request.limit + 1 }) }),
    "lets the limit through at once and denies the next",
  ],
  [
    "charges for denials",
    ({ take }) => ({
      async take(key, request) {
        const decision = await take(key, request);
        if (!decision.allowed && !request.dryRun && decision.remaining > 0) await take(key, { ...request, cost: 1 });
        return decision;
      },
    }),
    "charges nothing for a denial",
  ],
  [
    "takes in a dry run",
    ({ take }) => ({ take: (key, request) => take(key, { ...request, dryRun: false }) }),
    "looks without taking",
  ],
  [
    "reads and writes in two steps",
    ({ take }) => ({
      async take(key, request) {
        const decision = await take(key, { ...request, dryRun: true });
        await Promise.resolve();
        if (decision.allowed && !request.dryRun) await take(key, request);
        return decision;
      },
    }),
    "lets exactly the limit through when many take at once",
  ],
  [
    "forgets what case a key has",
    ({ take }) => ({ take: (key, request) => take(key.toLowerCase(), request) }),
    "counts each key for itself, whatever its characters",
  ],
  [
    "gives a wait that is a millisecond too short",
    ({ take }) => ({
      async take(key, request) {
        const decision = await take(key, request);
        return { ...decision, retryAfterMs: Math.max(0, decision.retryAfterMs - 1) };
      },
    }),
    "lets whoever was denied through after the wait that it gave",
  ],
  [
    "gives a wait that is a millisecond too long",
    ({ take }) => ({
      async take(key, request) {
        const decision = await take(key, request);
        return { ...decision, retryAfterMs: decision.allowed ? 0 : decision.retryAfterMs + 1 };
      },
    }),
    "gives the shortest wait: a millisecond less is not enough",
  ],
  [
    "rounds the interval between units",
    ({ take }) => ({
      take: (key, request) =>
        take(key, { ...request, windowMs: Math.floor(request.windowMs / request.limit) * request.limit }),
    }),
    "does not drift over thousands of takes at a rate that is no whole number",
  ],
  ["does not share", () => ({ take: createMemoryDriver().take }), "lets exactly the limit through, over all drivers"],
  [
    "believes a clock that was set back",
    ({ take }) => {
      let nowMs = Number.NEGATIVE_INFINITY;
      return {
        take(key, request) {
          nowMs = Math.max(nowMs, request.nowMs);
          return take(key, { ...request, nowMs });
        },
      };
    },
    "keeps nobody out for longer than a window when the clock is set back an hour",
  ],
  [
    "forgets when the clock is set back",
    ({ take }) => {
      let lastMs = Number.NEGATIVE_INFINITY;
      let era = 0;
      return {
        take(key, request) {
          if (request.nowMs < lastMs) era += 1;
          lastMs = request.nowMs;
          return take(`${era}${key}`, request);
        },
      };
    },
    "lets nobody take twice because the clock was set back",
  ],
  [
    "counts a window with one counter for each minute",
    () => {
      const counts = new Map<string, number>();
      return {
        async take(key, { algorithm, limit, windowMs, cost, dryRun, nowMs }) {
          const window = Math.floor(nowMs / windowMs);
          const name = `${algorithm} ${key} ${window}`;
          const used = counts.get(name) ?? 0;
          const allowed = used + cost <= limit;
          if (allowed && !dryRun) counts.set(name, used + cost);
          const untilNextMs = (window + 1) * windowMs - nowMs;
          return {
            allowed,
            remaining: limit - (counts.get(name) ?? 0),
            retryAfterMs: allowed ? 0 : untilNextMs,
            resetAfterMs: counts.has(name) ? untilNextMs : 0,
          };
        },
      };
    },
    "gives a unit back exactly a window after it was taken",
  ],
])("the contract notices a driver that %s", async (_what, spoil, fact) => {
  expect(await noticed(spoil)).toContain(fact);
});
