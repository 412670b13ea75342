import { expect, test } from "vitest";
import { asBot, control, send, startEmulator } from "./support.ts";

test("shows guilds with their roles, people and bots, without secrets", async () => {
  await using emulator = await startEmulator();
  const { control_url, guild_id } = emulator.description;
  const bot = await control(emulator, "POST", "/bots", { name: "second" });
  const guild = await control(emulator, "POST", "/guilds", { name: "Elsewhere" });
  const { json, text } = await send("GET", `${control_url}/state`);
  expect(json.guild).toMatchObject({
    id: guild_id,
    roles: [{ name: "@everyone" }, { name: "second" }, { name: "tocsin" }],
  });
  expect(json.guilds.map((each: { name: string }) => each.name)).toEqual(["Tocsin", "Elsewhere"]);
  expect(json.bots.map((each: { username: string }) => each.username)).toEqual(["tocsin", "second"]);
  // Channels are those of the seeded guild.
  expect(json.channels).toHaveLength(3);
  expect(guild.owner_id).toBe(json.users.find((user: { username: string }) => user.username === "owner").id);
  expect(text).not.toContain(bot.bot_token);
  expect((await send("GET", `${control_url}/requests`)).text).not.toContain(bot.bot_token);
});

test("makes users, members, roles and permissions by names or numbers", async () => {
  await using emulator = await startEmulator();
  const { guild_id, channels, users } = emulator.description;
  const role = await control(emulator, "POST", "/roles", {
    name: "on call",
    permissions: ["VIEW_CHANNEL", "SEND_MESSAGES"],
  });
  expect(role).toMatchObject({ name: "on call", permissions: "3072", position: 1 });
  const changed = await control(emulator, "POST", "/roles", {
    role_id: role.id,
    permissions: "1024",
    mentionable: true,
    color: 255,
  });
  expect(changed).toMatchObject({
    id: role.id,
    color: 255,
    colors: { primary_color: 255 },
    name: "on call",
    permissions: "1024",
    mentionable: true,
  });
  const carol = await control(emulator, "POST", "/members", { name: "carol", nick: "Caz", role_ids: [role.id] });
  expect(carol).toMatchObject({ nick: "Caz", roles: [role.id], user: { username: "carol", global_name: "Carol" } });
  expect((await asBot(emulator, "GET", `/guilds/${guild_id}/members/${carol.user.id}`)).json).toEqual(carol);
  const again = await control(emulator, "POST", "/members", { user_id: carol.user.id, nick: "", role_ids: [] });
  expect(again).toMatchObject({ nick: null, roles: [] });
  const target = { channel_id: channels.alerts.id, user_id: users.alice.id };
  const channel = await control(emulator, "PUT", "/permissions", { ...target, allow: 64, deny: ["SEND_MESSAGES"] });
  expect(channel.permission_overwrites).toEqual([{ id: users.alice.id, type: 1, allow: "64", deny: "2048" }]);
  expect((await control(emulator, "PUT", "/permissions", target)).permission_overwrites).toEqual([]);
});

test("says what is wrong with a request about people", async () => {
  await using emulator = await startEmulator();
  const { control_url, guild_id, channels, users, application_id } = emulator.description;
  const ask = async (method: string, path: string, body: object) =>
    (await send(method, `${control_url}${path}`, body)).status;
  const nobody = "123456789012345678";
  const mistake = await send("POST", `${control_url}/bots`, { name: "b", permissions: ["FLY"] });
  expect(mistake).toMatchObject({ status: 400, json: { error: { details: [{ where: "name", found: "b" }] } } });
  const unknown = await send("POST", `${control_url}/bots`, { name: "bot", permissions: ["FLY"] });
  expect(unknown.json.error.details).toEqual([
    { where: "permissions", found: ["FLY"], expected: expect.stringContaining("names of Discord's permissions") },
  ]);
  expect(await ask("POST", "/bots", { name: "bot", guild_id: nobody })).toBe(404);
  expect(await ask("POST", "/bots", { name: "homeless", guild_id: null })).toBe(201);
  expect(await ask("POST", "/guilds", { name: "g", owner_id: nobody })).toBe(404);
  expect(await ask("POST", "/guilds", {})).toBe(400);
  expect(await ask("POST", "/members", {})).toBe(400);
  expect(await ask("POST", "/members", { name: "two", user_id: users.alice.id })).toBe(400);
  expect(await ask("POST", "/members", { user_id: nobody })).toBe(404);
  expect(await ask("POST", "/members", { user_id: users.alice.id, role_ids: [guild_id] })).toBe(404);
  expect(await ask("POST", "/members", { user_id: users.alice.id, guild_id: nobody })).toBe(404);
  expect(await ask("POST", "/roles", { role_id: nobody })).toBe(404);
  expect(await ask("POST", "/roles", { guild_id: nobody })).toBe(404);
  expect(await ask("POST", "/roles", { permissions: "many" })).toBe(400);
  const target = { channel_id: channels.alerts.id };
  expect(await ask("PUT", "/permissions", target)).toBe(400);
  expect(await ask("PUT", "/permissions", { ...target, role_id: guild_id, user_id: users.alice.id })).toBe(400);
  expect(await ask("PUT", "/permissions", { ...target, role_id: nobody })).toBe(404);
  expect(await ask("PUT", "/permissions", { channel_id: nobody, role_id: guild_id })).toBe(404);
  const thread = (await asBot(emulator, "POST", `/channels/${channels.alerts.id}/threads`, { name: "t" })).json;
  expect(await ask("PUT", "/permissions", { channel_id: thread.id, role_id: guild_id })).toBe(400);
  expect(await ask("POST", "/kicks", { user_id: nobody })).toBe(404);
  expect(await ask("POST", "/bans", { user_id: nobody })).toBe(404);
  const owner = (await asBot(emulator, "GET", `/guilds/${guild_id}`)).json.owner_id;
  expect(await ask("POST", "/kicks", { user_id: owner })).toBe(400);
  expect(await ask("POST", "/bans", { user_id: owner })).toBe(400);
  expect(await ask("POST", "/tokens/revoke", { bot_id: users.alice.id })).toBe(404);
  expect((await asBot(emulator, "GET", `/guilds/${guild_id}/members/${application_id}`)).status).toBe(200);
});
