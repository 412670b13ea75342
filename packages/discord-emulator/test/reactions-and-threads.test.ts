import { expect, test } from "vitest";
import { asBot, postMessage, send, startEmulator } from "./support.ts";

test("takes reactions as clients send them: encoded, with and without selector, custom, without a body", async () => {
  await using emulator = await startEmulator();
  const { channels, emojis, users } = emulator.description;
  const message = await postMessage(channels.alerts.webhook_url, { content: "c" });
  const path = `/channels/${channels.alerts.id}/messages/${message.id}/reactions`;
  const authorization = `Bot ${emulator.description.bot_token}`;
  for (const emoji of [
    "%E2%9C%85",
    "✔",
    "%E2%9C%94%EF%B8%8F",
    emojis.thumbsup,
    emojis.thumbsup.replace(":", "%3A"),
    "1%EF%B8%8F%E2%83%A3",
  ]) {
    const answer = await send("PUT", `${emulator.description.api_url}/v10${path}/${emoji}/%40me`, undefined, {
      authorization,
      "content-type": "application/octet-stream",
    });
    expect([emoji, answer.status, answer.headers.get("content-type")]).toEqual([emoji, 204, null]);
  }
  const { reactions } = (await asBot(emulator, "GET", `/channels/${channels.alerts.id}/messages/${message.id}`)).json;
  expect(reactions).toMatchObject([
    { emoji: { id: null, name: "✅" }, count: 1, me: true },
    { emoji: { id: null, name: "✔" }, count: 1 },
    { emoji: { id: emojis.thumbsup.split(":")[1], name: "thumbsup" }, count: 1 },
    { emoji: { name: "1️⃣" }, count: 1 },
  ]);
  for (const emoji of ["x", "%F0%9F%94%94%F0%9F%94%94", "gone:123456789012345678"]) {
    expect(await asBot(emulator, "PUT", `${path}/${emoji}/@me`)).toMatchObject({ status: 400, json: { code: 10014 } });
  }

  await send("POST", `${emulator.description.control_url}/reactions`, {
    channel_id: channels.alerts.id,
    message_id: message.id,
    user_id: users.alice.id,
    emoji: "✅",
    op: "add",
  });
  expect((await asBot(emulator, "GET", `${path}/✅?limit=1`)).json).toMatchObject([{ username: "tocsin" }]);
  expect((await asBot(emulator, "GET", `${path}/✅?after=${emulator.description.application_id}`)).json).toMatchObject([
    { username: "alice" },
  ]);
  await asBot(emulator, "DELETE", `${path}/✅/@me`);
  await asBot(emulator, "DELETE", `${path}/✅/${users.alice.id}`);
  expect((await asBot(emulator, "GET", `${path}/✅`)).json).toEqual([]);
  await asBot(emulator, "DELETE", `${path}/✔`);
  await asBot(emulator, "DELETE", path);
  expect(
    (await asBot(emulator, "GET", `/channels/${channels.alerts.id}/messages/${message.id}`)).json,
  ).not.toHaveProperty("reactions");
});

test("holds 20 different emoji, and any number of each", async () => {
  await using emulator = await startEmulator();
  const { id, webhook_url } = emulator.description.channels.alerts;
  const message = await postMessage(webhook_url, { content: "c" });
  const path = (emoji: string) => `/channels/${id}/messages/${message.id}/reactions/${encodeURIComponent(emoji)}/@me`;
  const emoji = Array.from({ length: 21 }, (_, index) => String.fromCodePoint(0x1f600 + index));
  for (const one of emoji.slice(0, 20)) expect((await asBot(emulator, "PUT", path(one))).status).toBe(204);
  expect(await asBot(emulator, "PUT", path(emoji[20] as string))).toMatchObject({ status: 403, json: { code: 30010 } });
  expect((await asBot(emulator, "PUT", path(emoji[3] as string))).status).toBe(204);
});

test("starts a thread from a message once, with the message's id", async () => {
  await using emulator = await startEmulator();
  const { id, webhook_url } = emulator.description.channels.alerts;
  const message = await postMessage(webhook_url, { content: "c" });
  const path = `/channels/${id}/messages/${message.id}/threads`;
  const started = await asBot(emulator, "POST", path, {
    name: "details",
    auto_archive_duration: 60,
    rate_limit_per_user: null,
  });
  expect(started).toMatchObject({
    status: 201,
    json: {
      id: message.id,
      type: 11,
      parent_id: id,
      name: "details",
      owner_id: emulator.description.application_id,
      thread_metadata: { auto_archive_duration: 60 },
    },
  });
  expect(await asBot(emulator, "POST", path, { name: "again" })).toMatchObject({ status: 400, json: { code: 160004 } });
  expect((await asBot(emulator, "GET", `/channels/${id}/messages/${message.id}`)).json).toMatchObject({
    flags: 32,
    thread: { id: message.id },
  });
  await postMessage(webhook_url, { content: "inside" }, `&thread_id=${message.id}`);
  expect((await asBot(emulator, "GET", `/channels/${message.id}`)).json).toMatchObject({
    message_count: 1,
    total_message_sent: 1,
  });
  expect(
    (await asBot(emulator, "GET", `/guilds/${emulator.description.guild_id}/threads/active`)).json.threads,
  ).toHaveLength(1);
});

test("starts loose threads, private unless told otherwise, with names of 1 to 100", async () => {
  await using emulator = await startEmulator();
  const path = `/channels/${emulator.description.channels.alerts.id}/threads`;
  expect((await asBot(emulator, "POST", path, { name: "t" })).json.type).toBe(12);
  expect((await asBot(emulator, "POST", path, { name: "t", type: 11 })).json.type).toBe(11);
  expect((await asBot(emulator, "POST", path, { name: "t".repeat(100) })).status).toBe(201);
  expect((await asBot(emulator, "POST", path, { name: "t".repeat(101) })).json.code).toBe(50035);
  expect((await asBot(emulator, "POST", path, {})).json.errors.name._errors[0].code).toBe("BASE_TYPE_REQUIRED");
  expect((await asBot(emulator, "POST", path, { name: "t", auto_archive_duration: 61 })).json.code).toBe(50035);
});

test("makes a forum post with its first message, or nothing at all", async () => {
  await using emulator = await startEmulator();
  const path = `/channels/${emulator.description.channels.forum.id}/threads`;
  const post = await asBot(emulator, "POST", path, { name: "post", message: { content: "first" } });
  expect(post).toMatchObject({ status: 201, json: { name: "post", message: { content: "first" } } });
  expect(post.json.message).toMatchObject({ id: post.json.id, channel_id: post.json.id });
  expect((await asBot(emulator, "POST", path, { name: "post", message: {} })).json.code).toBe(50006);
  const threads = (await asBot(emulator, "GET", `/guilds/${emulator.description.guild_id}/threads/active`)).json
    .threads;
  expect(threads).toHaveLength(1);
});

test("an archived thread takes deletions, but no reactions and edits", async () => {
  await using emulator = await startEmulator();
  const forum = emulator.description.channels.forum;
  const post = (
    await asBot(emulator, "POST", `/channels/${forum.id}/threads`, { name: "post", message: { content: "first" } })
  ).json;
  await asBot(emulator, "PATCH", `/channels/${post.id}`, { archived: true });
  const path = `/channels/${post.id}/messages/${post.id}`;
  expect((await asBot(emulator, "PUT", `${path}/reactions/✅/@me`)).json.code).toBe(50083);
  expect((await asBot(emulator, "PATCH", path, { content: "x" })).json.code).toBe(50083);
  expect((await asBot(emulator, "GET", `/channels/${forum.id}/threads/archived/public`)).json.threads).toHaveLength(1);
  expect((await asBot(emulator, "DELETE", path)).status).toBe(204);
});

test("a deleted channel takes its threads and webhooks along", async () => {
  await using emulator = await startEmulator();
  const { forum } = emulator.description.channels;
  const post = (
    await asBot(emulator, "POST", `/channels/${forum.id}/threads`, { name: "post", message: { content: "first" } })
  ).json;
  expect((await asBot(emulator, "DELETE", `/channels/${forum.id}`)).json.id).toBe(forum.id);
  expect((await asBot(emulator, "GET", `/channels/${post.id}`)).json.code).toBe(10003);
  expect((await send("POST", forum.webhook_url, { content: "c", thread_name: "t" })).json.code).toBe(10015);
});
