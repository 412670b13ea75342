import { get as httpGet } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import type { EmulatorOptions } from "../src/index.ts";
import { type Answered, asBot, control, postMessage, send, startEmulator } from "./support.ts";

const HOUR_MS = 3_600_000;
const START_AT = Date.UTC(2026, 0, 1);

/** An emulator whose time stands still until the test moves it. */
async function startClocked(options: EmulatorOptions = {}) {
  const clock = { now: START_AT };
  const emulator = await startEmulator({ limits: "strict", now: () => clock.now, ...options });
  const { alerts } = emulator.description.channels;
  const call = (method: string, path: string, body?: unknown) => asBot(emulator, method, path, body);
  return { clock, emulator, alerts, call, [Symbol.asyncDispose]: emulator[Symbol.asyncDispose] };
}

const told = ({ status, json, headers }: Answered) => ({
  status,
  code: json?.code,
  retryAfter: json?.retry_after,
  scope: headers.get("x-ratelimit-scope"),
  remaining: headers.get("x-ratelimit-remaining"),
});

describe("edits of messages older than an hour", () => {
  test("are three per 20 s and channel, told by code 30046 while the bucket has requests left", async () => {
    await using world = await startClocked();
    const { clock, alerts, call } = world;
    const message = (await call("POST", `/channels/${alerts.id}/messages`, { content: "c" })).json;
    const byHook = await postMessage(alerts.webhook_url, { content: "c" });
    const edit = () => call("PATCH", `/channels/${alerts.id}/messages/${message.id}`, { content: "d" });
    clock.now += HOUR_MS;
    for (let count = 0; count < 4; count += 1) expect((await edit()).status).toBe(200);
    clock.now += 5001;
    for (let count = 0; count < 3; count += 1) expect((await edit()).status).toBe(200);
    const refused = await edit();
    expect(told(refused)).toEqual({ status: 429, code: 30046, retryAfter: 20, scope: "user", remaining: "1" });
    expect(refused.json.message).toBe("Maximum number of edits to messages older than 1 hour reached. Try again later");
    expect(refused.headers.get("retry-after")).toBe("20");
    // Webhooks draw on the same: it is the channel's.
    const hookEdit = () => send("PATCH", `${alerts.webhook_url}/messages/${byHook.id}`, { content: "d" });
    expect(told(await hookEdit())).toMatchObject({ status: 429, code: 30046 });
    const young = (await call("POST", `/channels/${alerts.id}/messages`, { content: "c" })).json;
    clock.now += 1000;
    expect((await call("PATCH", `/channels/${alerts.id}/messages/${young.id}`, { content: "d" })).status).toBe(200);
    clock.now += 19_000;
    expect((await edit()).status).toBe(200);
  });

  test("documented: come back one by one", async () => {
    await using world = await startClocked({ limits: "documented" });
    const { clock, alerts, call } = world;
    const message = (await call("POST", `/channels/${alerts.id}/messages`, { content: "c" })).json;
    const edit = () => call("PATCH", `/channels/${alerts.id}/messages/${message.id}`, { content: "d" });
    clock.now += HOUR_MS + 1;
    for (let count = 0; count < 3; count += 1) expect((await edit()).status).toBe(200);
    expect((await edit()).json.retry_after).toBe(6.667);
    clock.now += 6667;
    expect((await edit()).status).toBe(200);
  });
});

test("edits of published announcements are told by code 20022", async () => {
  await using world = await startClocked();
  const { clock, emulator, call } = world;
  const news = (await call("POST", `/guilds/${emulator.description.guild_id}/channels`, { name: "news", type: 5 }))
    .json;
  const message = (await call("POST", `/channels/${news.id}/messages`, { content: "c" })).json;
  const path = `/channels/${news.id}/messages/${message.id}`;
  const edit = () => call("PATCH", path, { content: "d" });
  expect((await edit()).status).toBe(200);
  await call("POST", `${path}/crosspost`);
  for (let count = 0; count < 3; count += 1) expect((await edit()).status).toBe(200);
  expect(told(await edit())).toMatchObject({ status: 429, code: 20022, retryAfter: 3600 });
  clock.now += HOUR_MS;
  expect((await edit()).status).toBe(200);
});

test("a channel's name and topic change twice in ten minutes; the same name and other settings are free", async () => {
  await using world = await startClocked();
  const { clock, alerts, call } = world;
  const change = (body: object) => call("PATCH", `/channels/${alerts.id}`, body);
  expect((await change({ name: "one" })).status).toBe(200);
  expect((await change({ name: "one", rate_limit_per_user: 5 })).status).toBe(200);
  clock.now += 1000;
  expect((await change({ topic: "new" })).status).toBe(200);
  expect(told(await change({ name: "two" }))).toEqual({
    status: 429,
    code: undefined,
    retryAfter: 599,
    scope: "shared",
    remaining: null,
  });
  expect((await change({ rate_limit_per_user: 6 })).status).toBe(200);
  const thread = (await call("POST", `/channels/${alerts.id}/threads`, { name: "t", type: 11 })).json;
  for (const name of ["a", "b", "c"])
    expect((await call("PATCH", `/channels/${thread.id}`, { name })).status).toBe(200);
  clock.now += 599_000;
  expect((await change({ name: "two" })).status).toBe(200);
});

test("making webhooks is limited for long, without a header that would tell", async () => {
  await using world = await startClocked();
  const { alerts, call } = world;
  const create = () => call("POST", `/channels/${alerts.id}/webhooks`, { name: "w" });
  for (let count = 0; count < 10; count += 1) {
    const made = await create();
    expect([made.status, made.headers.get("x-ratelimit-limit")]).toEqual([200, null]);
  }
  const refused = await create();
  expect(told(refused)).toEqual({ status: 429, code: undefined, retryAfter: 60, scope: "user", remaining: null });
  expect(refused.headers.get("x-ratelimit-bucket")).toBeNull();
});

test("giving and taking roles is a window that stands still: ten in ten seconds", async () => {
  await using world = await startClocked();
  const { clock, emulator, call } = world;
  const { guild_id, users } = emulator.description;
  const role = (await call("POST", `/guilds/${guild_id}/roles`, { name: "oncall" })).json;
  const path = `/guilds/${guild_id}/members/${users.alice.id}/roles/${role.id}`;
  const resets: (string | null)[] = [];
  for (let count = 0; count < 10; count += 1) {
    const { status, headers } = await call(count % 2 === 0 ? "PUT" : "DELETE", path);
    expect(status).toBe(204);
    expect(headers.get("x-ratelimit-remaining")).toBe(String(9 - count));
    resets.push(headers.get("x-ratelimit-reset"));
    clock.now += 100;
  }
  expect(new Set(resets)).toEqual(new Set([((START_AT + 10_000) / 1000).toFixed(3)]));
  expect(told(await call("PUT", path))).toMatchObject({ status: 429, retryAfter: 9, scope: "user", remaining: "0" });
  clock.now += 9000;
  expect((await call("PUT", path)).headers.get("x-ratelimit-remaining")).toBe("9");
});

test("faults: write limits with their code in the body, and thread starts that wait for minutes", async () => {
  await using world = await startClocked({ limits: "documented" });
  const { emulator, alerts, call } = world;
  await control(emulator, "POST", "/faults", {
    match: { method: "POST", route: "/channels/:channel_id/messages" },
    effect: { kind: "rate_limit", scope: "shared", retry_after: 0.3, code: 20028 },
    count: 1,
  });
  const refused = await call("POST", `/channels/${alerts.id}/messages`, { content: "c" });
  expect(refused.json).toEqual({
    message: "The write action you are performing on the channel has hit the write rate limit.",
    retry_after: 0.3,
    global: false,
    code: 20028,
  });
  await control(emulator, "POST", "/faults", {
    match: { method: "POST", route: "/threads" },
    effect: { kind: "rate_limit", scope: "shared", retry_after: 317.5 },
    count: 1,
  });
  const start = () => call("POST", `/channels/${alerts.id}/threads`, { name: "t" });
  const waiting = await start();
  expect(told(waiting)).toMatchObject({ status: 429, retryAfter: 317.5, scope: "shared" });
  expect(waiting.headers.get("retry-after")).toBe("318");
  expect((await start()).status).toBe(201);
});

/** Names of the headers as they stand on the wire. */
function rawHeaderNames(url: string, authorization: string): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  httpGet(url, { headers: { authorization } }, (response) => {
    response.resume();
    resolve(response.rawHeaders.filter((_, index) => index % 2 === 0));
  }).on("error", reject);
  return promise;
}

test("writes rate-limit headers in small letters and as documented, by turns", async () => {
  await using emulator = await startEmulator({ limits: "documented" });
  const { api_url, bot_token, channels } = emulator.description;
  const message = await postMessage(channels.alerts.webhook_url, { content: "c" });
  const url = `${channels.alerts.webhook_url}/messages/${message.id}`;
  const seen = new Set<string>();
  for (let count = 0; count < 4; count += 1) {
    const names = await rawHeaderNames(url, "");
    for (const name of names.filter((one) => /^x-ratelimit-(?:limit|reset-after)$/i.test(one))) seen.add(name);
  }
  expect(seen).toEqual(
    new Set(["x-ratelimit-limit", "X-RateLimit-Limit", "x-ratelimit-reset-after", "X-RateLimit-Reset-After"]),
  );
  expect(await rawHeaderNames(`${api_url}/v10/users/@me`, `Bot ${bot_token}`)).not.toContain("X-RateLimit-Limit");
});

test("tells another time than it goes by, if wanted: Reset and Date are off, Reset-After is not", async () => {
  await using world = await startClocked({ clockSkewMs: -90_000 });
  const { alerts } = world;
  const { headers } = await send("POST", alerts.webhook_url, { content: "c" });
  expect(headers.get("x-ratelimit-reset")).toBe(((START_AT - 90_000 + 400) / 1000).toFixed(3));
  expect(headers.get("x-ratelimit-reset-after")).toBe("0.400");
  expect(Date.parse(headers.get("date") ?? "")).toBe(START_AT - 90_000);
});

/** Sends `count` requests in one go over one connection and resolves when all are answered. */
async function pipeline(url: string, count: number): Promise<void> {
  const { hostname, port, pathname } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(Number(port), hostname);
  let answered = 0;
  socket.setEncoding("latin1");
  socket.on("error", reject);
  socket.on("data", (text: string) => {
    answered += text.split("HTTP/1.1 401").length - 1;
    if (answered < count) return;
    socket.destroy();
    resolve();
  });
  const request = `GET ${pathname} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
  socket.write(request.repeat(count));
  return promise;
}

test("strict: bans an address at its 10,000th invalid request, from every route, until its ten minutes are over", async () => {
  await using world = await startClocked();
  const { clock, emulator, alerts, call } = world;
  const url = `${emulator.description.api_url}/v10/users/@me`;
  // Without a token each is a 401; 50 are let through per second and address, the others are 429s that count as well.
  for (let second = 0; second < 199; second += 1) {
    await pipeline(url, 50);
    clock.now += 1000;
  }
  await pipeline(url, 49);
  clock.now += 1000;
  expect((await call("GET", "/users/@me")).status).toBe(200);
  expect((await send("GET", url)).status).toBe(401);
  for (const banned of [await call("GET", "/users/@me"), await send("POST", alerts.webhook_url, { content: "c" })]) {
    expect([banned.status, banned.headers.get("via"), banned.headers.get("content-type")]).toEqual([
      429,
      null,
      "text/html; charset=UTF-8",
    ]);
    expect(banned.headers.get("retry-after")).toBe("400");
    expect(banned.text).toContain("error code: 1015");
  }
  clock.now += 400_000;
  expect((await call("GET", "/users/@me")).status).toBe(200);
});
