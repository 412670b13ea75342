/**
 * What a message costs in the process that sends it: this package beside undici by itself and `@discordjs/rest`, all against
 * one server that answers at once. Limits are off everywhere: no limiter here, no limit headers and no global limit there.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { REST } from "@discordjs/rest";
import { createBotTransport, createHttpPool, createWebhookTransport, type Transport } from "@tocsin/discord-transport";
import { compare, isQuickBench, ratePerSecond } from "@tocsin/testkit";
import { Routes } from "discord-api-types/v10";
import { Pool } from "undici";

const COUNT = 2_000;
/** `@discordjs/rest` sends one request of a channel or webhook at a time: with as many of them it never has to wait for that. */
const TARGET_COUNT = 32;
/** Many short ones: whatever else the machine does then meets all candidates alike. */
const ROUNDS = isQuickBench() ? 1 : 15;

const targets = Array.from({ length: TARGET_COUNT }, (_, index) => ({
  id: String(123_456_789_012_345_000n + BigInt(index)),
  token: `${"aB3-xY_9".repeat(8)}${1_000 + index}`,
}));
const BOT_TOKEN = `MTE5ODYyMjQ4MzQ3MTkyNTI0OA.Cl2FMQ.${"ZnCjm1XVW7vRze4b7Cq4se7kKWs".slice(0, 27)}`;
const MESSAGE = {
  embeds: [
    {
      title: "Disk full on db1",
      description: "/var is at 97 %. It was at 91 % an hour ago.",
      color: 13_840_175,
      timestamp: "2026-01-01T00:00:00.000Z",
      fields: [
        { name: "Severity", value: "critical", inline: true },
        { name: "Host", value: "db1", inline: true },
      ],
    },
  ],
  allowed_mentions: { parse: [] },
};

/** Sends message number `index` and resolves once its id is known. */
type Send = (index: number) => Promise<string>;

const server = spawn(
  process.execPath,
  ["--conditions=@tocsin/source", fileURLToPath(new URL("./answering-process.ts", import.meta.url))],
  { stdio: ["ignore", "pipe", "inherit"] },
);
process.once("exit", () => server.kill("SIGKILL"));
const { value: port } = await createInterface(server.stdout)[Symbol.asyncIterator]().next();
const origin = `http://127.0.0.1:${port}`;
const apiUrl = `${origin}/api`;

const pool = createHttpPool({ maxConnectionCount: TARGET_COUNT });
const raw = new Pool(origin, { connections: TARGET_COUNT });
const rest = new REST({ api: apiUrl, version: "10", globalRequestsPerSecond: Number.POSITIVE_INFINITY });
rest.setToken(BOT_TOKEN);

function byTocsin(connect: (target: (typeof targets)[0]) => Transport): Send {
  const transports = targets.map(connect);
  return async (index) => {
    const transport = transports[index % TARGET_COUNT] as Transport;
    const outcome = await transport.execute({ kind: "send", message: MESSAGE }, { nonce: String(index) });
    if (outcome.kind !== "delivered") throw new Error(JSON.stringify(outcome));
    return outcome.value.messageId;
  };
}

function byUndici(pathOf: (target: (typeof targets)[0]) => string, extra: object, authorization?: string): Send {
  const headers = {
    "content-type": "application/json",
    "user-agent": "DiscordBot (https://github.com/tocsin-dev/tocsin, 0)",
    ...(authorization === undefined ? {} : { authorization }),
  };
  return async (index) => {
    const path = `/api/v10${pathOf(targets[index % TARGET_COUNT] as (typeof targets)[0])}`;
    const { statusCode, body } = await raw.request({
      path,
      method: "POST",
      headers,
      body: JSON.stringify({ ...MESSAGE, ...extra }),
    });
    const { id } = (await body.json()) as { readonly id: string };
    if (statusCode !== 200) throw new Error(String(statusCode));
    return id;
  };
}

function byDiscordjs(call: (target: (typeof targets)[0], index: number) => Promise<unknown>): Send {
  return async (index) => {
    const message = (await call(targets[index % TARGET_COUNT] as (typeof targets)[0], index)) as {
      readonly id: string;
    };
    return message.id;
  };
}

const wait = new URLSearchParams({ wait: "true" });
const ways: Readonly<Record<string, Readonly<Record<string, Send>>>> = {
  webhook: {
    "@discordjs/rest": byDiscordjs(({ id, token }) =>
      rest.post(Routes.webhook(id, token), { body: MESSAGE, query: wait, auth: false }),
    ),
    tocsin: byTocsin(({ id, token }) =>
      createWebhookTransport({ url: `${apiUrl}/webhooks/${id}/${token}`, dispatcher: pool }),
    ),
    "undici alone": byUndici(({ id, token }) => `/webhooks/${id}/${token}?wait=true`, {}),
  },
  bot: {
    "@discordjs/rest": byDiscordjs(({ id }, index) =>
      rest.post(Routes.channelMessages(id), { body: { ...MESSAGE, nonce: String(index), enforce_nonce: true } }),
    ),
    tocsin: byTocsin(({ id: channelId }) =>
      createBotTransport({ token: BOT_TOKEN, channelId, apiUrl, dispatcher: pool }),
    ),
    "undici alone": byUndici(
      ({ id }) => `/channels/${id}/messages`,
      { nonce: "1", enforce_nonce: true },
      `Bot ${BOT_TOKEN}`,
    ),
  },
};

async function sendAll(send: Send, concurrentCount: number): Promise<void> {
  let nextIndex = 0;
  const work = async (): Promise<void> => {
    while (nextIndex < COUNT) {
      nextIndex += 1;
      await send(nextIndex);
    }
  };
  await Promise.all(Array.from({ length: concurrentCount }, work));
}

/** Messages in one second of processor time of this process: the server's own work and waiting for it do not count. */
async function ratePerCpuSecond(send: Send, concurrentCount: number): Promise<number> {
  const before = process.cpuUsage();
  await sendAll(send, concurrentCount);
  const { user, system } = process.cpuUsage(before);
  return (COUNT * 1_000_000) / (user + system);
}

for (const [way, candidates] of Object.entries(ways)) {
  for (const concurrentCount of [1, 32]) {
    const measures: Readonly<Record<string, (send: Send) => Promise<number>>> = {
      "messages/s": (send) => ratePerSecond(COUNT, () => sendAll(send, concurrentCount)),
      "messages/CPU s": (send) => ratePerCpuSecond(send, concurrentCount),
    };
    for (const [unit, measure] of Object.entries(measures)) {
      await compare({
        bench: "Discord transport",
        case: `${way}, ${concurrentCount} at a time`,
        unit,
        rounds: ROUNDS,
        candidates: Object.fromEntries(Object.entries(candidates).map(([name, send]) => [name, () => measure(send)])),
      });
    }
  }
}
await pool.close();
await raw.close();
server.kill("SIGKILL");
