import { expect, test } from "vitest";
import type { DiscordEmulator } from "../src/index.ts";
import { asBot, control, startEmulator, withToken } from "./support.ts";

const membersOf = ({ description }: DiscordEmulator) => `/guilds/${description.guild_id}/members`;
const namesOf = (members: { user: { username: string } }[]) => members.map((member) => member.user.username);

test("lists, searches and shows members with their user", async () => {
  await using emulator = await startEmulator();
  const { users, guild_id } = emulator.description;
  const path = membersOf(emulator);
  await control(emulator, "POST", "/members", { user_id: users.bob.id, nick: "Alibob" });
  const list = async (query: string) => (await asBot(emulator, "GET", `${path}${query}`)).json;
  expect(await list("")).toHaveLength(1);
  const all = await list("?limit=1000");
  expect(namesOf(all)).toEqual(["owner", "tocsin", "alice", "bob", "mallory"]);
  expect(namesOf(await list(`?limit=2&after=${users.alice.id}`))).toEqual(["bob", "mallory"]);
  expect(namesOf(await list("/search?query=al&limit=10"))).toEqual(["alice", "bob"]);
  expect(namesOf(await list("/search?query=AL"))).toEqual(["alice"]);
  expect((await list("/search")).code).toBe(50035);
  for (const limit of [0, 1001]) expect((await list(`?limit=${limit}`)).code).toBe(50035);
  expect(await list(`/${users.bob.id}`)).toMatchObject({
    nick: "Alibob",
    roles: [],
    user: { id: users.bob.id },
    communication_disabled_until: null,
    deaf: false,
    mute: false,
  });
  expect(await asBot(emulator, "GET", `${path}/123456789012345678`)).toMatchObject({
    status: 404,
    json: { code: 10007 },
  });
  expect((await asBot(emulator, "GET", `/guilds/${guild_id}?with_counts=true`)).json.approximate_member_count).toBe(5);
});

test("only an application with the members intent lists them", async () => {
  await using emulator = await startEmulator();
  const blind = await control(emulator, "POST", "/bots", { name: "blind", application_flags: 0 });
  const call = withToken(emulator, blind.bot_token);
  expect(await call("GET", membersOf(emulator))).toMatchObject({ status: 403, json: { code: 50001 } });
  expect((await call("GET", `${membersOf(emulator)}/search?query=a`)).json).toHaveLength(1);
  expect((await call("GET", `${membersOf(emulator)}/${blind.id}`)).status).toBe(200);
});

test("gives and takes roles below the bot's own, alone and as a whole", async () => {
  await using emulator = await startEmulator();
  const { users, application_id, guild_id } = emulator.description;
  const lower = await control(emulator, "POST", "/roles", { name: "lower" });
  const second = await control(emulator, "POST", "/roles", { name: "second" });
  const higher = await control(emulator, "POST", "/roles", { name: "higher", position: 4 });
  const alice = `${membersOf(emulator)}/${users.alice.id}`;
  const roles = async () => (await asBot(emulator, "GET", alice)).json.roles;
  const status = async (method: string, roleId: string) =>
    (await asBot(emulator, method, `${alice}/roles/${roleId}`)).status;
  expect(await status("PUT", lower.id)).toBe(204);
  expect(await status("PUT", lower.id)).toBe(204);
  expect(await roles()).toEqual([lower.id]);
  expect(await status("PUT", higher.id)).toBe(403);
  const own = (await asBot(emulator, "GET", `${membersOf(emulator)}/${application_id}`)).json.roles[0];
  expect(await status("PUT", own)).toBe(403);
  expect(await status("PUT", guild_id)).toBe(400);
  expect(await status("PUT", "123456789012345678")).toBe(404);
  expect(await status("DELETE", lower.id)).toBe(204);
  expect(await roles()).toEqual([]);
  const patch = (body: object) => asBot(emulator, "PATCH", alice, body);
  expect((await patch({ roles: [lower.id, second.id] })).json.roles).toEqual([lower.id, second.id]);
  expect((await patch({ roles: [higher.id] })).json.code).toBe(50013);
  await control(emulator, "POST", "/members", { user_id: users.alice.id, role_ids: [higher.id] });
  // A higher role may stay, but not go.
  expect((await patch({ roles: [higher.id, lower.id] })).json.roles).toEqual([higher.id, lower.id]);
  expect((await patch({ roles: [lower.id] })).json.code).toBe(50013);
  const plain = await control(emulator, "POST", "/bots", { name: "plain", permissions: [] });
  const call = withToken(emulator, plain.bot_token);
  expect((await call("PUT", `${alice}/roles/${lower.id}`)).json.code).toBe(50013);
  expect((await call("PATCH", alice, { roles: [] })).json.code).toBe(50013);
});

test("renames those who stand lower, and itself by CHANGE_NICKNAME", async () => {
  await using emulator = await startEmulator();
  const { users } = emulator.description;
  const path = membersOf(emulator);
  const rename = (id: string, nick: string | null) => asBot(emulator, "PATCH", `${path}/${id}`, { nick });
  expect((await rename(users.alice.id, " Al ")).json.nick).toBe("Al");
  expect((await rename(users.alice.id, null)).json.nick).toBeNull();
  expect((await rename(users.alice.id, "n".repeat(32))).status).toBe(200);
  expect((await rename(users.alice.id, "n".repeat(33))).json.code).toBe(50035);
  const owner = (await asBot(emulator, "GET", `${path}/search?query=owner`)).json[0].user.id;
  expect((await rename(owner, "Boss")).json.code).toBe(50013);
  const upper = await control(emulator, "POST", "/roles", { name: "upper", position: 9 });
  await control(emulator, "POST", "/members", { user_id: users.bob.id, role_ids: [upper.id] });
  expect((await rename(users.bob.id, "Bobby")).json.code).toBe(50013);
  const me = `${path}/@me`;
  expect((await asBot(emulator, "PATCH", me, { nick: "Bell" })).json.nick).toBe("Bell");
  expect((await asBot(emulator, "PATCH", me, {})).json.nick).toBe("Bell");
  const plain = await control(emulator, "POST", "/bots", { name: "plain", permissions: [] });
  expect((await withToken(emulator, plain.bot_token)("PATCH", me, { nick: "n" })).json.code).toBe(50013);
});

test("times members out for 28 days at most, and lets them read only", async () => {
  let now = Date.UTC(2026, 0, 1);
  await using emulator = await startEmulator({ now: () => now });
  const { channels } = emulator.description;
  const other = await control(emulator, "POST", "/bots", { name: "other", permissions: ["MANAGE_MESSAGES"] });
  const call = withToken(emulator, other.bot_token);
  const timeout = (id: string, ms: number | null) => {
    const until = ms === null ? null : new Date(now + ms).toISOString();
    return asBot(emulator, "PATCH", `${membersOf(emulator)}/${id}`, { communication_disabled_until: until });
  };
  const day = 86_400_000;
  expect((await timeout(other.id, 28 * day + 1)).json.code).toBe(50035);
  expect((await timeout(other.id, 28 * day)).status).toBe(200);
  expect((await timeout(other.id, 60_000)).json.communication_disabled_until).toContain("2026-01-01T00:01:00");
  const post = async () => (await call("POST", `/channels/${channels.alerts.id}/messages`, { content: "c" })).status;
  const read = async () => (await call("GET", `/channels/${channels.alerts.id}/messages`)).status;
  expect([await post(), await read()]).toEqual([403, 200]);
  now += 60_000;
  expect(await post()).toBe(200);
  await timeout(other.id, day);
  expect(await post()).toBe(403);
  expect((await timeout(other.id, null)).json.communication_disabled_until).toBeNull();
  expect(await post()).toBe(200);
  // Neither owners nor administrators, nor whoever stands higher.
  const owner = (await asBot(emulator, "GET", `${membersOf(emulator)}/search?query=owner`)).json[0].user.id;
  expect((await timeout(owner, day)).json.code).toBe(50013);
  const boss = await control(emulator, "POST", "/bots", { name: "boss", permissions: ["ADMINISTRATOR"] });
  expect((await timeout(boss.id, day)).json.code).toBe(50013);
});

test("nobody is in a voice channel, so nobody is muted, deafened or moved there", async () => {
  await using emulator = await startEmulator();
  const alice = `${membersOf(emulator)}/${emulator.description.users.alice.id}`;
  const voice = await control(emulator, "POST", "/bots", { name: "voice", permissions: ["MUTE_MEMBERS"] });
  const call = withToken(emulator, voice.bot_token);
  expect(await call("PATCH", alice, { mute: true })).toMatchObject({ status: 400, json: { code: 40032 } });
  expect((await call("PATCH", alice, { deaf: true })).json.code).toBe(50013);
});
