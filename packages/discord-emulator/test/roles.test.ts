import { expect, test } from "vitest";
import type { DiscordEmulator } from "../src/index.ts";
import { asBot, control, startEmulator, withToken } from "./support.ts";

const rolesOf = ({ description }: DiscordEmulator) => `/guilds/${description.guild_id}/roles`;

/** A bot of the seeded guild with `permissions`, besides those of everyone. */
async function invite(emulator: DiscordEmulator, permissions: readonly string[]) {
  const bot = await control(emulator, "POST", "/bots", { name: "other", permissions });
  return { ...bot, call: withToken(emulator, bot.bot_token) };
}

test("makes, changes, lists and deletes roles, and takes them from members and channels", async () => {
  await using emulator = await startEmulator();
  const { guild_id, users, channels } = emulator.description;
  const path = rolesOf(emulator);
  const plain = (await asBot(emulator, "POST", path, {})).json;
  expect(plain).toMatchObject({ name: "new role", permissions: "311385246784", position: 1, managed: false });
  const wish = { name: "on call", color: 0xff0000, hoist: true, mentionable: true, permissions: "1024" };
  const role = (await asBot(emulator, "POST", path, wish)).json;
  expect(role).toMatchObject({ ...wish, position: 1, colors: { primary_color: 0xff0000 } });
  const listed = (await asBot(emulator, "GET", path)).json;
  expect(listed.map((each: { name: string; position: number }) => [each.name, each.position])).toEqual([
    ["@everyone", 0],
    ["on call", 1],
    ["new role", 2],
    ["tocsin", 3],
  ]);
  const changed = await asBot(emulator, "PATCH", `${path}/${role.id}`, { name: "duty", permissions: 2048 });
  expect(changed).toMatchObject({ status: 200, json: { ...wish, name: "duty", permissions: "2048" } });
  expect((await asBot(emulator, "GET", `${path}/${role.id}`)).json).toEqual(changed.json);

  const member = `/guilds/${guild_id}/members/${users.alice.id}`;
  await asBot(emulator, "PUT", `${member}/roles/${role.id}`);
  await control(emulator, "PUT", "/permissions", { channel_id: channels.alerts.id, role_id: role.id, deny: "64" });
  expect((await asBot(emulator, "DELETE", `${path}/${role.id}`)).status).toBe(204);
  expect((await asBot(emulator, "GET", member)).json.roles).toEqual([]);
  expect((await asBot(emulator, "GET", `/channels/${channels.alerts.id}`)).json.permission_overwrites).toEqual([]);
  expect(await asBot(emulator, "GET", `${path}/${role.id}`)).toMatchObject({ status: 404, json: { code: 10011 } });
});

test("has at most 250 roles", async () => {
  await using emulator = await startEmulator();
  for (let count = 2; count < 250; count += 1) {
    expect((await asBot(emulator, "POST", rolesOf(emulator), { name: "r" })).status).toBe(200);
  }
  const full = await asBot(emulator, "POST", rolesOf(emulator), { name: "r" });
  expect(full).toMatchObject({ status: 400, json: { code: 30005 } });
});

test("names of roles have 1 to 100 characters, colours 24 bits, permissions are integers", async () => {
  await using emulator = await startEmulator();
  const make = async (body: object) => (await asBot(emulator, "POST", rolesOf(emulator), body)).status;
  expect(await make({ name: "n".repeat(100), color: 0xffffff })).toBe(200);
  for (const body of [
    { name: "n".repeat(101) },
    { name: " " },
    { color: 0x1000000 },
    { permissions: "all" },
    { permissions: -1 },
  ]) {
    expect(await make(body)).toBe(400);
  }
});

test("a bot changes only lower roles, and gives only what it has", async () => {
  await using emulator = await startEmulator();
  const path = rolesOf(emulator);
  const low = await invite(emulator, ["MANAGE_ROLES"]);
  const denied = { status: 403, json: { code: 50013 } };
  const roles = (await asBot(emulator, "GET", path)).json;
  const idOf = (name: string) => roles.find((role: { name: string }) => role.name === name).id;
  // The seeded bot's role stands higher, and its own is as high as itself.
  for (const id of [idOf("tocsin"), low.role_id]) {
    expect(await low.call("PATCH", `${path}/${id}`, { name: "mine" })).toMatchObject(denied);
    expect(await low.call("DELETE", `${path}/${id}`)).toMatchObject(denied);
  }
  const made = (await low.call("POST", path, { name: "lower", permissions: "0" })).json;
  expect(await low.call("PATCH", `${path}/${made.id}`, { permissions: "8" })).toMatchObject(denied);
  expect(await low.call("POST", path, { permissions: "8" })).toMatchObject(denied);
  expect((await low.call("PATCH", `${path}/${made.id}`, { permissions: "268435456" })).json.permissions).toBe(
    "268435456",
  );
  // What a role has already may stay, though the bot could not give it.
  await control(emulator, "POST", "/roles", { role_id: made.id, permissions: ["MANAGE_GUILD"] });
  expect((await low.call("PATCH", `${path}/${made.id}`, { name: "kept", permissions: 32 })).status).toBe(200);
  expect((await low.call("DELETE", `${path}/${made.id}`)).status).toBe(204);
  // Roles of bots and everyone's stay for ever.
  expect((await asBot(emulator, "DELETE", `${path}/${low.role_id}`)).json.code).toBe(50028);
  expect((await asBot(emulator, "DELETE", `${path}/${emulator.description.guild_id}`)).json.code).toBe(50028);
  const without = await invite(emulator, []);
  expect(await without.call("POST", path, { name: "n" })).toMatchObject(denied);
  expect((await without.call("GET", path)).status).toBe(200);
});

test("a bot moves only lower roles, and no higher than itself", async () => {
  await using emulator = await startEmulator();
  const path = rolesOf(emulator);
  const upper = (await asBot(emulator, "POST", path, { name: "upper" })).json;
  const low = await invite(emulator, ["MANAGE_ROLES"]);
  const lower = (await asBot(emulator, "POST", path, { name: "lower" })).json;
  const names = async () => (await asBot(emulator, "GET", path)).json.map((role: { name: string }) => role.name);
  expect(await names()).toEqual(["@everyone", "lower", "other", "upper", "tocsin"]);
  const move = (call: typeof low.call, ...moves: [id: string, position: number][]) =>
    call(
      "PATCH",
      path,
      moves.map(([id, position]) => ({ id, position })),
    );
  expect((await move(low.call, [upper.id, 1])).json.code).toBe(50013);
  expect((await move(low.call, [lower.id, 3])).json.code).toBe(50013);
  const bySeeded = withToken(emulator, emulator.description.bot_token);
  const moved = await move(bySeeded, [lower.id, 3], [upper.id, 1]);
  expect(moved).toMatchObject({ status: 200 });
  expect(await names()).toEqual(["@everyone", "upper", "other", "lower", "tocsin"]);
  expect((await move(bySeeded, [emulator.description.guild_id, 1])).json.code).toBe(50028);
  expect((await move(bySeeded, [lower.id, 5])).json.code).toBe(50013);
  expect((await move(bySeeded, ["123456789012345678", 1])).json.code).toBe(10011);
  expect((await bySeeded("PATCH", path, { id: lower.id })).json.code).toBe(50035);
  const mistake = await bySeeded("PATCH", path, [{ id: lower.id, position: "x" }]);
  expect(mistake.json.errors["0"].position._errors[0].code).toBe("NUMBER_TYPE_COERCE");
});

test("a channel's overwrites are set by MANAGE_ROLES, with bits that the bot has", async () => {
  await using emulator = await startEmulator();
  const { channels, users, guild_id } = emulator.description;
  const channel = `/channels/${channels.alerts.id}`;
  const put = (id: string, body: object, call = withToken(emulator, emulator.description.bot_token)) =>
    call("PUT", `${channel}/permissions/${id}`, body);
  const overwrites = async () => (await asBot(emulator, "GET", channel)).json.permission_overwrites;
  expect((await put(guild_id, { type: 0, deny: "2048" })).status).toBe(204);
  expect((await put(users.alice.id, { type: 1, allow: 2048, deny: null })).status).toBe(204);
  expect(await overwrites()).toEqual([
    { id: guild_id, type: 0, allow: "0", deny: "2048" },
    { id: users.alice.id, type: 1, allow: "2048", deny: "0" },
  ]);
  expect((await put("123456789012345678", { type: 0 })).json.code).toBe(10011);
  expect((await put("123456789012345678", { type: 1 })).json.code).toBe(10007);
  // BAN_MEMBERS is not the bot's to give or to deny, and MANAGE_ROLES only an administrator's.
  expect((await put(users.bob.id, { type: 1, allow: "4" })).json.code).toBe(50013);
  expect((await put(users.bob.id, { type: 1, deny: "4" })).json.code).toBe(50013);
  expect((await put(users.bob.id, { type: 1, allow: "268435456" })).json.code).toBe(50013);
  const administrator = await invite(emulator, ["ADMINISTRATOR"]);
  expect((await put(users.bob.id, { type: 1, allow: "268435460" }, administrator.call)).status).toBe(204);
  // Bits that stay as they are need not be had.
  expect((await put(guild_id, { type: 0, deny: "0" })).status).toBe(204);
  expect((await asBot(emulator, "PATCH", channel, { permission_overwrites: [] })).json.code).toBe(50013);
  const whole = [{ id: users.bob.id, type: 1, allow: "268435460" }];
  expect((await asBot(emulator, "PATCH", channel, { permission_overwrites: whole })).status).toBe(200);
  expect((await asBot(emulator, "DELETE", `${channel}/permissions/${users.alice.id}`)).json.code).toBe(10009);
  expect((await administrator.call("DELETE", `${channel}/permissions/${users.bob.id}`)).status).toBe(204);
  expect(await overwrites()).toEqual([]);
  // Whoever the channel itself allows MANAGE_ROLES sets there what it likes.
  const limited = await invite(emulator, []);
  expect((await put(users.bob.id, { type: 1, allow: "4" }, limited.call)).json.code).toBe(50013);
  await put(limited.id, { type: 1, allow: "268435456" }, administrator.call);
  expect((await put(users.bob.id, { type: 1, allow: "4" }, limited.call)).status).toBe(204);
});

test("new channels are made by MANAGE_CHANNELS, with overwrites of what the bot has", async () => {
  await using emulator = await startEmulator();
  const { guild_id } = emulator.description;
  const path = `/guilds/${guild_id}/channels`;
  const closed = [{ id: guild_id, type: 0, deny: "1024" }];
  const made = await asBot(emulator, "POST", path, { name: "closed", permission_overwrites: closed });
  expect(made).toMatchObject({ status: 201, json: { permission_overwrites: [{ deny: "1024", allow: "0" }] } });
  const other = await invite(emulator, []);
  expect((await other.call("POST", path, { name: "n" })).json.code).toBe(50013);
  expect((await other.call("GET", `/channels/${made.json.id}`)).json.code).toBe(50001);
  // What a bot cannot see is not listed for it.
  const names = async (call: typeof other.call) =>
    (await call("GET", path)).json.map((channel: { name: string }) => channel.name);
  expect(await names(other.call)).toEqual(["alerts", "critical", "forum"]);
  const foreign = [{ id: guild_id, type: 0, allow: "4" }];
  expect((await asBot(emulator, "POST", path, { name: "n", permission_overwrites: foreign })).json.code).toBe(50013);
});
