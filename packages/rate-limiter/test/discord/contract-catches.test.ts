import { expect, test } from "vitest";
import type { DiscordLimitDriver } from "../../src/discord/limit-driver.ts";
import { createMemoryLimitDriver } from "../../src/discord/memory-limit-driver.ts";
import { createDiscordStage, type DiscordStage, discordLimiterFacts } from "../../src/testing/index.ts";

type Spoil = (driver: DiscordLimitDriver) => Partial<DiscordLimitDriver>;

/** Runs the contract on drivers that `spoil` made wrong, and gives the facts that noticed. */
async function noticed(spoil: Spoil): Promise<readonly string[]> {
  const drivers = new Map<string, DiscordLimitDriver>();
  const harness = {
    isShared: true,
    async createDriver({ space, limits }: Parameters<Parameters<typeof createDiscordStage>[0]["createDriver"]>[0]) {
      const driver = drivers.get(space) ?? createMemoryLimitDriver({ limits });
      drivers.set(space, driver);
      return { ...driver, ...spoil(driver) };
    },
  };
  const failed: string[] = [];
  for (const facts of Object.values(discordLimiterFacts(true))) {
    for (const [fact, prove] of Object.entries(facts)) {
      const stages: DiscordStage[] = [];
      const open = (
        ...limits: Parameters<typeof createDiscordStage> extends [unknown, ...infer Rest] ? Rest : never
      ) => {
        const stage = createDiscordStage(harness, ...limits);
        stages.push(stage);
        return stage;
      };
      await prove(open).catch(() => failed.push(fact));
      await Promise.all(stages.map((stage) => stage.close()));
    }
  }
  return failed;
}

test("the contract finds nothing wrong with a driver that is right", async () => {
  expect(await noticed(() => ({}))).toEqual([]);
});

test.each<readonly [what: string, spoil: Spoil, fact: string]>([
  [
    "lets everybody use what is held back",
    ({ take }) => ({ take: (request) => take({ ...request, mayUseReserve: true }) }),
    "holds back a token for critical requests",
  ],
  [
    "knows no priorities",
    ({ take }) => ({ take: (request) => take({ ...request, level: 1 }) }),
    "lets a critical request of one process go before the others' backlog",
  ],
  [
    "forgets permits under way",
    ({ take, settle }) => ({
      async take(request) {
        const answer = await take(request);
        const nothing = { reading: null, limited: null, isInvalid: false, bannedMs: null, isUnauthorized: false };
        if (answer.kind === "granted")
          await settle(answer, { ...nothing, kind: "not-sent", channelId: null }, request.nowMs);
        return answer;
      },
    }),
    "gives as many permits at once as there are tokens, and not more",
  ],
  [
    "takes lost requests for requests that were never made",
    ({ settle }) => ({
      settle: (grant, observation, nowMs) =>
        settle(grant, observation.kind === "lost" ? { ...observation, kind: "not-sent" } : observation, nowMs),
    }),
    "counts a request as used whose answer is lost",
  ],
  [
    "believes the first reading of a window for ever",
    ({ settle }) => ({
      settle: (grant, observation, nowMs) =>
        settle(
          grant,
          { ...observation, reading: observation.reading && { ...observation.reading, resetAtMs: null } },
          nowMs,
        ),
    }),
    "fills a sliding bucket: one request for each token that comes back",
  ],
  [
    "waits for Reset-After after a 429",
    ({ settle }) => ({
      settle: (grant, observation, nowMs) =>
        settle(
          grant,
          observation.limited === null || observation.reading === null
            ? observation
            : { ...observation, limited: { ...observation.limited, retryAfterMs: observation.reading.resetAfterMs } },
          nowMs,
        ),
    }),
    "waits as long as a 429 asks: the 429, not the bucket",
  ],
  [
    "has no memory of scopes",
    ({ settle }) => ({
      settle: (grant, observation, nowMs) =>
        settle(
          grant,
          observation.limited === null
            ? observation
            : { ...observation, limited: { ...observation.limited, scope: "user" } },
          nowMs,
        ),
    }),
    "holds back all webhooks of a channel for a shared limit, and no others",
  ],
  [
    "counts invalid requests of nobody",
    ({ settle }) => ({
      settle: (grant, observation, nowMs) => settle(grant, { ...observation, isInvalid: false }, nowMs),
    }),
    "sends nothing more after so many answers 401, 403 and 429 in ten minutes, until these are over",
  ],
  [
    "forgets the hash",
    ({ settle }) => ({
      settle: (grant, observation, nowMs) =>
        settle(
          grant,
          {
            ...observation,
            reading: observation.reading && { ...observation.reading, hash: grant.route.template },
          },
          nowMs,
        ),
    }),
    "counts routes with one hash together, once it knows",
  ],
  ["does not share", () => createMemoryLimitDriver(), "gives one bucket to one process after the other"],
  [
    "estimates as if nobody waited",
    ({ estimate }) => ({ estimate: (request, count) => estimate({ ...request, waiterId: "" }, count) }),
    "tells how long requests would wait, and takes nothing for it",
  ],
])("the contract notices a driver that %s", async (_what, spoil, fact) => {
  expect(await noticed(spoil)).toContain(fact);
});
