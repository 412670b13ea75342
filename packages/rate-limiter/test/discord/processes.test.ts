import { randomPrefix, sharedRedis, skipUnless } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { runSenders, startDiscord } from "../../bench/bench-processes.ts";

const { url: redisUrl, isReachable } = await sharedRedis();
const PROCESS_COUNT = 8;
const DURATION_MS = 11_000;
const ROUND_TRIP_MS = 40;
/** The emulator's rule: 5, and one more each second; one is held back for critical requests, and the last may be under way. */
const LEAST_COUNT = 5 + DURATION_MS / 1_000 - 2;

test.skipIf(skipUnless(isReachable, "Redis"))(
  "eight processes share one bucket over Redis: it is used up, nobody starves, and Discord never says 429",
  async () => {
    using discord = await startDiscord(ROUND_TRIP_MS);
    const { api_url: apiUrl, bot_token: botToken, channels } = discord.description;
    const prefix = randomPrefix();
    const redis = new Redis(redisUrl);
    onTestFinished(async () => {
      const keys = await redis.keys(`{${prefix}}*`);
      if (keys.length > 0) await redis.del(...keys);
      redis.disconnect();
    });
    const task = { candidate: "tocsin", apiUrl, botToken, channelId: channels.alerts.id, redisUrl, prefix } as const;
    const counts = await runSenders({ ...task, durationMs: DURATION_MS, roundTripMs: ROUND_TRIP_MS }, PROCESS_COUNT);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(LEAST_COUNT);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(await discord.rateLimited()).toEqual({ user: 0, shared: 0, global: 0 });
  },
  60_000,
);
