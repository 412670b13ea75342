import { hasRedisServer, skipUnless, startRedisServer, type TestServer, waitFor } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createFallbackLimitDriver } from "../../src/discord/fallback-limit-driver.ts";
import { createRedisLimitDriver } from "../../src/discord/redis/redis-limit-driver.ts";
import { messages } from "../../src/testing/discord-answers.ts";
import { createDiscordFake } from "../../src/testing/discord-fake.ts";
import { createDiscordStage } from "../../src/testing/index.ts";

const PROCESS_COUNT = 4;
const MINUTE_MS = 60_000;
const RULE = { shape: "sliding", limitCount: 5, windowMs: 5_000 } as const;

describe.skipIf(skipUnless(hasRedisServer(), "redis-server"))(
  "four processes that want all of a bucket, and whose Redis",
  () => {
    let server: TestServer;
    let control: Redis;
    beforeAll(async () => {
      server = await startRedisServer();
      control = new Redis(server.url, { retryStrategy: () => 20 });
      control.on("error", () => undefined);
    });
    afterAll(async () => {
      control.disconnect();
      await server[Symbol.asyncDispose]();
    });

    /** Time is the test's own; only Redis is real. */
    async function flood() {
      const clients: Redis[] = [];
      const stage = createDiscordStage({
        isShared: true,
        async createDriver({ space, limits, now }) {
          const redis = new Redis(server.url, { retryStrategy: () => 20, maxRetriesPerRequest: 0 });
          redis.on("error", () => undefined);
          clients.push(redis);
          const primary = createRedisLimitDriver({ redis, prefix: space, limits, now });
          return createFallbackLimitDriver({ primary, limits, timeoutMs: 50, now, random: () => clients.length / 5 });
        },
      });
      const discord = createDiscordFake({ rule: RULE });
      onTestFinished(async () => {
        await stage.close();
        for (const client of clients) client.disconnect();
      });
      for (let index = 0; index < PROCESS_COUNT; index += 1) {
        const process = await stage.start();
        process.flood(discord, messages(), { untilMs: 10 * MINUTE_MS, wantedCount: 4, latencyMs: () => 50 });
      }
      let doneCount = 0;
      return {
        discord,
        isConnected: async () => clients.every(({ status }) => status === "ready"),
        /** Lets so many milliseconds pass, and tells how many requests Discord has let through meanwhile. */
        async pass(ms: number): Promise<number> {
          await stage.advance(ms);
          const count = discord.allowedAt.length - doneCount;
          doneCount = discord.allowedAt.length;
          return count;
        },
      };
    }

    test("is killed: each keeps to its share, and all is shared again when Redis is back, although it is empty", async () => {
      const { discord, pass, isConnected } = await flood();
      expect(await pass(MINUTE_MS)).toBeGreaterThanOrEqual(62);
      await server.kill();
      expect(await pass(MINUTE_MS)).toBeGreaterThanOrEqual(45);
      await server.start();
      await waitFor(isConnected);
      expect(await pass(MINUTE_MS)).toBeGreaterThanOrEqual(57);
      expect(await pass(MINUTE_MS)).toBeGreaterThanOrEqual(58);
      // What was under way when the state was lost may be one too many.
      expect(discord.limitedCounts.user).toBeLessThanOrEqual(2);
    });

    test("is flushed again and again: it costs a request that is refused now and then", async () => {
      const { discord, pass } = await flood();
      await pass(10_000);
      let allowedCount = 0;
      for (let time = 0; time < 10; time += 1) {
        await control.flushall();
        allowedCount += await pass(10_000 + 37 * time);
      }
      expect(discord.limitedCounts.user).toBeLessThanOrEqual(10);
      expect(allowedCount).toBeGreaterThanOrEqual(85);
    });

    test("stands still for a while: nobody waits for it, and what it does later is given back", async () => {
      const { discord, pass } = await flood();
      await pass(20_000);
      const [, id = ""] = /process_id:(\d+)/.exec(await control.info("server")) ?? [];
      process.kill(Number(id), "SIGSTOP");
      try {
        expect(await pass(20_000)).toBeGreaterThanOrEqual(8);
      } finally {
        process.kill(Number(id), "SIGCONT");
      }
      await control.ping();
      await pass(10_000);
      expect(await pass(MINUTE_MS)).toBeGreaterThanOrEqual(58);
      expect(discord.limitedCounts.user).toBeLessThanOrEqual(2);
    });
  },
);
