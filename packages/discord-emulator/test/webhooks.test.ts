import { expect, test } from "vitest";
import { asBot, control, postMessage, send, startEmulator } from "./support.ts";

test("answers 204 without body and content type, and 200 with the message when asked to wait", async () => {
  await using emulator = await startEmulator();
  const { webhook_url, id } = emulator.description.channels.alerts;
  const silent = await send("POST", webhook_url, { content: "one" });
  expect([silent.status, silent.text, silent.headers.get("content-type")]).toEqual([204, "", null]);
  expect(silent.headers.get("via")).toBe("1.1 google");
  for (const wait of ["true", "True", "1"]) {
    const waited = await send("POST", `${webhook_url}?wait=${wait}`, { content: "two" });
    expect([waited.status, waited.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(waited.json).toMatchObject({
      content: "two",
      channel_id: id,
      type: 0,
      tts: false,
      pinned: false,
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      edited_timestamp: null,
    });
    expect(waited.json.id).toMatch(/^\d{17,19}$/);
    expect(waited.json.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/);
    expect(waited.json.author).toMatchObject({ id: waited.json.webhook_id, bot: true, discriminator: "0000" });
  }
});

test("describes credentials of Discord's shapes", async () => {
  await using emulator = await startEmulator();
  const { description } = emulator;
  expect(description.channels.alerts.webhook_url).toMatch(/\/api\/webhooks\/\d{17,19}\/[\w-]{68}$/);
  expect(description.bot_token).toMatch(/^[\w-]{23,28}\.[\w-]{6}\.[\w-]{38}$/);
  expect(description.public_key).toMatch(/^[0-9a-f]{64}$/);
  expect(description.emojis.thumbsup).toMatch(/^thumbsup:\d{17,19}$/);
});

test.each(["", "/v6", "/v7", "/v8", "/v9", "/v10"])("answers under /api%s", async (version) => {
  await using emulator = await startEmulator();
  const url = emulator.description.channels.alerts.webhook_url.replace("/api/", `/api${version}/`);
  expect((await send("POST", url, { content: "c" })).status).toBe(204);
});

test("refuses versions that Discord has switched off", async () => {
  await using emulator = await startEmulator();
  expect((await send("GET", `${emulator.url}/api/v5/gateway`)).json).toMatchObject({ code: 50041 });
});

test("reads a form, and a multipart body with files in any order", async () => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  const form = await send("POST", `${webhook_url}?wait=1`, new URLSearchParams({ content: "form", tts: "true" }));
  expect(form.json).toMatchObject({ content: "form", tts: true });

  const body = new FormData();
  body.set("files[0]", new Blob(["hello"], { type: "text/plain" }), "note 1.txt");
  body.set(
    "payload_json",
    JSON.stringify({
      content: "file",
      attachments: [{ id: "0", description: "a note" }],
      embeds: [{ image: { url: "attachment://note_1.txt" } }],
    }),
  );
  const { json } = await send("POST", `${webhook_url}?wait=1`, body);
  expect(json).toMatchObject({
    content: "file",
    attachments: [{ filename: "note_1.txt", size: 5, description: "a note" }],
  });
  const [attachment] = json.attachments;
  expect(json.embeds[0].image.url).toBe(attachment.url);
  const file = await send("GET", attachment.url);
  expect([file.text, file.headers.get("content-disposition"), file.headers.get("content-type")]).toEqual([
    "hello",
    "attachment",
    "application/octet-stream",
  ]);
});

test("refuses what it cannot read, each with its own code", async () => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  expect(await send("POST", webhook_url, "{", { "content-type": "application/json" })).toMatchObject({
    status: 400,
    json: { code: 50109 },
  });
  expect(await send("POST", webhook_url, "x", { "content-type": "text/plain" })).toMatchObject({
    status: 400,
    json: { code: 50035 },
  });
  const big = new FormData();
  big.set("files[0]", new Blob([new Uint8Array(10 * 1024 * 1024 + 1)]), "big.bin");
  expect(await send("POST", webhook_url, big)).toMatchObject({ status: 413, json: { code: 40005 } });
  const many = new FormData();
  for (let index = 0; index < 11; index += 1) many.set(`files[${index}]`, new Blob(["x"]), `${index}.txt`);
  expect(await send("POST", webhook_url, many)).toMatchObject({ status: 400, json: { code: 30015 } });
});

test("tells an unknown webhook, a wrong token, an unknown route and a wrong method apart", async () => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  const token = "x".repeat(68);
  const unknown = `${emulator.url}/api/webhooks/123456789012345678/${token}`;
  expect(await send("POST", unknown, { content: "c" })).toMatchObject({
    status: 404,
    json: { code: 10015, message: "Unknown Webhook" },
  });
  const wrong = webhook_url.replace(/[^/]+$/, token);
  expect(await send("POST", wrong, { content: "c" })).toMatchObject({
    status: 401,
    json: { code: 50027, message: "Invalid Webhook Token" },
  });
  expect(await send("GET", `${emulator.url}/api/v10/nothing`)).toMatchObject({
    status: 404,
    json: { code: 0, message: "404: Not Found" },
  });
  expect(await send("PUT", webhook_url)).toMatchObject({
    status: 405,
    json: { code: 0, message: "405: Method Not Allowed" },
  });
  expect(await send("GET", `${emulator.url}/api/webhooks/abc/${token}`)).toMatchObject({
    status: 400,
    json: { code: 50035, errors: { webhook_id: { _errors: [{ code: "NUMBER_TYPE_COERCE" }] } } },
  });
});

test("posts into a forum only as a new post or into an existing one", async () => {
  await using emulator = await startEmulator();
  const { forum, alerts } = emulator.description.channels;
  expect(await send("POST", forum.webhook_url, { content: "c" })).toMatchObject({
    status: 400,
    json: { code: 220001 },
  });
  expect(await send("POST", alerts.webhook_url, { content: "c", thread_name: "t" })).toMatchObject({
    status: 400,
    json: { code: 220003 },
  });
  expect(await send("POST", `${forum.webhook_url}/slack`, { text: "c" })).toMatchObject({
    status: 400,
    json: { code: 220004 },
  });

  const first = await postMessage(forum.webhook_url, { content: "first", thread_name: "Disk full" });
  expect(first.id).toBe(first.channel_id);
  const thread = (await asBot(emulator, "GET", `/channels/${first.channel_id}`)).json;
  expect(thread).toMatchObject({
    type: 11,
    name: "Disk full",
    parent_id: forum.id,
    message_count: 0,
    member_count: 1,
    thread_metadata: { archived: false },
  });
  expect(thread.owner_id).toBe(first.author.id);

  const second = await postMessage(forum.webhook_url, { content: "second" }, `&thread_id=${thread.id}`);
  expect(second.channel_id).toBe(thread.id);
  expect((await asBot(emulator, "GET", `/channels/${thread.id}`)).json).toMatchObject({
    message_count: 1,
    last_message_id: second.id,
  });
  expect(
    await send("POST", `${forum.webhook_url}?thread_id=${thread.id}`, { content: "c", thread_name: "x" }),
  ).toMatchObject({ json: { code: 220002 } });
  expect(await send("POST", `${alerts.webhook_url}?thread_id=${thread.id}`, { content: "c" })).toMatchObject({
    status: 404,
    json: { code: 10003 },
  });

  const one = `${forum.webhook_url}/messages/${second.id}`;
  expect((await send("GET", one)).json.code).toBe(10008);
  expect((await send("GET", `${one}?thread_id=${thread.id}`)).json.content).toBe("second");
});

test("makes a post of no name impossible, and one of 100 characters possible", async () => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.forum;
  expect((await send("POST", webhook_url, { content: "c", thread_name: "n".repeat(100) })).status).toBe(204);
  expect((await send("POST", webhook_url, { content: "c", thread_name: "n".repeat(101) })).json.code).toBe(50035);
  expect((await send("POST", webhook_url, { content: "c", thread_name: " " })).json.code).toBe(220001);
});

test("posting reopens an archived thread, editing in it is refused, a locked one stays shut", async () => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.forum;
  const first = await postMessage(webhook_url, { content: "first", thread_name: "t" });
  const path = `/channels/${first.channel_id}`;
  const query = `thread_id=${first.channel_id}`;
  await asBot(emulator, "PATCH", path, { archived: true });
  expect(await send("PATCH", `${webhook_url}/messages/${first.id}?${query}`, { content: "x" })).toMatchObject({
    status: 400,
    json: { code: 50083 },
  });
  await postMessage(webhook_url, { content: "again" }, `&${query}`);
  expect((await asBot(emulator, "GET", path)).json.thread_metadata.archived).toBe(false);
  await asBot(emulator, "PATCH", path, { locked: true });
  expect((await send("POST", `${webhook_url}?${query}`, { content: "x" })).json.code).toBe(160005);
});

test("edits what it is told to, keeps the rest, and never leaves a message empty", async () => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  const message = await postMessage(webhook_url, { content: "old", embeds: [{ title: "t" }] });
  const url = `${webhook_url}/messages/${message.id}`;
  const edited = (await send("PATCH", url, { content: "new", tts: false, enforce_nonce: false })).json;
  expect(edited).toMatchObject({ id: message.id, content: "new", embeds: [{ title: "t" }] });
  expect(edited.edited_timestamp).not.toBeNull();
  expect((await send("PATCH", url, { content: null })).json).toMatchObject({ content: "", embeds: [{ title: "t" }] });
  expect((await send("PATCH", url, { embeds: [] })).json.code).toBe(50006);
  expect((await send("PATCH", url, { embeds: [{ title: "t".repeat(257) }] })).json.code).toBe(50035);
  expect((await send("GET", url)).json).toMatchObject({ content: "", embeds: [{ title: "t" }] });
});

test("keeps listed attachments on an edit and drops the others", async () => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  const body = new FormData();
  body.set("payload_json", JSON.stringify({ content: "c" }));
  for (const index of [0, 1]) body.set(`files[${index}]`, new Blob([`file ${index}`]), `${index}.txt`);
  const message = (await send("POST", `${webhook_url}?wait=1`, body)).json;
  const [dropped, kept] = message.attachments;
  const edited = await send("PATCH", `${webhook_url}/messages/${message.id}`, { attachments: [{ id: kept.id }] });
  expect(edited.json.attachments).toEqual([kept]);
  expect((await send("GET", dropped.url)).status).toBe(404);
  expect((await send("GET", kept.url)).text).toBe("file 1");
});

test("touches only its own messages, and forgets deleted ones", async () => {
  await using emulator = await startEmulator();
  const { alerts, critical } = emulator.description.channels;
  const message = await postMessage(alerts.webhook_url, { content: "c" });
  const path = `/messages/${message.id}`;
  for (const method of ["GET", "PATCH", "DELETE"]) {
    const body = method === "PATCH" ? { content: "x" } : undefined;
    expect((await send(method, `${critical.webhook_url}${path}`, body)).json.code).toBe(10008);
  }
  expect((await send("DELETE", `${alerts.webhook_url}${path}`)).status).toBe(204);
  expect((await send("DELETE", `${alerts.webhook_url}${path}`)).json.code).toBe(10008);
});

test("shows, renames and deletes a webhook by its token, without its creator", async () => {
  await using emulator = await startEmulator();
  const { webhook_url, id } = emulator.description.channels.alerts;
  const shown = (await send("GET", webhook_url)).json;
  expect(shown).toMatchObject({
    type: 1,
    channel_id: id,
    guild_id: emulator.description.guild_id,
    application_id: null,
    url: webhook_url,
  });
  expect(shown).not.toHaveProperty("user");
  expect((await send("PATCH", webhook_url, { name: "Bell", channel_id: "1" })).json).toMatchObject({
    name: "Bell",
    channel_id: id,
  });
  expect((await send("PATCH", webhook_url, { name: "discord" })).json.code).toBe(50035);
  expect((await postMessage(webhook_url, { content: "c" })).author.username).toBe("Bell");
  expect((await postMessage(webhook_url, { content: "c", username: "Other" })).author.username).toBe("Other");
  expect((await send("DELETE", webhook_url)).status).toBe(204);
  expect((await send("POST", webhook_url, { content: "c" })).json.code).toBe(10015);
});

test("lets the bot create channels, and webhooks in them", async () => {
  await using emulator = await startEmulator();
  const { guild_id } = emulator.description;
  const created = await asBot(emulator, "POST", `/guilds/${guild_id}/channels`, {
    name: "deploys",
    topic: "what went out",
  });
  expect([created.status, created.json]).toMatchObject([
    201,
    { name: "deploys", type: 0, topic: "what went out", guild_id },
  ]);
  const listed = (await asBot(emulator, "GET", `/guilds/${guild_id}/channels`)).json;
  expect(listed.map(({ name }: { name: string }) => name)).toContain("deploys");
  const webhook = (await asBot(emulator, "POST", `/channels/${created.json.id}/webhooks`, { name: "w" })).json;
  const message = await postMessage(`${emulator.url}/api/webhooks/${webhook.id}/${webhook.token}`, { content: "x" });
  expect(message.channel_id).toBe(created.json.id);
});

test("refuses a channel without a name, of a kind that is not emulated, or in a guild that is not there", async () => {
  await using emulator = await startEmulator();
  const path = `/guilds/${emulator.description.guild_id}/channels`;
  const unnamed = await asBot(emulator, "POST", path, { topic: "x" });
  expect([unnamed.status, unnamed.json.code, unnamed.json.errors.name]).toMatchObject([400, 50035, { _errors: [{}] }]);
  expect((await asBot(emulator, "POST", path, { name: "voice", type: 2 })).json).toMatchObject({ code: 50035 });
  const elsewhere = await asBot(emulator, "POST", "/guilds/123456789012345678/channels", { name: "x" });
  expect([elsewhere.status, elsewhere.json.code]).toEqual([404, 10004]);
});

test("lets the bot create 15 webhooks per channel, list and move them", async () => {
  await using emulator = await startEmulator();
  const { channels, guild_id } = emulator.description;
  const path = `/channels/${channels.critical.id}/webhooks`;
  for (let count = 1; count < 15; count += 1) await asBot(emulator, "POST", path, { name: `w${count}` });
  expect(await asBot(emulator, "POST", path, { name: "one more" })).toMatchObject({
    status: 400,
    json: { code: 30007 },
  });
  const list = (await asBot(emulator, "GET", path)).json;
  expect(list).toHaveLength(15);
  expect(list[1].user.bot).toBe(true);
  expect((await asBot(emulator, "GET", `/guilds/${guild_id}/webhooks`)).json).toHaveLength(17);
  const moved = await asBot(emulator, "PATCH", `/webhooks/${list[1].id}`, { channel_id: channels.alerts.id });
  expect(moved.json.channel_id).toBe(channels.alerts.id);
  expect((await asBot(emulator, "DELETE", `/webhooks/${list[1].id}`)).status).toBe(204);
  expect((await asBot(emulator, "GET", `/webhooks/${list[1].id}`)).json.code).toBe(10015);
});

test("pings users only, unless allowed_mentions says otherwise", async () => {
  await using emulator = await startEmulator();
  const { channels, users } = emulator.description;
  const role = await control(emulator, "POST", "/roles", { name: "on call" });
  const content = `<@${users.alice.id}> <@&${role.id}> <@&123456789012345678> @everyone`;
  const url = channels.alerts.webhook_url;
  expect(await postMessage(url, { content })).toMatchObject({
    mentions: [{ username: "alice" }],
    mention_roles: [],
    mention_everyone: false,
  });
  expect(await postMessage(url, { content, allowed_mentions: { parse: [] } })).toMatchObject({
    mentions: [],
    mention_everyone: false,
  });
  expect(await postMessage(url, { content, allowed_mentions: { parse: ["everyone", "roles"] } })).toMatchObject({
    mentions: [],
    mention_roles: [role.id],
    mention_everyone: true,
  });
  expect(await postMessage(url, { content, allowed_mentions: { users: [users.bob.id] } })).toMatchObject({
    mentions: [],
  });
});

test("makes the same tokens under the same seed and clock, and others for every new webhook", async () => {
  const run = async (seed?: number) => {
    await using emulator = await startEmulator({ now: () => 0, ...(seed === undefined ? {} : { seed }) });
    const { channels } = emulator.description;
    const create = () => asBot(emulator, "POST", `/channels/${channels.alerts.id}/webhooks`, { name: "w" });
    const tokens = [(await create()).json.token, (await create()).json.token];
    for (const channel of Object.values(channels)) tokens.push(channel.webhook_url.split("/").at(-1));
    expect(new Set(tokens).size).toBe(tokens.length);
    return tokens;
  };
  expect(await run(1)).toEqual(await run(1));
  expect(await run(1)).not.toEqual(await run(2));
  expect(await run()).not.toEqual(await run());
});
