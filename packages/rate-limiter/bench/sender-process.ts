/** Sends as many messages into one channel as it may. Argument 1: a `SenderTask` as JSON. Prints how many arrived in time. */
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { REST } from "@discordjs/rest";
import { createDiscordLimiter, toDiscordRoute } from "@tocsin/rate-limiter";
import { createRedisLimitDriver } from "@tocsin/rate-limiter/drivers/redis";
import { Redis } from "ioredis";
import { farFetch, type SenderTask } from "./bench-processes.ts";

const task = JSON.parse(process.argv[2] ?? "{}") as SenderTask;
const path = `/channels/${task.channelId}/messages`;
const body = { content: "disk almost full" };
const fetchFromFar = farFetch(task.roundTripMs);
/** More than a bucket lets go at once, so that the sender never waits for itself. */
const WANTED_COUNT = 10;

function openTocsin(): () => Promise<boolean> {
  const redis = new Redis(task.redisUrl);
  const limiter = createDiscordLimiter({ driver: createRedisLimitDriver({ redis, prefix: task.prefix }) });
  const route = toDiscordRoute("POST", path, { credential: "bench-bot" });
  return async () => {
    const permit = await limiter.acquire(route);
    if (permit.kind === "refused") throw new Error(permit.reason);
    const response = await fetchFromFar(`${task.apiUrl}/v10${path}`, {
      method: "POST",
      headers: { authorization: `Bot ${task.botToken}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.text();
    await permit.settle({
      kind: "answered",
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: answer,
    });
    return response.ok;
  };
}

function openRest(): () => Promise<boolean> {
  const makeRequest = fetchFromFar as unknown as REST["options"]["makeRequest"];
  const rest = new REST({ api: task.apiUrl, version: "10", makeRequest }).setToken(task.botToken);
  return async () => {
    await rest.post(path as `/${string}`, { body });
    return true;
  };
}

const send = task.candidate === "tocsin" ? openTocsin() : openRest();
console.log("ready");
await once(process.stdin, "data");
const endAt = Date.now() + task.durationMs;
let arrivedCount = 0;
async function work(): Promise<void> {
  while (Date.now() < endAt) if ((await send()) && Date.now() < endAt) arrivedCount += 1;
}
for (let index = 0; index < WANTED_COUNT; index += 1) void work();
await delay(task.durationMs);
console.log(arrivedCount);
