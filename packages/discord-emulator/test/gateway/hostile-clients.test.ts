import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { expect, test } from "vitest";
import type { DiscordEmulator } from "../../src/index.ts";
import { asBot, control, send, startEmulator } from "../support.ts";
import { identify, type RawClient } from "./client.ts";

/** More answers than the buffers of two sockets hold. */
const FLOOD_COUNT = 400_000;

/** Sends until the emulator has cut the connection, or long enough. */
async function flood({ socket }: RawClient, one: () => void): Promise<void> {
  for (let count = 1; count <= FLOOD_COUNT && socket.readyState === socket.OPEN; count += 1) {
    one();
    if (count % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function connectionCount(emulator: DiscordEmulator): Promise<number> {
  return (await send("GET", `${emulator.description.control_url}/gateway`)).json.connections;
}

test.each([
  { guild_id: { toString: null, valueOf: null } },
  { guild_id: [{ toString: null }] },
  { guild_id: 5 },
  { user_ids: [{ toString: null, valueOf: null }, [["x"]], 5, null] },
  { user_ids: { toString: null }, query: "" },
  { query: { toString: null } },
])("a request for members that makes no sense does no harm: %j", async (request) => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  client.send(8, { guild_id: emulator.description.guild_id, ...request });
  client.send(1);
  await client.next(11);
  expect(client.socket.readyState).toBe(client.socket.OPEN);
});

test("a refused client that keeps its half of the connection open does not keep the emulator from closing", async () => {
  const emulator = await startEmulator();
  const { hostname, port } = new URL(emulator.url);
  const socket = connectTcp({ host: hostname, port: Number(port), allowHalfOpen: true });
  const upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13";
  const key = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
  socket.write(`GET /?v=10&encoding=etf HTTP/1.1\r\nhost: ${hostname}\r\n${upgrade}\r\n${key}\r\n\r\n`);
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
  await emulator.close();
  socket.destroy();
});

test.each(["heartbeats", "pings"])(
  "a client that reads no answer to its %s is cut off",
  { timeout: 30_000 },
  async (what) => {
    await using emulator = await startEmulator();
    using client = await identify(emulator);
    client.socket.pause();
    const beat = JSON.stringify({ op: 1, d: null });
    const ballast = Buffer.alloc(125);
    await flood(client, () => (what === "pings" ? client.socket.ping(ballast) : client.socket.send(beat)));
    await expect.poll(() => connectionCount(emulator), { timeout: 10_000 }).toBe(0);
  },
);

test("deleting a channel that the bot cannot see tells nothing of the threads in it", async () => {
  await using emulator = await startEmulator();
  const { guild_id, application_id } = emulator.description;
  const { bot_token } = await control(emulator, "POST", "/bots", { name: "other" });
  const overwrites = [
    { id: guild_id, type: 0, deny: "1024" },
    { id: application_id, type: 1, allow: "1024" },
  ];
  const secret = await asBot(emulator, "POST", `/guilds/${guild_id}/channels`, {
    name: "secret",
    permission_overwrites: overwrites,
  });
  await asBot(emulator, "POST", `/channels/${secret.json.id}/threads`, { name: "hidden", type: 11 });
  using client = await identify(emulator, { token: bot_token });
  await client.next("GUILD_CREATE");
  await asBot(emulator, "DELETE", `/channels/${secret.json.id}`);
  await client.next("CHANNEL_DELETE");
  expect(client.frames.map(({ t }) => t)).not.toContain("THREAD_DELETE");
});
