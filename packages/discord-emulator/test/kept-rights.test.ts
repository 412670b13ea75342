import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TemporaryDirectory, temporaryDirectory } from "@tocsin/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startDiscordEmulator } from "../src/index.ts";
import { createRandom } from "../src/random.ts";
import { createApplicationKeys, createBotToken } from "../src/state/bots.ts";
import { MIGRATIONS } from "../src/state/schema.ts";
import { asBot, control, postMessage, startEmulator, withToken } from "./support.ts";

let directory: TemporaryDirectory;
let dataDir: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  dataDir = directory.path;
});
afterEach(() => directory.remove());

test("bots, guilds, roles, overwrites, timeouts, tokens and direct messages are the same after a restart", async () => {
  const first = await startDiscordEmulator({ dataDir, limits: "off" });
  const { channels, users, guild_id, application_id } = first.description;
  const guild = await control(first, "POST", "/guilds", { name: "Elsewhere" });
  const bot = await control(first, "POST", "/bots", { name: "second", guild_id: guild.id });
  const role = await control(first, "POST", "/roles", { name: "on call" });
  await control(first, "POST", "/members", {
    user_id: users.alice.id,
    role_ids: [role.id],
    takes_direct_messages: false,
  });
  const target = { channel_id: channels.alerts.id, user_id: application_id };
  await control(first, "PUT", "/permissions", { ...target, deny: ["SEND_MESSAGES"] });
  const until = { communication_disabled_until: new Date(Date.now() + 3_600_000).toISOString() };
  await asBot(first, "PATCH", `/guilds/${guild_id}/members/${users.bob.id}`, until);
  const direct = (await asBot(first, "POST", "/users/@me/channels", { recipient_id: users.alice.id })).json;
  await control(first, "POST", "/bans", { user_id: users.mallory.id });
  const fresh = await control(first, "POST", "/tokens/revoke", {});
  const look = async (emulator: Parameters<typeof withToken>[0]) => {
    const ours = withToken(emulator, fresh.bot_token);
    const theirs = withToken(emulator, bot.bot_token);
    return [
      await ours("GET", `/guilds/${guild_id}/roles`),
      await ours("GET", `/guilds/${guild_id}/members?limit=100`),
      await ours("GET", `/channels/${channels.alerts.id}`),
      await ours("POST", `/channels/${channels.alerts.id}/messages`, { content: "c" }),
      await ours("POST", `/channels/${direct.id}/messages`, { content: "c" }),
      await theirs("GET", `/guilds/${guild.id}`),
      await theirs("GET", "/users/@me/guilds"),
      await theirs("GET", `/guilds/${guild_id}`),
    ].map(({ status, json }) => [status, json]);
  };
  const before = await look(first);
  expect(before.map(([status]) => status)).toEqual([200, 200, 200, 403, 403, 200, 200, 404]);
  await first.close();
  await using second = await startEmulator({ dataDir });
  expect(second.description.bot_token).toBe(fresh.bot_token);
  expect(await look(second)).toEqual(before);
});

/** A data directory as the first version of the emulator left it: one guild without roles, members and bots of its own. */
async function createOldDirectory(): Promise<{ token: string; messageId: string }> {
  await mkdir(dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, "emulator.sqlite"));
  database.exec(`${MIGRATIONS[0]} PRAGMA user_version = 1;`);
  const random = createRandom(1, "old");
  const id = (place: number) => String(1_400_000_000_000_000_000n + BigInt(place));
  const token = createBotToken(id(1), random);
  const identity = {
    applicationId: id(1),
    botUserId: id(1),
    botToken: token,
    ...createApplicationKeys(random),
    guildId: id(2),
    ownerId: id(0),
    channelIds: { alerts: id(3), critical: id(4), forum: id(5) },
    webhookIds: { alerts: id(6), critical: id(7), forum: id(8) },
    userIds: { alice: id(9), bob: id(10), mallory: id(11) },
    thumbsupId: id(12),
  };
  database.prepare("INSERT INTO meta VALUES ('identity', ?)").run(JSON.stringify(identity));
  const user = (userId: string, username: string, isBot = false) => {
    const names = { id: userId, username, discriminator: "0", global_name: null };
    const body = {
      ...names,
      avatar: null,
      public_flags: 0,
      flags: 0,
      primary_guild: null,
      ...(isBot ? { bot: true } : {}),
    };
    database.prepare("INSERT INTO users VALUES (?, ?)").run(BigInt(userId), JSON.stringify(body));
    return body;
  };
  user(id(0), "owner");
  const bot = user(id(1), "tocsin", true);
  for (const [name, userId] of Object.entries(identity.userIds)) user(userId, name);
  for (const [position, [name, channelId]] of Object.entries(identity.channelIds).entries()) {
    const type = name === "forum" ? 15 : 0;
    const place = { id: channelId, type, guild_id: id(2), name, parent_id: null, position, permission_overwrites: [] };
    const rest = { flags: 0, last_message_id: null, rate_limit_per_user: 0, nsfw: false, topic: null };
    const body = JSON.stringify({ ...place, ...rest, ...(type === 15 ? { available_tags: [] } : {}) });
    database.prepare("INSERT INTO channels VALUES (?, NULL, ?, ?)").run(BigInt(channelId), type, body);
  }
  const webhook = {
    id: id(6),
    type: 1,
    guild_id: id(2),
    channel_id: id(3),
    name: "w",
    avatar: null,
    application_id: null,
  };
  const secret = { token: random.token(68), user_id: id(0) };
  const store = database.prepare("INSERT INTO webhooks VALUES (?, ?, ?)");
  store.run(BigInt(id(6)), BigInt(id(3)), JSON.stringify({ ...webhook, ...secret }));
  const message = {
    id: id(13),
    channel_id: id(3),
    type: 0,
    content: "from before",
    author: bot,
    timestamp: "2026-01-01T00:00:00.000000+00:00",
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    components: [],
    flags: 0,
  };
  const insert = database.prepare("INSERT INTO messages VALUES (?, ?, ?, NULL, ?)");
  insert.run(BigInt(id(13)), BigInt(id(3)), BigInt(id(1)), JSON.stringify(message));
  database.close();
  return { token, messageId: id(13) };
}

test("a directory from before there were roles keeps all it holds, and gets what a new guild has", async () => {
  const { token, messageId } = await createOldDirectory();
  for (let start = 0; start < 2; start += 1) {
    await using emulator = await startEmulator({ dataDir });
    const { guild_id, channels, bot_token, users } = emulator.description;
    expect(bot_token).toBe(token);
    const path = `/channels/${channels.alerts.id}/messages/${messageId}`;
    expect((await asBot(emulator, "GET", path)).json.content).toBe("from before");
    expect((await asBot(emulator, "PATCH", path, { content: "from before" })).status).toBe(200);
    expect((await postMessage(channels.alerts.webhook_url, { content: "new" })).author.username).toBe("w");
    const roles = (await asBot(emulator, "GET", `/guilds/${guild_id}/roles`)).json;
    expect(roles.map((role: { name: string }) => role.name)).toEqual(["@everyone", "tocsin"]);
    const members = (await asBot(emulator, "GET", `/guilds/${guild_id}/members?limit=10`)).json;
    const ids = members.map((member: { user: { id: string } }) => member.user.id);
    expect(ids).toHaveLength(5);
    expect(ids).toContain(users.alice.id);
    expect((await asBot(emulator, "GET", `/guilds/${guild_id}/channels`)).json).toHaveLength(3);
  }
});

test("refuses a database that a later version has written", async () => {
  const database = new DatabaseSync(join(dataDir, "emulator.sqlite"));
  database.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
  database.close();
  await expect(startDiscordEmulator({ dataDir })).rejects.toMatchObject({ code: "EMULATOR_DATA_UNREADABLE" });
});
