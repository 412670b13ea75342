// The traps that break unmodified clients, one test each: what discord.js 14.28.1, discord.py 2.2.2 and their like need and
// no document says. Read in the clients' code, and met while running them.
import { once } from "node:events";
import { request } from "node:http";
import { waitFor } from "@tocsin/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../../src/index.ts";
import { identify } from "../gateway/client.ts";
import { type Answered, asBot, control, send, startEmulator } from "../support.ts";

let emulator: DiscordEmulator;
let messages: string;
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
  messages = `/channels/${emulator.description.channels.alerts.id}/messages`;
});
afterAll(() => emulator.close());

const CHECK = encodeURIComponent("✅");

/** Posts as the bot. */
async function post(body: object = { content: "c" }): Promise<Answered["json"]> {
  return (await asBot(emulator, "POST", messages, body)).json;
}

/** Has the next call answered with a 429 of `retry_after` seconds, and gives that answer. */
async function refused(retry_after: number): Promise<Answered> {
  await control(emulator, "POST", "/faults", { effect: { kind: "rate_limit", scope: "user", retry_after }, count: 1 });
  return await asBot(emulator, "POST", messages, { content: "c" });
}

test("1. a 204 has neither a body nor a content type: clients would parse it", async () => {
  const { id } = await post();
  const { status, headers, text } = await asBot(emulator, "PUT", `${messages}/${id}/reactions/${CHECK}/@me`);
  expect([status, headers.get("content-type"), text]).toEqual([204, null, ""]);
});

test("2. JSON is exactly application/json: discord.py compares the whole header", async () => {
  const answers = [
    await asBot(emulator, "GET", "/users/@me"),
    await asBot(emulator, "POST", messages, {}),
    await asBot(emulator, "GET", "/channels/1"),
    await send("GET", `${emulator.description.api_url}/v10/users/@me`),
    await refused(0.1),
    await asBot(emulator, "GET", "/no/such/route"),
  ];
  const types = answers.map(({ status, headers }) => [status, headers.get("content-type")]);
  expect(types).toEqual([200, 400, 404, 401, 429, 404].map((status) => [status, "application/json"]));
});

test("3. a 429 tells its wait in the header, in whole seconds rounded up, and in the body", async () => {
  for (const [wait, header] of [
    [0.2, "1"],
    [1.5, "2"],
    [3, "3"],
  ] as const) {
    const { headers, json } = await refused(wait);
    expect([headers.get("retry-after"), json.retry_after]).toEqual([header, wait]);
  }
});

test("4. a 429 has Via, and only the ban page of the edge has none and is HTML", async () => {
  expect((await refused(0.1)).headers.get("via")).toBe("1.1 google");
  await control(emulator, "POST", "/faults", { effect: { kind: "cloudflare_ban" }, count: 1 });
  const { status, headers } = await asBot(emulator, "GET", "/users/@me");
  expect([status, headers.get("via")]).toEqual([429, null]);
  expect(headers.get("content-type")).toMatch(/^text\/html/);
});

test("5. segments of the path are decoded one by one, after splitting", async () => {
  const { id } = await post();
  const { thumbsup } = emulator.description.emojis;
  const custom = (emoji: string) => `${messages}/${id}/reactions/${emoji}`;
  const statuses: number[] = [];
  for (const path of [
    `${custom(CHECK)}/@me`,
    `${custom(CHECK)}/%40me`,
    `${custom(thumbsup)}/@me`,
    `${custom(encodeURIComponent(thumbsup))}/%40me`,
  ])
    statuses.push((await asBot(emulator, "PUT", path)).status);
  expect(statuses).toEqual([204, 204, 204, 204]);
  const { reactions } = (await asBot(emulator, "GET", `${messages}/${id}`)).json;
  expect(reactions.map(({ count }: { count: number }) => count)).toEqual([1, 1]);
  // A slash that is encoded belongs to its segment.
  expect((await asBot(emulator, "GET", "/channels/1%2Fmessages")).json.errors).toHaveProperty("channel_id");
});

test("6. ids and webhook tokens look real: clients read them with regular expressions", async () => {
  const { channels, users, guild_id, application_id } = emulator.description;
  const { id, author } = await post();
  const ids = [guild_id, application_id, id, author.id, channels.alerts.id, channels.forum.id, users.alice.id];
  for (const each of ids) expect(each).toMatch(/^\d{17,19}$/);
  expect(new URL(channels.alerts.webhook_url).pathname).toMatch(/^\/api\/webhooks\/\d{17,19}\/[\w-]{68}$/);
});

test("7. keys that nobody asked for are ignored, and null on creation is as good as absent", async () => {
  const button = { type: 2, style: 1, label: "b", custom_id: "b", disabled: false, url: null, emoji: null };
  const { id } = await post({
    content: "c",
    tts: false,
    enforce_nonce: false,
    nonce: null,
    sticker_ids: null,
    never_heard_of: 1,
    components: [{ type: 1, components: [button] }],
  });
  const edit = { content: "d", flags: 0, tts: false, enforce_nonce: false, embeds: [] };
  expect((await asBot(emulator, "PATCH", `${messages}/${id}`, edit)).status).toBe(200);
  const thread = { name: "t", auto_archive_duration: null, rate_limit_per_user: null };
  expect((await asBot(emulator, "POST", `${messages}/${id}/threads`, thread)).status).toBe(201);
  const hook = { content: "c", tts: false, enforce_nonce: false, username: null, avatar_url: null, poll: null };
  expect((await send("POST", emulator.description.channels.alerts.webhook_url, hook)).status).toBe(204);
});

test("8. bodies come as libraries send them: bytes where none is asked for, files before an untyped payload_json", async () => {
  const { id } = await post();
  const authorization = `Bot ${emulator.description.bot_token}`;
  const url = `${emulator.description.api_url}/v10${messages}/${id}/reactions/${CHECK}/@me`;
  const bytes = { authorization, "content-type": "application/octet-stream" };
  expect((await send("PUT", url, "", bytes)).status).toBe(204);
  const form = new FormData();
  form.append("files[0]", new Blob(["log"]), "a.txt");
  form.append("payload_json", JSON.stringify({ content: "c", attachments: [{ id: "0", description: "d" }] }));
  const sent = await send("POST", `${emulator.description.api_url}/v10${messages}`, form, { authorization });
  expect(sent.json).toMatchObject({ content: "c", attachments: [{ filename: "a.txt", size: 3, description: "d" }] });
});

test("9. a boolean of the query is True, true or 1", async () => {
  const url = emulator.description.channels.alerts.webhook_url;
  const answers = ["true", "True", "1", "false", "False", "0"].map((wait) =>
    send("POST", `${url}?wait=${wait}`, { content: "c" }).then(({ status }) => status),
  );
  expect(await Promise.all(answers)).toEqual([200, 200, 200, 204, 204, 204]);
});

test("10. calls by token need no Authorization, and no User-Agent of a bot", async () => {
  const url = emulator.description.channels.alerts.webhook_url;
  for (const agent of ["Python/3.11 aiohttp/3.8.4", "curl/7.88.1", ""]) {
    const sent = await send("POST", `${url}?wait=true`, { content: "c" }, { "user-agent": agent });
    expect((await send("GET", `${url}/messages/${sent.json.id}`, undefined, { "user-agent": agent })).status).toBe(200);
  }
});

test("11. lacking a permission is a 403, never a 401: that would make discord.js forget its token", async () => {
  await using other = await startEmulator();
  const { channels, guild_id, users } = other.description;
  const { bot_token } = await control(other, "POST", "/bots", { name: "weak", permissions: [] });
  await control(other, "PUT", "/permissions", {
    channel_id: channels.critical.id,
    role_id: guild_id,
    deny: ["VIEW_CHANNEL"],
  });
  const headers = { authorization: `Bot ${bot_token}` };
  const calls = [
    ["POST", `/channels/${channels.critical.id}/messages`, { content: "c" }],
    ["DELETE", `/channels/${channels.alerts.id}`, undefined],
    ["POST", `/channels/${channels.alerts.id}/webhooks`, { name: "w" }],
    ["PATCH", `/guilds/${guild_id}/members/${users.alice.id}`, { nick: "n" }],
  ] as const;
  for (const [method, path, body] of calls) {
    const { status } = await send(method, `${other.description.api_url}/v10${path}`, body, headers);
    expect([path, status]).toEqual([path, 403]);
  }
});

test("12. every guild of READY follows as GUILD_CREATE: clients wait for them before they are ready", async () => {
  await using other = await startEmulator();
  const { id: secondId } = await control(other, "POST", "/guilds", { name: "second" });
  const { guild_id, application_id } = other.description;
  await control(other, "POST", "/members", { guild_id: secondId, user_id: application_id });
  using client = await identify(other);
  const promised = client.ready.d.guilds.map(({ id }: { id: string }) => id);
  expect(promised.toSorted()).toEqual([guild_id, secondId].toSorted());
  const came = [await client.next("GUILD_CREATE"), await client.next("GUILD_CREATE")].map(({ d }) => d.id);
  expect(came.toSorted()).toEqual(promised.toSorted());
});

test("a refusal waits for the whole request: aiohttp would leave the rest of its body before the next one", async () => {
  await using other = await startEmulator();
  const { control_url, channels } = other.description;
  const rule = { match: { route: "webhooks" }, effect: { kind: "rate_limit", scope: "user", retry_after: 0.1 } };
  await control(other, "POST", "/faults", { ...rule, count: 1 });
  const unsent = request(channels.alerts.webhook_url, {
    method: "POST",
    headers: { "content-type": "multipart/form-data; boundary=x" },
  });
  const answered = once(unsent, "response");
  let isAnswered = false;
  answered.then(() => {
    isAnswered = true;
  });
  unsent.write('--x\r\ncontent-disposition: form-data; name="files[0]"; filename="a.txt"\r\n\r\nlo');
  await waitFor(async () => (await send("GET", `${control_url}/faults`)).json[0].struck === 1);
  expect(isAnswered).toBe(false);
  unsent.end("g\r\n--x--\r\n");
  const [response] = await answered;
  expect(response.statusCode).toBe(429);
});
