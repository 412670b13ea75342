import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import WebSocket from "ws";
import type { EmulatorDescription } from "../../src/index.ts";
import { postMessage, send, startEmulator } from "../support.ts";
import { connect, gatewayUrl, identify, identity, resume } from "./client.ts";

/** The figures of the full run are in bench/gateway.bench.ts. */
const CLIENT_COUNT = 20;
const MESSAGE_COUNT = 1000;
const SENDER_COUNT = 8;

test(`${CLIENT_COUNT} clients hear all of ${MESSAGE_COUNT} messages in one order`, { timeout: 60_000 }, async () => {
  await using emulator = await startEmulator();
  const url = await gatewayUrl(emulator);
  const clients = Array.from({ length: CLIENT_COUNT }, (_, index) =>
    connect(url, index % 2 === 0 ? {} : { compress: "zlib-stream" }),
  );
  for (const client of clients) {
    await client.next(10);
    client.send(2, identity(emulator));
    await client.next("GUILD_CREATE");
  }
  let sent = 0;
  const sender = async () => {
    while (sent < MESSAGE_COUNT) {
      sent += 1;
      await postMessage(emulator.description.channels.alerts.webhook_url, { content: `alert ${sent}` });
    }
  };
  await Promise.all(Array.from({ length: SENDER_COUNT }, sender));
  const idsOf = async (client: (typeof clients)[number]) => {
    for (let count = 0; count < MESSAGE_COUNT; count += 1) await client.next("MESSAGE_CREATE");
    return client.frames.filter(({ t }) => t === "MESSAGE_CREATE").map(({ d }) => d.id);
  };
  const ids = await Promise.all(clients.map(idsOf));
  expect(ids[0]).toHaveLength(MESSAGE_COUNT);
  expect(ids[0]).toEqual([...(ids[0] ?? [])].sort());
  for (const others of ids) expect(others).toEqual(ids[0]);
  for (const client of clients) client.drop();
});

test("memory does not grow with the messages that clients have read", { timeout: 60_000 }, async () => {
  const script = fileURLToPath(new URL("../../bench/gateway-process.ts", import.meta.url));
  const child = fork(script, [], { execArgv: ["--conditions=@tocsin/source", "--expose-gc"] });
  const [description] = (await once(child, "message")) as [EmulatorDescription];
  const clients = Array.from({ length: CLIENT_COUNT / 4 }, () => connect(description.page_url.replace("http", "ws")));
  for (const client of clients) {
    await client.next(10);
    client.send(2, identity({ description }));
  }
  /** Live memory of the emulator, MiB, when all clients have heard of so many more messages. */
  const memoryAfter = async (count: number) => {
    let left = count;
    const sender = async () => {
      while (left > 0) {
        left -= 1;
        await postMessage(description.channels.alerts.webhook_url, { content: "x".repeat(2000) });
      }
    };
    await Promise.all(Array.from({ length: SENDER_COUNT }, sender));
    for (const client of clients) {
      for (let heard = 0; heard < count; heard += 1) await client.next("MESSAGE_CREATE");
      client.forget();
    }
    child.send("memory");
    const [{ liveBytes }] = (await once(child, "message")) as [{ liveBytes: number }];
    return liveBytes / 2 ** 20;
  };
  // Enough to fill what is kept for replay.
  const full = await memoryAfter(1.5 * MESSAGE_COUNT);
  // Kept, so many more would take 15 MiB; what a collection leaves behind varies by 5.
  expect((await memoryAfter(6 * MESSAGE_COUNT)) - full).toBeLessThan(10);
  for (const client of clients) client.drop();
  child.kill();
});

test("a client that stops reading is cut off and catches up by resuming", { timeout: 60_000 }, async () => {
  await using emulator = await startEmulator();
  const { control_url, channels } = emulator.description;
  using client = await identify(emulator);
  using attentive = await identify(emulator);
  await client.next("GUILD_CREATE");
  client.socket.pause();
  const isConnected = async () => {
    const { json } = await send("GET", `${control_url}/gateway`);
    return json.sessions.every(({ connected }: { connected: boolean }) => connected);
  };
  // As large as a message can be; the buffers of the operating system take some megabytes first.
  const body = { content: "🔥".repeat(2000), embeds: [{ description: "🔥".repeat(4000) }] };
  let count = 0;
  for (; count < 2000 && (await isConnected()); count += 20) {
    await Promise.all(Array.from({ length: 20 }, () => postMessage(channels.alerts.webhook_url, body)));
  }
  expect(await isConnected()).toBe(false);
  client.socket.resume();
  expect(await client.closed).toBe(1006);
  using again = await resume(emulator, client.ready.d, client.seq());
  await again.next("RESUMED");
  const told = [...client.frames, ...again.frames].filter(({ t }) => t === "MESSAGE_CREATE");
  expect(told).toHaveLength(count);
  for (let heard = 0; heard < count; heard += 1) await attentive.next("MESSAGE_CREATE");
  expect(attentive.socket.readyState).toBe(WebSocket.OPEN);
});
