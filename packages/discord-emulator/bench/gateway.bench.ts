/** Messages to many clients of the Gateway: dispatches in a second, and what the emulator's memory comes to. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { constants, createInflate } from "node:zlib";
import { isQuickBench, reportRow } from "@tocsin/testkit";
import WebSocket from "ws";
import type { EmulatorDescription } from "../src/index.ts";

const CLIENT_COUNT = isQuickBench() ? 20 : 100;
const MESSAGE_COUNT = isQuickBench() ? 1000 : 10_000;
const SENDER_COUNT = 16;
const GUILDS_AND_MESSAGES = 513;
const MESSAGE = /"t":"MESSAGE_CREATE"/g;

const script = fileURLToPath(new URL("./gateway-process.ts", import.meta.url));
const child = fork(script, [], { execArgv: ["--conditions=@tocsin/source", "--expose-gc"] });
const [description] = (await once(child, "message")) as [EmulatorDescription];
const MIB = 2 ** 20;

async function memory(): Promise<{ readonly liveBytes: number; readonly rss: number }> {
  const answered = once(child, "message");
  child.send("memory");
  const [answer] = await answered;
  return answer;
}

/** A client that only counts messages; `done` resolves when all have come. */
async function listen(compress: boolean): Promise<{ readonly socket: WebSocket; readonly done: Promise<void> }> {
  const url = `${description.page_url.replace("http", "ws")}?v=10&encoding=json${compress ? "&compress=zlib-stream" : ""}`;
  const socket = new WebSocket(url);
  const inflate = compress ? createInflate({ flush: constants.Z_SYNC_FLUSH }) : undefined;
  let count = 0;
  const { promise: done, resolve: finish, reject: fail } = Promise.withResolvers<void>();
  socket.on("close", (code) => fail(new Error(`a client was closed with ${code}`)));
  const { promise: isReady, resolve: ready } = Promise.withResolvers<void>();
  function read(text: string): void {
    if (text.includes('"op":10')) {
      const properties = { os: "linux", browser: "bench", device: "bench" };
      const d = { token: description.bot_token, intents: GUILDS_AND_MESSAGES, properties };
      socket.send(JSON.stringify({ op: 2, d }));
    }
    if (text.includes('"t":"GUILD_CREATE"')) ready();
    count += text.match(MESSAGE)?.length ?? 0;
    if (count >= MESSAGE_COUNT) finish();
  }
  let chunks: Buffer[] = [];
  inflate?.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.on("message", (data: Buffer) => {
    if (!inflate) return read(data.toString("latin1"));
    inflate.write(data, () => {
      while (inflate.read() !== null);
      read(Buffer.concat(chunks).toString("latin1"));
      chunks = [];
    });
  });
  await isReady;
  return { socket, done };
}

const common = { bench: "gateway", case: `${CLIENT_COUNT} clients, ${MESSAGE_COUNT} messages` } as const;

async function reportMemory(when: string): Promise<void> {
  const { liveBytes, rss } = await memory();
  reportRow({ ...common, candidate: `live memory ${when}`, value: liveBytes / MIB, unit: "MiB" });
  reportRow({ ...common, candidate: `resident ${when}`, value: rss / MIB, unit: "MiB" });
}

/** Dispatches in a second while webhooks and clients keep the emulator busy, and its memory while the clients are still there. */
async function reportDeliveries(name: "json" | "zlib-stream"): Promise<void> {
  const clients = await Promise.all(Array.from({ length: CLIENT_COUNT }, () => listen(name === "zlib-stream")));
  const startedAt = performance.now();
  let sent = 0;
  const sender = async () => {
    while (sent < MESSAGE_COUNT) {
      sent += 1;
      const response = await fetch(description.channels.alerts.webhook_url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ content: `alert ${sent}`, embeds: [{ title: "db1", description: "disk full" }] }),
      });
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: SENDER_COUNT }, sender));
  await Promise.all(clients.map(({ done }) => done));
  const value = (CLIENT_COUNT * MESSAGE_COUNT) / ((performance.now() - startedAt) / 1000);
  reportRow({ ...common, candidate: name, value, unit: "dispatches/s" });
  await reportMemory(`with clients, ${name}`);
  await Promise.all(
    clients.map(({ socket }) => {
      socket.close(1000);
      return once(socket, "close");
    }),
  );
}

await reportMemory("at the start");
await reportDeliveries("json");
await reportDeliveries("zlib-stream");
await reportMemory("at the end");
child.kill();
