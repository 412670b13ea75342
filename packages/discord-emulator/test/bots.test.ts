import { expect, test } from "vitest";
import { asBot, control, send, startEmulator, withToken } from "./support.ts";

test("two bots in one channel are two authors with their own messages, nonces, reactions and applications", async () => {
  await using emulator = await startEmulator();
  const { channels, application_id } = emulator.description;
  const second = await control(emulator, "POST", "/bots", { name: "second" });
  const asSecond = withToken(emulator, second.bot_token);
  const path = `/channels/${channels.alerts.id}/messages`;
  const post = { content: "c", nonce: "same", enforce_nonce: true };
  const ours = (await asBot(emulator, "POST", path, post)).json;
  const theirs = (await asSecond("POST", path, post)).json;
  expect(theirs.id).not.toBe(ours.id);
  expect([ours.author.id, theirs.author.id]).toEqual([application_id, second.id]);
  expect(theirs.author).toMatchObject({ username: "second", bot: true });
  expect(await asBot(emulator, "PATCH", `${path}/${theirs.id}`, { content: "x" })).toMatchObject({
    status: 403,
    json: { code: 50005 },
  });
  expect((await asSecond("DELETE", `${path}/${ours.id}`)).json.code).toBe(50013);
  await asBot(emulator, "PUT", `${path}/${ours.id}/reactions/✅/@me`);
  const reactions = async (call: typeof asSecond) => (await call("GET", `${path}/${ours.id}`)).json.reactions;
  expect(await reactions(asSecond)).toMatchObject([{ count: 1, me: false }]);
  await asSecond("PUT", `${path}/${ours.id}/reactions/✅/@me`);
  expect(await reactions(asSecond)).toMatchObject([{ count: 2, me: true }]);
  await asSecond("DELETE", `${path}/${ours.id}/reactions/✅/@me`);
  expect(await reactions(withToken(emulator, emulator.description.bot_token))).toMatchObject([{ count: 1, me: true }]);
  expect((await asSecond("GET", "/users/@me")).json).toMatchObject({ id: second.id, username: "second" });
  expect((await asSecond("GET", "/applications/@me")).json).toMatchObject({
    id: second.application_id,
    verify_key: second.public_key,
  });
  // A bot without a role of its own has what everyone has, and no more.
  const [guild] = (await asSecond("GET", "/users/@me/guilds")).json;
  expect(guild).toMatchObject({ permissions: "311385246784", owner: false });
});

test("a webhook shows its token to the application that owns it only", async () => {
  await using emulator = await startEmulator();
  const path = `/channels/${emulator.description.channels.alerts.id}/webhooks`;
  const hook = (await asBot(emulator, "POST", path, { name: "w" })).json;
  const second = await control(emulator, "POST", "/bots", { name: "second", permissions: ["MANAGE_WEBHOOKS"] });
  const seen = (await withToken(emulator, second.bot_token)("GET", path)).json;
  expect(seen.map((each: { token?: string }) => each.token !== undefined)).toEqual([true, false]);
  expect(JSON.stringify(seen)).not.toContain(hook.token);
});

test("rate limits of one bot are not another's", async () => {
  await using emulator = await startEmulator({ limits: "documented" });
  const { channels } = emulator.description;
  const second = await control(emulator, "POST", "/bots", { name: "second" });
  const path = `/channels/${channels.alerts.id}/messages`;
  for (let count = 0; count < 5; count += 1) await asBot(emulator, "POST", path, { content: "c" });
  expect((await asBot(emulator, "POST", path, { content: "c" })).status).toBe(429);
  expect((await withToken(emulator, second.bot_token)("POST", path, { content: "c" })).status).toBe(200);
});

test("a guild is closed to bots that are not in it, and open to those that are invited", async () => {
  await using emulator = await startEmulator();
  const guild = await control(emulator, "POST", "/guilds", { name: "Elsewhere" });
  const channel = guild.channels[0];
  expect(channel).toMatchObject({ name: "general", type: 0, guild_id: guild.id });
  expect(await asBot(emulator, "GET", `/guilds/${guild.id}`)).toMatchObject({ status: 404, json: { code: 10004 } });
  for (const path of [`/guilds/${guild.id}/channels`, `/guilds/${guild.id}/roles`, `/channels/${channel.id}`]) {
    expect(await asBot(emulator, "GET", path)).toMatchObject({ status: 403, json: { code: 50001 } });
  }
  const bot = await control(emulator, "POST", "/bots", { name: "local", guild_id: guild.id, permissions: "2048" });
  const asLocal = withToken(emulator, bot.bot_token);
  expect((await asLocal("GET", `/guilds/${guild.id}`)).json).toMatchObject({ name: "Elsewhere", emojis: [] });
  expect((await asLocal("POST", `/channels/${channel.id}/messages`, { content: "c" })).status).toBe(200);
  const { alerts } = emulator.description.channels;
  expect((await asLocal("POST", `/channels/${alerts.id}/messages`, { content: "c" })).json.code).toBe(50001);
  const user_id = emulator.description.application_id;
  await control(emulator, "POST", "/members", { guild_id: guild.id, user_id });
  const mine = async (query = "") =>
    (await asBot(emulator, "GET", `/users/@me/guilds${query}`)).json.map((each: { id: string }) => each.id);
  expect(await mine()).toEqual([emulator.description.guild_id, guild.id]);
  expect(await mine("?limit=1")).toEqual([emulator.description.guild_id]);
  expect(await mine(`?after=${emulator.description.guild_id}`)).toEqual([guild.id]);
  expect(await mine(`?before=${guild.id}`)).toEqual([emulator.description.guild_id]);
  expect((await asBot(emulator, "POST", `/channels/${channel.id}/messages`, { content: "c" })).status).toBe(200);
  expect((await asBot(emulator, "GET", `/guilds/${guild.id}/webhooks`)).json.code).toBe(50013);
});

test("a bot that leaves, is kicked or is banned is out; only the banned cannot come back", async () => {
  await using emulator = await startEmulator();
  const { guild_id, channels, control_url } = emulator.description;
  const bot = await control(emulator, "POST", "/bots", { name: "guest", permissions: ["MANAGE_MESSAGES"] });
  const call = withToken(emulator, bot.bot_token);
  const post = async () => (await call("POST", `/channels/${channels.alerts.id}/messages`, { content: "c" })).json.code;
  const membership = { user_id: bot.id };
  expect(await post()).toBeUndefined();
  expect((await call("DELETE", `/users/@me/guilds/${guild_id}`)).status).toBe(204);
  expect(await post()).toBe(50001);
  expect((await call("DELETE", `/users/@me/guilds/${guild_id}`)).json.code).toBe(10004);
  expect((await call("GET", "/users/@me/guilds")).json).toEqual([]);
  const roles = (await asBot(emulator, "GET", `/guilds/${guild_id}/roles`)).json;
  expect(roles.map((role: { name: string }) => role.name)).toEqual(["@everyone", "tocsin"]);
  await control(emulator, "POST", "/members", membership);
  expect(await post()).toBeUndefined();
  await control(emulator, "POST", "/kicks", membership);
  expect(await post()).toBe(50001);
  await control(emulator, "POST", "/members", membership);
  await control(emulator, "POST", "/bans", membership);
  expect(await post()).toBe(50001);
  expect((await send("POST", `${control_url}/members`, membership)).status).toBe(403);
  await control(emulator, "POST", "/bans", { ...membership, op: "remove" });
  await control(emulator, "POST", "/members", membership);
  expect(await post()).toBeUndefined();
});

test("a revoked token is worth nothing, and the new one works", async () => {
  await using emulator = await startEmulator();
  const second = await control(emulator, "POST", "/bots", { name: "second" });
  const fresh = await control(emulator, "POST", "/tokens/revoke", {});
  expect(fresh.id).toBe(emulator.description.application_id);
  expect(await asBot(emulator, "GET", "/users/@me")).toMatchObject({ status: 401, json: { code: 0 } });
  expect((await withToken(emulator, fresh.bot_token)("GET", "/users/@me")).json.id).toBe(fresh.id);
  expect((await withToken(emulator, second.bot_token)("GET", "/users/@me")).status).toBe(200);
  await control(emulator, "POST", "/tokens/revoke", { bot_id: second.id });
  expect((await withToken(emulator, second.bot_token)("GET", "/users/@me")).status).toBe(401);
});

test("a bot changes its name and picture", async () => {
  await using emulator = await startEmulator();
  const change = (body: object) => asBot(emulator, "PATCH", "/users/@me", body);
  const changed = (await change({ username: "bell", avatar: "data:image/png;base64,AAAA" })).json;
  expect(changed).toMatchObject({ username: "bell", avatar: expect.stringMatching(/^[0-9a-f]{32}$/), bot: true });
  expect((await change({ avatar: null })).json).toMatchObject({ username: "bell", avatar: null });
  for (const username of ["b", "b".repeat(33), "discord bell", "here"]) {
    expect((await change({ username })).json.code).toBe(50035);
  }
  expect((await asBot(emulator, "GET", "/users/@me")).json.username).toBe("bell");
});

test("direct messages go to those who take them and share a guild with the bot", async () => {
  await using emulator = await startEmulator();
  const { users, application_id } = emulator.description;
  const open = (recipient_id: string) => asBot(emulator, "POST", "/users/@me/channels", { recipient_id });
  const channel = (await open(users.alice.id)).json;
  expect(channel).toMatchObject({ type: 1, recipients: [{ username: "alice" }] });
  expect((await open(users.alice.id)).json.id).toBe(channel.id);
  const path = `/channels/${channel.id}`;
  const post = (body: object = { content: "psst" }) => asBot(emulator, "POST", `${path}/messages`, body);
  const message = (await post()).json;
  expect(message).toMatchObject({ content: "psst", author: { id: application_id } });
  await control(emulator, "POST", "/messages", { channel_id: channel.id, user_id: users.alice.id, content: "hello" });
  const read = (await asBot(emulator, "GET", `${path}/messages`)).json;
  expect(read.map((each: { content: string }) => each.content)).toEqual(["hello", "psst"]);
  expect((await asBot(emulator, "DELETE", `${path}/messages/${read[0].id}`)).json.code).toBe(50003);
  expect((await asBot(emulator, "PATCH", path, { name: "n" })).json.code).toBe(50003);
  expect((await asBot(emulator, "PUT", `${path}/messages/${message.id}/reactions/✅/@me`)).status).toBe(204);

  await control(emulator, "POST", "/members", { user_id: users.alice.id, takes_direct_messages: false });
  expect(await post()).toMatchObject({ status: 403, json: { code: 50007 } });
  await control(emulator, "POST", "/members", { user_id: users.alice.id, takes_direct_messages: true });
  await control(emulator, "POST", "/kicks", { user_id: users.alice.id });
  expect(await post()).toMatchObject({ status: 403, json: { code: 50278 } });
  await control(emulator, "POST", "/members", { user_id: users.alice.id });
  expect((await post()).status).toBe(200);

  const second = await control(emulator, "POST", "/bots", { name: "second" });
  expect(await open(second.id)).toMatchObject({ status: 400, json: { code: 50007 } });
  expect((await open("123456789012345678")).json.code).toBe(10013);
  expect((await asBot(emulator, "POST", "/users/@me/channels", {})).json.code).toBe(50035);
  expect((await withToken(emulator, second.bot_token)("GET", path)).json.code).toBe(50001);
  // Closed and opened again it is the same one, with its history.
  expect((await asBot(emulator, "DELETE", path)).status).toBe(200);
  expect((await asBot(emulator, "GET", path)).json.code).toBe(10003);
  expect((await open(users.alice.id)).json.id).toBe(channel.id);
  expect((await asBot(emulator, "GET", `${path}/messages`)).json.length).toBeGreaterThan(1);
});
