import { request } from "node:http";
import { expect, test } from "vitest";
import type { DiscordEmulator } from "../src/index.ts";
import { asBot, postMessage, send, startEmulator } from "./support.ts";

/** Reads server-sent events until `count` have come. */
async function readEvents(
  emulator: DiscordEmulator,
  count: number,
  act: () => Promise<unknown>,
): Promise<{ t: string; d: Record<string, unknown> }[]> {
  const response = await fetch(`${emulator.description.control_url}/events`);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const acting = act();
  let text = "";
  while ([...text.matchAll(/^data: /gm)].length < count) text += new TextDecoder().decode((await reader.read()).value);
  await acting;
  await reader.cancel();
  return [...text.matchAll(/^data: (.*)$/gm)].map((match) => JSON.parse(match[1] as string));
}

/** Sends with headers that `fetch` would not let through. */
function sendRaw(url: string, headers: Record<string, string>, method = "GET"): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(url, { method, headers }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  })
    .on("error", reject)
    .end();
  return promise;
}

test("shows the guild with channels, threads and people, and no secret", async () => {
  await using emulator = await startEmulator();
  const { channels, control_url, guild_id, bot_token } = emulator.description;
  const post = await postMessage(channels.forum.webhook_url, { content: "c", thread_name: "post" });
  const { json, text } = await send("GET", `${control_url}/state`);
  expect(json.guild.id).toBe(guild_id);
  expect(json.channels).toMatchObject([
    { id: channels.alerts.id, name: "alerts", type: 0 },
    { id: channels.critical.id, name: "critical", type: 0 },
    { id: channels.forum.id, name: "forum", type: 15 },
    { id: post.channel_id, name: "post", type: 11, parent_id: channels.forum.id },
  ]);
  expect(json.users.map((user: { username: string }) => user.username)).toEqual(["owner", "alice", "bob", "mallory"]);
  expect(json.bot.bot).toBe(true);
  const requests = (await send("GET", `${control_url}/requests`)).text;
  for (const secret of [
    bot_token,
    ...Object.values(channels).map((channel) => channel.webhook_url.split("/").at(-1) as string),
  ]) {
    expect(text).not.toContain(secret);
    expect(requests).not.toContain(secret);
  }
});

test("pages through the messages of a channel", async () => {
  await using emulator = await startEmulator();
  const { channels, control_url } = emulator.description;
  const url = `${control_url}/channels/${channels.alerts.id}/messages`;
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1)
    ids.unshift((await postMessage(channels.alerts.webhook_url, { content: "c" })).id);
  const list = async (query: string) =>
    (await send("GET", `${url}${query}`)).json.map((message: { id: string }) => message.id);
  expect(await list("")).toEqual(ids);
  expect(await list("?limit=2")).toEqual(ids.slice(0, 2));
  expect(await list(`?limit=2&before=${ids[1]}`)).toEqual([ids[2]]);
  expect(await send("GET", `${url}?limit=101`)).toMatchObject({
    status: 400,
    json: { error: { details: [{ where: "limit", found: "101" }] } },
  });
  expect((await send("GET", `${control_url}/channels/123/messages`)).status).toBe(404);
});

test("announces everything that happens, in order", async () => {
  await using emulator = await startEmulator();
  const { channels, users, emojis, control_url } = emulator.description;
  const events = await readEvents(emulator, 11, async () => {
    const { id, webhook_url } = channels.alerts;
    const message = await postMessage(webhook_url, { content: "c" });
    const path = `/channels/${id}/messages/${message.id}`;
    await send("PATCH", `${webhook_url}/messages/${message.id}`, { content: "d" });
    const reaction = { channel_id: id, message_id: message.id, user_id: users.alice.id, emoji: emojis.thumbsup };
    await send("POST", `${control_url}/reactions`, { ...reaction, op: "add" });
    await send("POST", `${control_url}/reactions`, { ...reaction, op: "add" });
    await send("POST", `${control_url}/reactions`, { ...reaction, op: "remove" });
    await asBot(emulator, "POST", `${path}/threads`, { name: "t" });
    await asBot(emulator, "DELETE", path);
    await postMessage(channels.forum.webhook_url, { content: "c", thread_name: "post" });
    await send("POST", `${control_url}/messages`, { channel_id: id, user_id: users.bob.id, content: "hello" });
  });
  expect(events.map((event) => event.t)).toEqual([
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "MESSAGE_REACTION_ADD",
    "MESSAGE_REACTION_REMOVE",
    "THREAD_CREATE",
    // The first message of the thread, which points back to the one that it started from.
    "MESSAGE_CREATE",
    "MESSAGE_UPDATE",
    "MESSAGE_DELETE",
    "THREAD_CREATE",
    "MESSAGE_CREATE",
    "MESSAGE_CREATE",
  ]);
  expect(events[0]?.d).toMatchObject({ content: "c", guild_id: emulator.description.guild_id });
  expect(events[2]?.d).toMatchObject({ user_id: users.alice.id, emoji: { name: "thumbsup" }, burst: false, type: 0 });
  expect(events[10]?.d).toMatchObject({ content: "hello", author: { username: "bob" } });
});

test("refuses reactions and messages of nobody, nowhere, nothing", async () => {
  await using emulator = await startEmulator();
  const { channels, users, control_url } = emulator.description;
  const message = await postMessage(channels.alerts.webhook_url, { content: "c" });
  const reaction = {
    channel_id: channels.alerts.id,
    message_id: message.id,
    user_id: users.alice.id,
    emoji: "✅",
    op: "add",
  };
  const react = async (change: object) =>
    (await send("POST", `${control_url}/reactions`, { ...reaction, ...change })).status;
  expect(await react({ channel_id: channels.critical.id })).toBe(404);
  expect(await react({ user_id: "1" })).toBe(404);
  expect(await react({ emoji: "nonsense" })).toBe(400);
  expect(await react({ op: "toggle" })).toBe(400);
  expect(await react({})).toBe(204);
  const write = async (change: object) =>
    (
      await send("POST", `${control_url}/messages`, {
        channel_id: channels.alerts.id,
        user_id: users.alice.id,
        content: "c",
        ...change,
      })
    ).status;
  expect(await write({ content: "" })).toBe(400);
  expect(await write({ content: "c".repeat(2001) })).toBe(400);
  expect(await write({ channel_id: channels.forum.id })).toBe(400);
  expect(await write({ channel_id: "1" })).toBe(404);
  expect((await send("PUT", `${control_url}/limits`, { profile: "lax" })).status).toBe(400);
  expect((await send("POST", `${control_url}/faults`, "[]")).status).toBe(400);
  expect((await send("GET", `${control_url}/nothing`)).status).toBe(404);
});

test("remembers the last 1,000 requests, newest first", async () => {
  await using emulator = await startEmulator();
  const { channels, control_url, api_url } = emulator.description;
  for (let count = 0; count < 1001; count += 1) await send("GET", `${api_url}/gateway`);
  await send("POST", channels.alerts.webhook_url, { content: "the body" });
  const requests = (await send("GET", `${control_url}/requests`)).json;
  expect(requests).toHaveLength(1000);
  expect(requests[0]).toMatchObject({ method: "POST", status: 204, body_excerpt: '{"content":"the body"}' });
  expect(requests[0].path).toMatch(/^\/api\/webhooks\/\d+\/\[redacted\]$/);
  expect((await send("GET", `${control_url}/stats`)).json).toMatchObject({ requests: 1002, messages_created: 1 });
});

test("refuses pages of other origins and host names that may have been rebound", async () => {
  await using emulator = await startEmulator();
  const { control_url, page_url } = emulator.description;
  const faults = `${control_url}/faults`;
  const refused: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of refused) expect(await sendRaw(faults, headers, "DELETE")).toBe(403);
  const welcome: Record<string, string>[] = [
    {},
    { origin: emulator.url },
    { "sec-fetch-site": "same-origin" },
    { "sec-fetch-site": "none" },
  ];
  for (const headers of welcome) expect(await sendRaw(faults, headers, "DELETE")).toBe(204);
  for (const url of [faults, page_url, `${emulator.url}/api/gateway`]) {
    expect(await sendRaw(url, { host: "evil.example" })).toBe(421);
    expect(await sendRaw(url, { host: "127.0.0.1.evil.example:80" })).toBe(421);
  }
  for (const host of ["localhost", "localhost:8090", "127.0.0.1:1", "[::1]:8090"])
    expect(await sendRaw(faults, { host })).toBe(200);
});

test("says how to build the page, or serves it, and nothing outside it", async () => {
  await using emulator = await startEmulator();
  const page = await send("GET", emulator.description.page_url);
  if (page.status === 503) expect(page.text).toContain("npm run build");
  else expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(page.text).not.toContain(emulator.description.bot_token);
  for (const path of ["..%2f..%2fpackage.json", "%2e%2e/package.json", "assets/nothing.js"]) {
    expect([404, 503]).toContain((await send("GET", `${emulator.url}/${path}`)).status);
  }
});

test("closes while somebody is listening to the events", async () => {
  const emulator = await startEmulator();
  const response = await fetch(`${emulator.description.control_url}/events`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await emulator.close();
  await expect(reader.read()).rejects.toThrow();
  await expect(fetch(emulator.url)).rejects.toThrow("fetch failed");
});
