import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../../src/index.ts";
import { control, send } from "../support.ts";
import { type Anything, register } from "./support.ts";

const ROLE = 1;
const USER = 2;
const CHANNEL = 3;

let emulator: DiscordEmulator;
let command: Anything;
let role: Anything;
let ownerId: string;
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
  ownerId = (await send("GET", `${emulator.description.control_url}/state`)).json.guild.owner_id;
  command = await register(emulator, { name: "deploy", description: "d" });
  role = await control(emulator, "POST", "/roles", { name: "ops" });
  const { alice } = emulator.description.users;
  await control(emulator, "POST", "/members", { user_id: alice.id, role_ids: [role.id] });
});
afterAll(() => emulator.close());
beforeEach(async () => {
  await permit("command", []);
  await permit("application", []);
});

/** Sets command permissions as the owner of the guild has agreed to. */
async function permit(of: "command" | "application", permissions: readonly object[]): Promise<void> {
  const { api_url, application_id, guild_id } = emulator.description;
  const { access_token } = await control(emulator, "POST", "/bearer-tokens", { user_id: ownerId });
  const id = of === "command" ? command.id : application_id;
  const path = `/applications/${application_id}/guilds/${guild_id}/commands/${id}/permissions`;
  const headers = { authorization: `Bearer ${access_token}` };
  const { status, text } = await send("PUT", `${api_url}/v10${path}`, { permissions }, headers);
  if (status !== 200) throw new Error(text);
}

const allow = (type: number, id: string) => ({ type, id, permission: true });
const deny = (type: number, id: string) => ({ type, id, permission: false });

/** Who may run the command, in `alerts` unless told otherwise. */
async function mayRun(user: "alice" | "bob" | "owner", channel: "alerts" | "critical" = "alerts", name = "deploy") {
  const { control_url, channels, users } = emulator.description;
  const place = { channel_id: channels[channel].id, user_id: user === "owner" ? ownerId : users[user].id };
  const { status } = await send("POST", `${control_url}/commands`, { ...place, name });
  const listed = await send("GET", `${control_url}/commands?${new URLSearchParams(place)}`);
  const isListed = listed.json.some((one: Anything) => one.name === name);
  expect([user, channel, isListed]).toEqual([user, channel, status === 201]);
  expect([201, 403]).toContain(status);
  return status === 201;
}

test("everybody may by default", async () => {
  expect([await mayRun("alice"), await mayRun("bob"), await mayRun("owner")]).toEqual([true, true, true]);
});

test("a command may ask for permissions; none at all are administrators'", async () => {
  await register(emulator, { name: "managers", description: "d", default_member_permissions: "32" });
  await register(emulator, { name: "admins", description: "d", default_member_permissions: "0" });
  expect(await mayRun("bob", "alerts", "managers")).toBe(false);
  expect(await mayRun("owner", "alerts", "managers")).toBe(true);
  expect(await mayRun("bob", "alerts", "admins")).toBe(false);
  expect(await mayRun("owner", "alerts", "admins")).toBe(true);
  await control(emulator, "POST", "/roles", { role_id: role.id, permissions: ["MANAGE_GUILD"] });
  expect(await mayRun("alice", "alerts", "managers")).toBe(true);
  expect(await mayRun("alice", "alerts", "admins")).toBe(false);
});

test("a user's entry beats a role's, and a role's everyone's", async () => {
  const { guild_id, users } = emulator.description;
  await permit("command", [deny(ROLE, guild_id), allow(ROLE, role.id)]);
  expect([await mayRun("alice"), await mayRun("bob"), await mayRun("owner")]).toEqual([true, false, true]);
  await permit("command", [deny(ROLE, role.id), allow(USER, users.alice.id)]);
  expect([await mayRun("alice"), await mayRun("bob")]).toEqual([true, true]);
  await permit("command", [allow(ROLE, role.id), deny(USER, users.alice.id)]);
  expect(await mayRun("alice")).toBe(false);
});

test("an entry lets through who lacks the default", async () => {
  const { users } = emulator.description;
  const admins = await register(emulator, { name: "admins", description: "d", default_member_permissions: "0" });
  const deploy = command;
  command = admins;
  await permit("command", [allow(USER, users.bob.id)]);
  expect(await mayRun("bob", "alerts", "admins")).toBe(true);
  await permit("command", []);
  command = deploy;
});

test("channels can be excluded, one or all but one", async () => {
  const { guild_id, channels } = emulator.description;
  await permit("command", [deny(CHANNEL, channels.alerts.id)]);
  expect([await mayRun("alice"), await mayRun("alice", "critical"), await mayRun("owner")]).toEqual([
    false,
    true,
    true,
  ]);
  const everywhere = (BigInt(guild_id) - 1n).toString();
  await permit("command", [deny(CHANNEL, everywhere), allow(CHANNEL, channels.critical.id)]);
  expect([await mayRun("alice"), await mayRun("alice", "critical")]).toEqual([false, true]);
});

test("the application's permissions are for commands without their own", async () => {
  const { guild_id } = emulator.description;
  await permit("application", [deny(ROLE, guild_id)]);
  expect(await mayRun("bob")).toBe(false);
  await permit("command", [allow(ROLE, guild_id)]);
  expect(await mayRun("bob")).toBe(true);
});

test("who lacks USE_APPLICATION_COMMANDS in a channel runs none there", async () => {
  const { channels, users } = emulator.description;
  const place = { channel_id: channels.critical.id, user_id: users.bob.id };
  await control(emulator, "PUT", "/permissions", { ...place, deny: ["USE_APPLICATION_COMMANDS"] });
  expect([await mayRun("bob", "critical"), await mayRun("bob"), await mayRun("alice", "critical")]).toEqual([
    false,
    true,
    true,
  ]);
  await control(emulator, "PUT", "/permissions", place);
});
