import { connect as connectTcp } from "node:net";
import { expect, test } from "vitest";
import WebSocket from "ws";
import { asBot, control, send, startEmulator } from "../support.ts";
import { ALL_INTENTS, connect, gatewayUrl, identify, identity, resume } from "./client.ts";

test("says hello, is told who the client is, and answers with ready and the guild", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator, { shard: [0, 1] });
  const { description } = emulator;
  expect(client.frames[0]).toMatchObject({ op: 10, t: null, s: null, d: { heartbeat_interval: 41_250 } });
  expect(client.ready).toMatchObject({
    op: 0,
    s: 1,
    d: {
      v: 10,
      user: { id: description.application_id, bot: true },
      guilds: [{ id: description.guild_id, unavailable: true }],
      shard: [0, 1],
      application: { id: description.application_id, flags: expect.any(Number) },
      private_channels: [],
    },
  });
  const { d: guild } = await client.next("GUILD_CREATE");
  expect(guild).toMatchObject({
    id: description.guild_id,
    large: false,
    unavailable: false,
    member_count: 5,
    joined_at: expect.any(String),
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    threads: [],
    system_channel_id: null,
  });
  expect(guild.channels.map(({ name }: { name: string }) => name)).toEqual(["alerts", "critical", "forum"]);
  expect(guild.emojis).toHaveLength(1);
  expect(guild.roles.length).toBeGreaterThan(1);
});

test("the hello never shares a segment with the answer to the upgrade", async () => {
  await using emulator = await startEmulator();
  const { port, hostname } = new URL(await gatewayUrl(emulator));
  const socket = connectTcp(Number(port), hostname);
  socket.write(
    `GET /?v=10&encoding=json HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
      "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
      "sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n\r\n",
  );
  const segments: Buffer[] = [];
  await new Promise<void>((resolve) => {
    socket.on("data", (segment) => {
      segments.push(segment);
      if (segments.length === 2) resolve();
    });
  });
  socket.destroy();
  expect(segments[0]?.toString("latin1")).toMatch(/^HTTP\/1\.1 101 .*\r\n\r\n$/s);
  // Compression of WebSocket frames is offered and declined.
  expect(segments[0]?.toString("latin1").toLowerCase()).not.toContain("permessage-deflate");
  expect(segments[1]?.toString("latin1")).toContain('"op":10');
});

test.each(["/", "/gw", "/a/b"])("takes connections under any path: %s", async (path) => {
  await using emulator = await startEmulator();
  using client = connect(new URL(path, await gatewayUrl(emulator)).href);
  expect((await client.next(10)).d.heartbeat_interval).toBe(41_250);
});

test("acknowledges heartbeats, also before the client has identified", async () => {
  await using emulator = await startEmulator();
  using client = connect(await gatewayUrl(emulator));
  await client.next(10);
  client.send(1, null);
  expect(await client.next(11)).toMatchObject({ op: 11 });
  client.send(2, identity(emulator, { token: `Bot ${emulator.description.bot_token}`, compress: false }));
  await client.next("READY");
  client.send(1, 1);
  await client.next(11);
});

test("a client that identifies before the hello is greeted all the same, and its version checked", async () => {
  await using emulator = await startEmulator();
  const url = await gatewayUrl(emulator);
  using early = connect(url);
  early.socket.once("open", () => early.send(2, identity(emulator)));
  await early.next("GUILD_CREATE");
  expect(early.frames.map(({ t, op }) => t ?? op)).toEqual([10, "READY", "GUILD_CREATE"]);
  using old = connect(url, { version: "8" });
  old.socket.once("open", () => old.send(2, identity(emulator)));
  expect(await old.closed).toBe(4012);
  expect(old.frames).toEqual([]);
});

test("version 9 is told version 9", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator, {}, { version: "9" });
  expect(client.ready.d.v).toBe(9);
});

test.each(["8", "11", "x"])("refuses version %s with 4012", async (version) => {
  await using emulator = await startEmulator();
  using client = connect(await gatewayUrl(emulator), { version });
  expect(await client.closed).toBe(4012);
});

test.each([
  ["another encoding", "encoding=etf", {}, 400],
  ["an unknown compression", "encoding=json&compress=lz4", {}, 400],
  ["a foreign host name", "encoding=json", { host: "evil.example" }, 421],
])("refuses %s before the upgrade", async (_name, query, headers, status) => {
  await using emulator = await startEmulator();
  const socket = new WebSocket(`${await gatewayUrl(emulator)}?v=10&${query}`, { headers });
  const answered = await new Promise((resolve) => {
    socket.on("unexpected-response", (_request, response) => resolve(response.resume().statusCode));
  });
  expect(answered).toBe(status);
});

test("an upgrade to HTTP/2 is ignored, as by servers without it", async () => {
  await using emulator = await startEmulator();
  const { port, hostname } = new URL(emulator.url);
  const socket = connectTcp(Number(port), hostname);
  socket.write(
    `GET /api/v10/gateway HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: Upgrade, HTTP2-Settings, close\r\n` +
      "upgrade: h2c\r\nhttp2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
  );
  let text = "";
  for await (const chunk of socket) text += chunk;
  expect(text).toMatch(/^HTTP\/1\.1 200 /);
});

test("tells every refusal of an identify by its code", async () => {
  await using emulator = await startEmulator();
  const url = await gatewayUrl(emulator);
  const limited = await control(emulator, "POST", "/bots", { name: "limited", application_flags: 0 });
  const cases: readonly (readonly [object, number])[] = [
    [identity(emulator, { token: "nobody's" }), 4004],
    [identity(emulator, { shard: [1, 1] }), 4010],
    [identity(emulator, { shard: "0/1" }), 4010],
    [identity(emulator, { intents: 1 << 17 }), 4013],
    [identity(emulator, { intents: -1 }), 4013],
    [identity(emulator, { intents: undefined }), 4013],
    [identity(emulator, { token: limited.bot_token, intents: 1 << 15 }), 4014],
    [identity(emulator, { token: limited.bot_token, intents: 1 << 1 }), 4014],
    [identity(emulator, { token: limited.bot_token, intents: 1 << 8 }), 4014],
    [{}, 4002],
  ];
  for (const [d, code] of cases) {
    using client = connect(url);
    await client.next(10);
    client.send(2, d);
    expect([d, await client.closed]).toEqual([d, code]);
  }
});

test("closes on what no client may send, by Discord's codes", async () => {
  await using emulator = await startEmulator();
  const url = await gatewayUrl(emulator);
  const cases: readonly (readonly [string, number])[] = [
    ["no json", 4002],
    ["[]", 4002],
    ['{"op":"1"}', 4002],
    [JSON.stringify({ op: 1, d: "x".repeat(4096) }), 4002],
    ['{"op":99}', 4001],
    ['{"op":10}', 4001],
    ['{"op":3,"d":{}}', 4003],
    ['{"op":8,"d":{}}', 4003],
    ['{"op":6,"d":{}}', 4002],
  ];
  for (const [text, code] of cases) {
    using client = connect(url);
    await client.next(10);
    client.socket.send(text);
    expect([text, await client.closed]).toEqual([text, code]);
  }
  using twice = await identify(emulator);
  twice.send(2, identity(emulator));
  expect(await twice.closed).toBe(4005);
});

test("presence, voice state and sounds are taken from those who have identified", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  client.send(3, { since: null, activities: [], status: "online", afk: false });
  client.send(4, { guild_id: emulator.description.guild_id, channel_id: null, self_mute: false, self_deaf: false });
  client.send(31, { guild_ids: [emulator.description.guild_id] });
  expect((await client.next("SOUNDBOARD_SOUNDS")).d).toEqual({
    guild_id: emulator.description.guild_id,
    soundboard_sounds: [],
  });
});

test("more than 120 payloads in a minute are 4008", async () => {
  await using emulator = await startEmulator({ limits: "documented" });
  using client = connect(await gatewayUrl(emulator));
  await client.next(10);
  for (let count = 0; count < 120; count += 1) client.send(1);
  while (client.frames.length < 121) await client.next(11);
  client.send(1);
  expect(await client.closed).toBe(4008);
});

test("one identify per 5 seconds and bucket; the next is an invalid session", async () => {
  let now = Date.UTC(2026, 0, 1);
  await using emulator = await startEmulator({ limits: "documented", now: () => now });
  using first = await identify(emulator);
  using second = connect(await gatewayUrl(emulator));
  await second.next(10);
  second.send(2, identity(emulator));
  expect(await second.next(9)).toMatchObject({ op: 9, d: false });
  now += 5000;
  second.send(2, identity(emulator));
  await second.next("READY");
  const { json } = await asBot(emulator, "GET", "/gateway/bot");
  expect(json).toMatchObject({
    shards: 1,
    session_start_limit: { total: 1000, remaining: 998, max_concurrency: 1, reset_after: 24 * 3_600_000 - 5000 },
  });
  expect(first.socket.readyState).toBe(first.socket.OPEN);
});

test("with a higher concurrency the shards of different buckets identify at once", async () => {
  await using emulator = await startEmulator({ limits: "documented", maxConcurrency: 2 });
  using even = await identify(emulator, { shard: [0, 2] });
  using odd = await identify(emulator, { shard: [1, 2] });
  const guildIds = [even, odd].map(({ ready }) => ready.d.guilds.length);
  expect(guildIds.sort()).toEqual([0, 1]);
});

test("after 1,000 starts in a day all sessions end and the token is reset", async () => {
  await using emulator = await startEmulator({ limits: "documented", maxConcurrency: 1001 });
  const url = await gatewayUrl(emulator);
  const start = async (shardId: number) => {
    const client = connect(url);
    await client.next(10);
    client.send(2, identity(emulator, { intents: 0, shard: [shardId, 1001] }));
    return client;
  };
  using first = await start(0);
  await first.next("READY");
  for (let done = 1; done < 1000; done += 37) {
    const shardIds = Array.from({ length: Math.min(37, 1000 - done) }, (_, index) => done + index);
    await Promise.all(
      shardIds.map(async (shardId) => {
        using client = await start(shardId);
        await client.next("READY");
      }),
    );
  }
  expect((await asBot(emulator, "GET", "/gateway/bot")).json.session_start_limit.remaining).toBe(0);
  using last = await start(1000);
  expect(await last.closed).toBe(4004);
  expect(await first.closed).toBe(4004);
  expect((await asBot(emulator, "GET", "/users/@me")).status).toBe(401);
});

test("a client that sends no heartbeat for one and a half intervals is closed with 4009", async () => {
  await using emulator = await startEmulator({ heartbeatIntervalMs: 100 });
  using client = await identify(emulator);
  expect(await client.closed).toBe(4009);
  const { session_id, resume_gateway_url } = client.ready.d;
  using again = await resume(emulator, { session_id, resume_gateway_url }, 1);
  expect((await again.next(9)).d).toBe(false);
});

test("a reset token closes its sessions with 4004", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator, { intents: ALL_INTENTS });
  await send("POST", `${emulator.description.control_url}/tokens/revoke`, {});
  expect(await client.closed).toBe(4004);
});
