/** Messages through one bucket, as a share of what Discord lets through in that time, and what it cost in answers 429. */
import { isQuickBench, randomPrefix, reportMissing, reportRow, sharedRedis } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { runSenders, type SenderTask, startDiscord } from "./bench-processes.ts";

const DURATION_MS = isQuickBench() ? 8_000 : 120_000;
const ROUND_TRIPS_MS = [20, 100, 300];
/** The emulator's rule for messages of a bot: 5, and one more each second. */
const MOST_COUNT = 5 + Math.floor(DURATION_MS / 1_000);

interface Candidate {
  readonly candidate: SenderTask["candidate"];
  readonly processCount: number;
}

/** They mostly wait: a few processes side by side take the time of one. */
const batches: readonly (readonly Candidate[])[] = [
  [
    { candidate: "tocsin", processCount: 1 },
    { candidate: "tocsin", processCount: 2 },
    { candidate: "@discordjs/rest", processCount: 1 },
  ],
  [{ candidate: "tocsin", processCount: 8 }],
  [{ candidate: "@discordjs/rest", processCount: 8 }],
];

const { url: redisUrl, isReachable } = await sharedRedis();
const bench = "Discord limiter";

async function run({ candidate, processCount }: Candidate, roundTripMs: number): Promise<void> {
  using discord = await startDiscord(roundTripMs);
  const { api_url: apiUrl, bot_token: botToken, channels } = discord.description;
  const prefix = randomPrefix();
  const task: SenderTask = {
    candidate,
    apiUrl,
    botToken,
    channelId: channels.alerts.id,
    redisUrl,
    prefix,
    durationMs: DURATION_MS,
    roundTripMs,
  };
  const counts = await runSenders(task, processCount);
  const arrivedCount = counts.reduce((sum, count) => sum + count, 0);
  const { user = 0, shared = 0, global = 0 } = await discord.rateLimited();
  const processes = processCount === 1 ? "1 process" : `${processCount} processes`;
  reportRow({
    bench,
    case: `one bucket, ${roundTripMs} ms round trip`,
    candidate: `${candidate}, ${processes}`,
    value: (100 * arrivedCount) / MOST_COUNT,
    unit: "% of the most",
    note: `${arrivedCount} of ${MOST_COUNT}; 429: ${user} user, ${shared} shared, ${global} global`,
  });
  await forget(prefix);
}

async function forget(prefix: string): Promise<void> {
  const redis = new Redis(redisUrl);
  const keys = await redis.keys(`{${prefix}}*`);
  if (keys.length > 0) await redis.del(...keys);
  redis.disconnect();
}

if (!isReachable) reportMissing({ bench, case: "one bucket", candidate: "tocsin" }, "Redis");
else {
  for (const batch of batches) {
    await Promise.all(batch.flatMap((each) => ROUND_TRIPS_MS.map((roundTripMs) => run(each, roundTripMs))));
  }
}
