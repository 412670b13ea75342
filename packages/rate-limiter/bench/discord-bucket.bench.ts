/** Messages through one bucket, as a share of what Discord lets through in that time, and what it cost in answers 429. */
import { isQuickBench, randomPrefix, reportMissing, reportRow, sharedRedis } from "@tocsin/testkit";
import { Redis } from "ioredis";
import { runSenders, type SenderTask, startDiscord } from "./bench-processes.ts";

const DURATION_MS = isQuickBench() ? 8_000 : 120_000;
const LATENCIES_MS = [20, 100, 300];
/** The emulator's rule for messages of a bot: 5, and one more each second. */
const MOST_COUNT = 5 + Math.floor(DURATION_MS / 1_000);

const candidates = [
  { candidate: "tocsin", processCount: 1 },
  { candidate: "tocsin", processCount: 2 },
  { candidate: "tocsin", processCount: 8 },
  { candidate: "@discordjs/rest", processCount: 1 },
  { candidate: "@discordjs/rest", processCount: 8 },
] as const satisfies readonly { candidate: SenderTask["candidate"]; processCount: number }[];

const { url: redisUrl, isReachable } = await sharedRedis();
const bench = "Discord limiter";

async function run({ candidate, processCount }: (typeof candidates)[number], latencyMs: number): Promise<void> {
  using discord = await startDiscord(latencyMs);
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
  };
  const counts = await runSenders(task, processCount);
  const arrivedCount = counts.reduce((sum, count) => sum + count, 0);
  const { user = 0, shared = 0, global = 0 } = await discord.rateLimited();
  const processes = processCount === 1 ? "1 process" : `${processCount} processes`;
  reportRow({
    bench,
    case: `one bucket, ${latencyMs} ms latency`,
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
  // They mostly wait: the latencies side by side take the time of one.
  for (const each of candidates) await Promise.all(LATENCIES_MS.map((latencyMs) => run(each, latencyMs)));
}
