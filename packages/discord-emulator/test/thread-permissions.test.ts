import { expect, test } from "vitest";
import type { DiscordEmulator } from "../src/index.ts";
import { asBot, control, startEmulator, withToken } from "./support.ts";

/** Allows and denies the seeded bot something in a channel; nothing at all takes that back. */
function overwrite(
  emulator: DiscordEmulator,
  channel_id: string,
  change: { allow?: string[]; deny?: string[] },
): Promise<unknown> {
  return control(emulator, "PUT", "/permissions", {
    channel_id,
    user_id: emulator.description.application_id,
    ...change,
  });
}

/** A public thread of the seeded guild's `alerts`, started by a bot that nobody else is. */
async function startOthersThread(emulator: DiscordEmulator, type = 11) {
  const permissions = ["CREATE_PRIVATE_THREADS", "MANAGE_THREADS"];
  const other = await control(emulator, "POST", "/bots", { name: "other", permissions });
  const asOther = withToken(emulator, other.bot_token);
  const { alerts } = emulator.description.channels;
  const thread = (await asOther("POST", `/channels/${alerts.id}/threads`, { name: "t", type })).json;
  return { thread, asOther, path: `/channels/${thread.id}` };
}

test("in a thread SEND_MESSAGES_IN_THREADS counts, and the overwrites of its parent", async () => {
  await using emulator = await startEmulator();
  const { alerts } = emulator.description.channels;
  const { path } = await startOthersThread(emulator);
  const post = () => asBot(emulator, "POST", `${path}/messages`, { content: "c" });
  await overwrite(emulator, alerts.id, { deny: ["SEND_MESSAGES"] });
  expect((await post()).status).toBe(200);
  const withEmbed = { content: "c", embeds: [{ title: "t" }] };
  expect((await asBot(emulator, "POST", `${path}/messages`, withEmbed)).json.embeds).toHaveLength(1);
  await overwrite(emulator, alerts.id, { deny: ["SEND_MESSAGES_IN_THREADS"] });
  expect(await post()).toMatchObject({ status: 403, json: { code: 50013 } });
  expect((await asBot(emulator, "POST", `/channels/${alerts.id}/messages`, { content: "c" })).status).toBe(200);
  await overwrite(emulator, alerts.id, { deny: ["VIEW_CHANNEL"] });
  expect(await post()).toMatchObject({ status: 403, json: { code: 50001 } });
  expect(
    (await asBot(emulator, "GET", `/guilds/${emulator.description.guild_id}/threads/active`)).json.threads,
  ).toEqual([]);
});

test("a forum post takes SEND_MESSAGES only, its first message the forum's permissions", async () => {
  await using emulator = await startEmulator();
  const { forum } = emulator.description.channels;
  const path = `/channels/${forum.id}/threads`;
  const post = (message: object) => asBot(emulator, "POST", path, { name: "post", message });
  await overwrite(emulator, forum.id, { deny: ["SEND_MESSAGES"] });
  expect(await post({ content: "c" })).toMatchObject({ status: 403, json: { code: 50013 } });
  await overwrite(emulator, forum.id, { deny: ["CREATE_PUBLIC_THREADS", "SEND_MESSAGES_IN_THREADS"] });
  const made = await post({ content: "@everyone", embeds: [{ title: "t" }] });
  expect(made).toMatchObject({ status: 201, json: { message: { embeds: [{ title: "t" }], mention_everyone: true } } });
  expect((await asBot(emulator, "POST", `/channels/${made.json.id}/messages`, { content: "c" })).json.code).toBe(50013);
  await overwrite(emulator, forum.id, { deny: ["EMBED_LINKS"] });
  expect(await post({ embeds: [{ title: "t" }] })).toMatchObject({ status: 403, json: { code: 50013 } });
  // What was refused has left nothing behind.
  expect(
    (await asBot(emulator, "GET", `/guilds/${emulator.description.guild_id}/threads/active`)).json.threads,
  ).toHaveLength(1);
});

test("a private thread is there for its members and for MANAGE_THREADS only", async () => {
  await using emulator = await startEmulator();
  const { alerts } = emulator.description.channels;
  const { path, asOther, thread } = await startOthersThread(emulator, 12);
  expect((await asBot(emulator, "GET", path)).status).toBe(200);
  await overwrite(emulator, alerts.id, { deny: ["MANAGE_THREADS"] });
  for (const [method, below, body] of [
    ["GET", ""],
    ["GET", "/messages"],
    ["POST", "/messages", { content: "c" }],
    ["PATCH", "", { archived: true }],
    ["DELETE", ""],
  ] as const) {
    expect(await asBot(emulator, method, `${path}${below}`, body)).toMatchObject({
      status: 403,
      json: { code: 50001 },
    });
  }
  const active = `/guilds/${emulator.description.guild_id}/threads/active`;
  expect((await asBot(emulator, "GET", active)).json.threads).toEqual([]);
  expect((await asOther("GET", active)).json.threads).toMatchObject([{ id: thread.id }]);
  const { application_id } = emulator.description;
  expect((await asOther("PUT", `${path}/thread-members/${application_id}`)).status).toBe(204);
  expect((await asBot(emulator, "POST", `${path}/messages`, { content: "c" })).status).toBe(200);
});

test("a locked thread is closed to all without MANAGE_THREADS, but for reactions and deletions", async () => {
  await using emulator = await startEmulator();
  const { alerts } = emulator.description.channels;
  const { path, asOther } = await startOthersThread(emulator);
  const own = (await asBot(emulator, "POST", `${path}/messages`, { content: "own" })).json;
  const doomed = (await asBot(emulator, "POST", `${path}/messages`, { content: "doomed" })).json;
  await asBot(emulator, "PATCH", path, { locked: true });
  expect((await asBot(emulator, "POST", `${path}/messages`, { content: "c" })).status).toBe(200);
  await overwrite(emulator, alerts.id, { deny: ["MANAGE_THREADS"] });
  const locked = { status: 400, json: { code: 160005 } };
  expect(await asBot(emulator, "POST", `${path}/messages`, { content: "c" })).toMatchObject(locked);
  expect(await asBot(emulator, "PATCH", `${path}/messages/${own.id}`, { content: "d" })).toMatchObject(locked);
  expect((await asBot(emulator, "PATCH", path, { name: "n" })).json.code).toBe(50013);
  expect((await asBot(emulator, "PUT", `${path}/messages/${own.id}/reactions/✅/@me`)).status).toBe(204);
  expect((await asBot(emulator, "DELETE", `${path}/messages/${doomed.id}`)).status).toBe(204);
  await asOther("PATCH", path, { archived: true });
  expect(await asBot(emulator, "DELETE", `${path}/messages/${own.id}`)).toMatchObject(locked);
  expect((await asBot(emulator, "PATCH", path, { archived: false })).json.code).toBe(50013);
});

test("anybody who may write reopens a thread, its starter changes it, only MANAGE_THREADS does the rest", async () => {
  await using emulator = await startEmulator();
  const { alerts } = emulator.description.channels;
  const { path: others } = await startOthersThread(emulator);
  const mine = (await asBot(emulator, "POST", `/channels/${alerts.id}/threads`, { name: "t", type: 11 })).json;
  await overwrite(emulator, alerts.id, { deny: ["MANAGE_THREADS"] });
  const change = async (path: string, body: object) => (await asBot(emulator, "PATCH", path, body)).status;
  const own = `/channels/${mine.id}`;
  expect(await change(own, { name: "new", auto_archive_duration: 60 })).toBe(200);
  expect(await change(own, { archived: true })).toBe(200);
  expect(await change(own, { archived: false })).toBe(200);
  expect(await change(own, { locked: true })).toBe(403);
  expect(await change(own, { rate_limit_per_user: 5 })).toBe(403);
  expect((await asBot(emulator, "DELETE", own)).json.code).toBe(50013);
  expect(await change(others, { name: "new" })).toBe(403);
  expect(await change(others, { archived: true })).toBe(403);
  await overwrite(emulator, alerts.id, {});
  expect(await change(others, { archived: true })).toBe(200);
  await overwrite(emulator, alerts.id, { deny: ["MANAGE_THREADS", "SEND_MESSAGES_IN_THREADS"] });
  expect(await change(others, { archived: false })).toBe(403);
  await overwrite(emulator, alerts.id, { deny: ["MANAGE_THREADS"] });
  expect(await change(others, { archived: false, name: "new" })).toBe(403);
  expect(await change(others, { archived: false })).toBe(200);
  await overwrite(emulator, alerts.id, {});
  expect((await asBot(emulator, "DELETE", others)).status).toBe(200);
});
