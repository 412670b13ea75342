import { expect, test } from "vitest";
import { asBot, postMessage, send, startEmulator } from "./support.ts";

test("refuses every bot route without the right token", async () => {
  await using emulator = await startEmulator();
  const url = `${emulator.description.api_url}/users/@me`;
  for (const authorization of [
    undefined,
    "Bot wrong",
    `Bot ${Buffer.from("9999999999999999999").toString("base64url")}.a.b`,
    `Bot ${emulator.description.bot_token}x`,
    emulator.description.bot_token,
    `Bearer ${emulator.description.bot_token}`,
  ]) {
    const answer = await send("GET", url, undefined, authorization === undefined ? {} : { authorization });
    expect(answer).toMatchObject({ status: 401, json: { code: 0, message: "401: Unauthorized" } });
  }
});

test("tells the bot who it is, where the gateway is, and what the guild holds", async () => {
  await using emulator = await startEmulator();
  const { description } = emulator;
  const me = (await asBot(emulator, "GET", "/users/@me")).json;
  expect(me).toMatchObject({ id: description.application_id, bot: true });
  expect(
    (
      await send("GET", `${description.api_url}/v10/users/%40me`, undefined, {
        authorization: `Bot ${description.bot_token}`,
      })
    ).json.id,
  ).toBe(me.id);
  expect((await send("GET", `${description.api_url}/gateway`)).json.url).toBe(
    emulator.url.replace("http", "ws").concat("/"),
  );
  expect((await asBot(emulator, "GET", "/gateway/bot")).json).toMatchObject({
    shards: 1,
    session_start_limit: { max_concurrency: 1 },
  });
  for (const path of ["/applications/@me", "/oauth2/applications/@me"]) {
    expect((await asBot(emulator, "GET", path)).json).toMatchObject({
      id: description.application_id,
      verify_key: description.public_key,
    });
  }
  const guild = (await asBot(emulator, "GET", `/guilds/${description.guild_id}?with_counts=true`)).json;
  expect(guild).toMatchObject({
    roles: [{ id: description.guild_id }, { name: "tocsin", managed: true }],
    emojis: [{ name: "thumbsup" }],
    approximate_member_count: 5,
  });
  const channels = (await asBot(emulator, "GET", `/guilds/${description.guild_id}/channels`)).json;
  expect(channels.map((channel: { name: string }) => channel.name)).toEqual(["alerts", "critical", "forum"]);
  expect((await asBot(emulator, "GET", "/guilds/123456789012345678")).json.code).toBe(10004);
});

test("lists messages newest first, by every kind of page", async () => {
  await using emulator = await startEmulator();
  const { id, webhook_url } = emulator.description.channels.alerts;
  const ids: string[] = [];
  for (let index = 0; index < 7; index += 1) ids.push((await postMessage(webhook_url, { content: String(index) })).id);
  const list = async (query: string) =>
    (await asBot(emulator, "GET", `/channels/${id}/messages${query}`)).json.map(
      (message: { content: string }) => message.content,
    );
  expect(await list("")).toEqual(["6", "5", "4", "3", "2", "1", "0"]);
  expect(await list("?limit=2")).toEqual(["6", "5"]);
  expect(await list(`?limit=2&before=${ids[3]}`)).toEqual(["2", "1"]);
  expect(await list(`?limit=2&after=${ids[3]}`)).toEqual(["5", "4"]);
  expect(await list("?limit=2&after=0")).toEqual(["1", "0"]);
  expect(await list(`?limit=3&around=${ids[3]}`)).toEqual(["4", "3", "2"]);
  for (const limit of ["0", "101", "x"]) {
    expect(await asBot(emulator, "GET", `/channels/${id}/messages?limit=${limit}`)).toMatchObject({
      status: 400,
      json: { code: 50035 },
    });
  }
  expect((await asBot(emulator, "GET", "/channels/123456789012345678/messages")).json.code).toBe(10003);
});

test("gives the message of an enforced nonce back for five minutes, whatever the channel, and 10008 when it is deleted", async () => {
  let now = Date.UTC(2026, 0, 1);
  await using emulator = await startEmulator({ now: () => now });
  const { alerts, critical } = emulator.description.channels;
  const post = (channelId: string, body: object) => asBot(emulator, "POST", `/channels/${channelId}/messages`, body);
  const first = await post(alerts.id, { content: "one", nonce: "n1", enforce_nonce: true });
  expect(first).toMatchObject({ status: 200, json: { nonce: "n1" } });
  const again = await post(critical.id, { content: "two", nonce: "n1", enforce_nonce: true });
  expect(again).toMatchObject({ status: 200, json: { id: first.json.id, content: "one" } });
  expect((await post(alerts.id, { content: "three", nonce: "n1" })).json.content).toBe("three");
  expect((await post(alerts.id, { content: "number", nonce: 42 })).json.nonce).toBe(42);

  await post(alerts.id, { content: "four", nonce: "n2", enforce_nonce: true });
  const doomed = (await post(alerts.id, { content: "again", nonce: "n2", enforce_nonce: true })).json;
  await asBot(emulator, "DELETE", `/channels/${alerts.id}/messages/${doomed.id}`);
  expect(await post(alerts.id, { content: "again", nonce: "n2", enforce_nonce: true })).toMatchObject({
    status: 404,
    json: { code: 10008 },
  });

  now += 5 * 60_000;
  expect((await post(alerts.id, { content: "later", nonce: "n2", enforce_nonce: true })).json.content).toBe("later");
  expect((await post(alerts.id, { content: "c", nonce: "n".repeat(25) })).status).toBe(200);
  expect((await post(alerts.id, { content: "c", nonce: "n".repeat(26) })).json.code).toBe(50035);
});

test("replies to what is there, and refuses or forgives what is not", async () => {
  await using emulator = await startEmulator();
  const { id } = emulator.description.channels.alerts;
  const path = `/channels/${id}/messages`;
  const target = (await asBot(emulator, "POST", path, { content: "target" })).json;
  const reply = await asBot(emulator, "POST", path, { content: "reply", message_reference: { message_id: target.id } });
  expect(reply.json).toMatchObject({
    type: 19,
    referenced_message: { id: target.id },
    message_reference: { channel_id: id },
  });
  await asBot(emulator, "DELETE", `${path}/${target.id}`);
  expect((await asBot(emulator, "GET", `${path}/${reply.json.id}`)).json.referenced_message).toBeNull();
  const late = { content: "late", message_reference: { message_id: target.id } };
  expect((await asBot(emulator, "POST", path, late)).json.errors.message_reference._errors[0].code).toBe(
    "REPLIES_UNKNOWN_MESSAGE",
  );
  const forgiving = { content: "late", message_reference: { message_id: target.id, fail_if_not_exists: false } };
  expect((await asBot(emulator, "POST", path, forgiving)).json.type).toBe(0);
});

test("edits its own messages, and of others' only the flags", async () => {
  await using emulator = await startEmulator();
  const { id, webhook_url } = emulator.description.channels.alerts;
  const own = (await asBot(emulator, "POST", `/channels/${id}/messages`, { content: "own" })).json;
  expect(
    (await asBot(emulator, "PATCH", `/channels/${id}/messages/${own.id}`, { content: "new", flags: 4 })).json,
  ).toMatchObject({ content: "new", flags: 4 });
  expect((await asBot(emulator, "PATCH", `/channels/${id}/messages/${own.id}`, { flags: 0 })).json).toMatchObject({
    content: "new",
    flags: 0,
  });
  const other = await postMessage(webhook_url, { content: "other" });
  const path = `/channels/${id}/messages/${other.id}`;
  expect(await asBot(emulator, "PATCH", path, { content: "x" })).toMatchObject({ status: 403, json: { code: 50005 } });
  expect((await asBot(emulator, "PATCH", path, { flags: 4 })).json).toMatchObject({ content: "other", flags: 4 });
});

test("deletes single messages, and 2 to 100 at once when they are young", async () => {
  let now = Date.UTC(2026, 0, 1);
  await using emulator = await startEmulator({ now: () => now });
  const { id, webhook_url } = emulator.description.channels.alerts;
  const bulk = (messages: unknown) => asBot(emulator, "POST", `/channels/${id}/messages/bulk-delete`, { messages });
  const old = await postMessage(webhook_url, { content: "old" });
  now += 15 * 86_400_000;
  const young = [
    await postMessage(webhook_url, { content: "1" }),
    await postMessage(webhook_url, { content: "2" }),
  ].map((message) => message.id);
  expect((await bulk([old.id, ...young])).json.code).toBe(50034);
  expect((await bulk([young[0]])).json.code).toBe(50016);
  expect((await bulk([young[0], young[0]])).json.code).toBe(50016);
  expect((await bulk(undefined)).json.code).toBe(50035);
  expect((await bulk(young)).status).toBe(204);
  expect((await asBot(emulator, "GET", `/channels/${id}/messages`)).json).toHaveLength(1);
  expect((await asBot(emulator, "DELETE", `/channels/${id}/messages/${old.id}`)).status).toBe(204);
});

test("does not post messages into a forum, and posts without text are refused", async () => {
  await using emulator = await startEmulator();
  const { forum, alerts } = emulator.description.channels;
  expect(await asBot(emulator, "POST", `/channels/${forum.id}/messages`, { content: "c" })).toMatchObject({
    status: 400,
    json: { code: 50008 },
  });
  expect(await asBot(emulator, "POST", `/channels/${alerts.id}/messages`, {})).toMatchObject({
    status: 400,
    json: { code: 50006 },
  });
});

test("pins and unpins under both paths", async () => {
  await using emulator = await startEmulator();
  const { id, webhook_url } = emulator.description.channels.alerts;
  const message = await postMessage(webhook_url, { content: "c" });
  expect((await asBot(emulator, "PUT", `/channels/${id}/messages/pins/${message.id}`)).status).toBe(204);
  expect((await asBot(emulator, "GET", `/channels/${id}/messages/pins`)).json).toMatchObject({
    has_more: false,
    items: [{ message: { id: message.id, pinned: true } }],
  });
  expect((await asBot(emulator, "GET", `/channels/${id}/pins`)).json).toMatchObject([{ id: message.id }]);
  await asBot(emulator, "DELETE", `/channels/${id}/pins/${message.id}`);
  expect((await asBot(emulator, "GET", `/channels/${id}/pins`)).json).toEqual([]);
});
