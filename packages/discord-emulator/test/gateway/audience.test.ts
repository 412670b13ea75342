import { expect, test } from "vitest";
import type { DiscordEmulator } from "../../src/index.ts";
import { asBot, control, postMessage, startEmulator, withToken } from "../support.ts";
import { ALL_INTENTS, type Frame, identify, type RawClient } from "./client.ts";

const CONTENT = 1 << 15;
const MEMBERS = 1 << 1;

/** A second bot in the seeded guild. */
async function invite(emulator: DiscordEmulator, wish: object = {}) {
  return control(emulator, "POST", "/bots", { name: "second", ...wish });
}

/** Alice writes. */
function say(emulator: DiscordEmulator, content: string, channelId = emulator.description.channels.alerts.id) {
  const user_id = emulator.description.users.alice.id;
  return control(emulator, "POST", "/messages", { channel_id: channelId, user_id, content });
}

/** What a client was told of until the message `END` by Alice. */
async function eventsUntilEnd(emulator: DiscordEmulator, client: RawClient): Promise<Frame[]> {
  await say(emulator, `END <@${emulator.description.application_id}>`, emulator.description.channels.critical.id);
  for (;;) {
    const { d } = await client.next("MESSAGE_CREATE");
    if (d.channel_id === emulator.description.channels.critical.id) break;
  }
  return client.frames.filter(({ op }) => op === 0).slice(0, -1);
}

const names = (frames: readonly Frame[]) => frames.map(({ t }) => t);

test("a message tells its writer's and the mentioned members, and the kind of channel", async () => {
  await using emulator = await startEmulator();
  const { users, guild_id, channels } = emulator.description;
  using client = await identify(emulator);
  await say(emulator, `hello <@${users.bob.id}>`);
  const { d } = await client.next("MESSAGE_CREATE");
  expect(d).toMatchObject({ guild_id, channel_type: 0, member: { roles: [], joined_at: expect.any(String) } });
  expect(d.member).not.toHaveProperty("user");
  expect(d.mentions[0]).toMatchObject({ id: users.bob.id, member: { nick: null } });
  expect(d.mentions[0].member).not.toHaveProperty("user");
  await postMessage(channels.alerts.webhook_url, { content: "by a webhook" });
  expect((await client.next("MESSAGE_CREATE")).d).not.toHaveProperty("member");
});

test("a reaction tells who reacted, its removal does not; each bot sees its own `me`", async () => {
  await using emulator = await startEmulator();
  const { users, channels, guild_id } = emulator.description;
  const second = await invite(emulator);
  using client = await identify(emulator);
  using other = await identify(emulator, { token: second.bot_token });
  const { json: message } = await asBot(emulator, "POST", `/channels/${channels.alerts.id}/messages`, { content: "?" });
  const place = { channel_id: channels.alerts.id, message_id: message.id, user_id: users.bob.id, emoji: "✅" };
  await control(emulator, "POST", "/reactions", { ...place, op: "add" });
  expect((await client.next("MESSAGE_REACTION_ADD")).d).toMatchObject({
    user_id: users.bob.id,
    guild_id,
    emoji: { id: null, name: "✅" },
    member: { user: { id: users.bob.id } },
    burst: false,
    type: 0,
  });
  await control(emulator, "POST", "/reactions", { ...place, op: "remove" });
  expect((await client.next("MESSAGE_REACTION_REMOVE")).d).not.toHaveProperty("member");
  await asBot(emulator, "PUT", `/channels/${channels.alerts.id}/messages/${message.id}/reactions/%E2%9C%85/@me`);
  await asBot(emulator, "PATCH", `/channels/${channels.alerts.id}/messages/${message.id}`, { content: "!" });
  expect((await client.next("MESSAGE_UPDATE")).d.reactions[0]).toMatchObject({ count: 1, me: true });
  expect((await other.next("MESSAGE_UPDATE")).d.reactions[0]).toMatchObject({ count: 1, me: false });
});

test("without MESSAGE_CONTENT a message is empty, unless the bot wrote it, is mentioned, or it is a direct one", async () => {
  await using emulator = await startEmulator();
  const { application_id: botId, channels, users } = emulator.description;
  using client = await identify(emulator, { intents: ALL_INTENTS & ~CONTENT });
  await postMessage(channels.alerts.webhook_url, {
    content: "secret",
    embeds: [{ title: "secret" }],
  });
  expect((await client.next("MESSAGE_CREATE")).d).toMatchObject({
    content: "",
    embeds: [],
    attachments: [],
    components: [],
  });
  await say(emulator, `for <@${botId}>`);
  expect((await client.next("MESSAGE_CREATE")).d.content).toBe(`for <@${botId}>`);
  await asBot(emulator, "POST", `/channels/${channels.alerts.id}/messages`, { content: "own" });
  expect((await client.next("MESSAGE_CREATE")).d.content).toBe("own");
  const { json: direct } = await asBot(emulator, "POST", "/users/@me/channels", { recipient_id: users.alice.id });
  await say(emulator, "between us", direct.id);
  const { d } = await client.next("MESSAGE_CREATE");
  expect(d).toMatchObject({ content: "between us", channel_type: 1 });
  expect(d).not.toHaveProperty("guild_id");
});

test("an answer to the bot's message shows that message, an answer to another's does not", async () => {
  await using emulator = await startEmulator();
  const second = await invite(emulator);
  const path = `/channels/${emulator.description.channels.alerts.id}/messages`;
  using client = await identify(emulator, { intents: ALL_INTENTS & ~CONTENT });
  const bySecond = withToken(emulator, second.bot_token);
  const { json: own } = await asBot(emulator, "POST", path, { content: "own" });
  const others = await say(emulator, "secret");
  for (const { id } of [own, others]) {
    const allowed_mentions = { parse: [] };
    await bySecond("POST", path, { content: "re", message_reference: { message_id: id }, allowed_mentions });
  }
  const answers = (await eventsUntilEnd(emulator, client)).filter(({ d }) => d.referenced_message);
  expect(answers.map(({ d }) => [d.content, d.referenced_message.content])).toEqual([
    ["", "own"],
    ["", ""],
  ]);
});

test.each([
  ["nothing at all", 0, []],
  ["messages", 1 << 9, ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"]],
  ["reactions", 1 << 10, ["MESSAGE_REACTION_ADD"]],
  ["direct messages", 1 << 12, ["MESSAGE_CREATE"]],
  ["direct reactions", 1 << 13, ["MESSAGE_REACTION_ADD"]],
  ["guilds", 1 << 0, ["GUILD_CREATE", "CHANNEL_UPDATE", "GUILD_ROLE_UPDATE", "THREAD_CREATE"]],
  ["typing", 1 << 11, ["TYPING_START"]],
  ["webhooks", 1 << 5, ["WEBHOOKS_UPDATE"]],
  ["moderation", 1 << 2, ["GUILD_BAN_ADD"]],
  ["members", 1 << 1, ["GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE"]],
])("intents choose what a session hears: %s", async (_name, intents, expected) => {
  await using emulator = await startEmulator();
  const { channels, users, guild_id } = emulator.description;
  const { json: direct } = await asBot(emulator, "POST", "/users/@me/channels", { recipient_id: users.alice.id });
  using witness = await identify(emulator);
  using client = await identify(emulator, { intents });
  const path = `/channels/${channels.alerts.id}`;
  const { json: message } = await asBot(emulator, "POST", `${path}/messages`, { content: "1" });
  await asBot(emulator, "PATCH", `${path}/messages/${message.id}`, { content: "2" });
  const reaction = { user_id: users.bob.id, emoji: "✅", op: "add" };
  await control(emulator, "POST", "/reactions", {
    channel_id: channels.alerts.id,
    message_id: message.id,
    ...reaction,
  });
  await asBot(emulator, "DELETE", `${path}/messages/${message.id}`);
  const whisper = await say(emulator, "psst", direct.id);
  await control(emulator, "POST", "/reactions", {
    channel_id: direct.id,
    message_id: whisper.id,
    ...reaction,
    user_id: users.alice.id,
  });
  await asBot(emulator, "POST", `${path}/typing`);
  await asBot(emulator, "PATCH", path, { topic: "new" });
  await control(emulator, "POST", "/roles", { role_id: guild_id, name: "@everyone" });
  await asBot(emulator, "POST", `/channels/${channels.critical.id}/threads`, { name: "t", type: 12 });
  await control(emulator, "POST", "/members", { user_id: users.bob.id, nick: "b" });
  await asBot(emulator, "POST", `${path}/webhooks`, { name: "hook" });
  await control(emulator, "POST", "/bans", { user_id: users.mallory.id });
  await eventsUntilEnd(emulator, witness);
  const critical = ({ d }: Frame) => d.channel_id === channels.critical.id;
  expect(names(client.frames.filter((frame) => frame.op === 0 && frame.t !== "READY" && !critical(frame)))).toEqual(
    expected,
  );
});

test("typing is told with the member, changes of the bot's own user to each of its shards", async () => {
  await using emulator = await startEmulator();
  const { application_id: user_id, channels, guild_id } = emulator.description;
  using client = await identify(emulator);
  using shard = await identify(emulator, { shard: [1, 2], intents: 0 });
  await asBot(emulator, "POST", `/channels/${channels.alerts.id}/typing`);
  expect((await client.next("TYPING_START")).d).toMatchObject({
    channel_id: channels.alerts.id,
    guild_id,
    user_id,
    timestamp: expect.any(Number),
    member: { user: { id: user_id } },
  });
  await asBot(emulator, "PATCH", "/users/@me", { username: "renamed" });
  for (const one of [client, shard]) expect((await one.next("USER_UPDATE")).d).toMatchObject({ username: "renamed" });
});

test("a bot hears of changes to its own membership without any intent", async () => {
  await using emulator = await startEmulator();
  const { application_id: botId, users } = emulator.description;
  using client = await identify(emulator, { intents: 0 });
  await control(emulator, "POST", "/members", { user_id: users.bob.id, nick: "b" });
  await control(emulator, "POST", "/members", { user_id: botId, nick: "it" });
  expect((await client.next("GUILD_MEMBER_UPDATE")).d).toMatchObject({ nick: "it", user: { id: botId } });
});

test("a channel that the bot cannot see is a hidden name, and nothing of what happens in it", async () => {
  await using emulator = await startEmulator();
  const { application_id: botId, channels, guild_id } = emulator.description;
  const alertsId = channels.alerts.id;
  const hide = { channel_id: alertsId, user_id: botId, deny: ["VIEW_CHANNEL"] };
  await control(emulator, "PUT", "/permissions", hide);
  using client = await identify(emulator);
  const { d: guild } = await client.next("GUILD_CREATE");
  expect(guild.channels.find(({ id }: { id: string }) => id === alertsId)).toMatchObject({
    name: "___hidden___",
    flags: 1 << 17,
    topic: null,
    permission_overwrites: [{ id: guild_id, type: 0, allow: "0", deny: "1024" }],
  });
  await say(emulator, "unseen");
  expect(names(await eventsUntilEnd(emulator, client))).toEqual(["READY", "GUILD_CREATE"]);
  await control(emulator, "PUT", "/permissions", { channel_id: alertsId, user_id: botId });
  expect((await client.next("CHANNEL_UPDATE")).d.name).toBe("alerts");
  await say(emulator, "seen");
  expect((await client.next("MESSAGE_CREATE")).d.content).toBe("seen");
});

test("a private thread is there for its members, and appears for whoever is added", async () => {
  await using emulator = await startEmulator();
  const { channels } = emulator.description;
  const second = await invite(emulator);
  using other = await identify(emulator, { token: second.bot_token });
  await other.next("GUILD_CREATE");
  const { json: thread } = await asBot(emulator, "POST", `/channels/${channels.alerts.id}/threads`, {
    name: "t",
    type: 12,
  });
  await asBot(emulator, "POST", `/channels/${thread.id}/messages`, { content: "private" });
  await asBot(emulator, "PUT", `/channels/${thread.id}/thread-members/${second.id}`);
  const { d } = await other.next("THREAD_CREATE");
  expect(d).toMatchObject({ id: thread.id, member: { user_id: second.id } });
  expect(d).not.toHaveProperty("newly_created");
  expect((await other.next("THREAD_MEMBERS_UPDATE")).d.added_members[0].user_id).toBe(second.id);
  await asBot(emulator, "DELETE", `/channels/${thread.id}/thread-members/${second.id}`);
  expect((await other.next("THREAD_MEMBERS_UPDATE")).d.removed_member_ids).toEqual([second.id]);
  await asBot(emulator, "POST", `/channels/${thread.id}/messages`, { content: "private again" });
  await say(emulator, "public");
  expect((await other.next("MESSAGE_CREATE")).d.content).toBe("public");
});

test("others' joining and leaving of threads needs GUILD_MEMBERS", async () => {
  await using emulator = await startEmulator();
  const { channels, users } = emulator.description;
  using client = await identify(emulator, { intents: ALL_INTENTS & ~MEMBERS });
  const { json: thread } = await asBot(emulator, "POST", `/channels/${channels.alerts.id}/threads`, {
    name: "t",
    type: 11,
  });
  await asBot(emulator, "PUT", `/channels/${thread.id}/thread-members/${users.bob.id}`);
  await asBot(emulator, "DELETE", `/channels/${thread.id}/thread-members/@me`);
  const events = (await eventsUntilEnd(emulator, client)).filter(({ t }) => t === "THREAD_MEMBERS_UPDATE");
  expect(events.map(({ d }) => d.removed_member_ids)).toEqual([[emulator.description.application_id]]);
});

test("a bot is given a guild when it joins and loses it when it leaves", async () => {
  await using emulator = await startEmulator();
  const second = await invite(emulator, { guild_id: null });
  const { guild_id } = emulator.description;
  using client = await identify(emulator, { token: second.bot_token });
  expect(client.ready.d.guilds).toEqual([]);
  await say(emulator, "unheard");
  await control(emulator, "POST", "/members", { user_id: second.id });
  expect((await client.next("GUILD_CREATE")).d).toMatchObject({ id: guild_id, member_count: 6 });
  await say(emulator, "heard");
  expect((await client.next("MESSAGE_CREATE")).d.content).toBe("heard");
  await control(emulator, "POST", "/kicks", { user_id: second.id });
  expect((await client.next("GUILD_DELETE")).d).toEqual({ id: guild_id });
  expect(names(client.frames).slice(1)).toEqual(["READY", "GUILD_CREATE", "MESSAGE_CREATE", "GUILD_DELETE"]);
});

test("an interaction goes to its application alone, on the shard of the guild, without any intent", async () => {
  await using emulator = await startEmulator();
  const { application_id, channels, guild_id, users } = emulator.description;
  const second = await invite(emulator);
  const shardId = Number((BigInt(guild_id) >> 22n) % 2n);
  using own = await identify(emulator, { intents: 0, shard: [shardId, 2] });
  using otherShard = await identify(emulator, { intents: 0, shard: [1 - shardId, 2] });
  using stranger = await identify(emulator, { token: second.bot_token });
  await asBot(emulator, "POST", `/applications/${application_id}/commands`, {
    name: "status",
    description: "How it is",
  });
  const call = { channel_id: channels.alerts.id, user_id: users.alice.id, name: "status" };
  const { id } = await control(emulator, "POST", "/commands", call);
  expect((await own.next("INTERACTION_CREATE")).d).toMatchObject({ id, guild_id });
  await eventsUntilEnd(emulator, stranger);
  for (const one of [otherShard, stranger]) expect(names(one.frames)).not.toContain("INTERACTION_CREATE");
});

test("guilds go to their shard, direct messages to shard 0", async () => {
  await using emulator = await startEmulator();
  const { guild_id, users } = emulator.description;
  const shardId = Number((BigInt(guild_id) >> 22n) % 2n);
  using own = await identify(emulator, { shard: [shardId, 2] });
  using other = await identify(emulator, { shard: [1 - shardId, 2] });
  expect([own, other].map(({ ready }) => ready.d.guilds.length)).toEqual([1, 0]);
  const { json: direct } = await asBot(emulator, "POST", "/users/@me/channels", { recipient_id: users.alice.id });
  await say(emulator, "in the guild");
  await say(emulator, "to the bot", direct.id);
  const contents = (client: RawClient) =>
    client.frames.filter(({ t }) => t === "MESSAGE_CREATE").map(({ d }) => d.content);
  await (shardId === 0 ? own : other).next("MESSAGE_CREATE");
  await expect.poll(() => [...contents(own), ...contents(other)].length).toBe(2);
  expect(contents(shardId === 0 ? own : other)).toContain("to the bot");
  expect(contents(own)).toContain("in the guild");
});

test("a thread that the bot sees is in the guild's list, with its membership", async () => {
  await using emulator = await startEmulator();
  const path = `/channels/${emulator.description.channels.alerts.id}/threads`;
  const { json: open } = await asBot(emulator, "POST", path, { name: "open", type: 11 });
  const { json: closed } = await asBot(emulator, "POST", path, { name: "private", type: 12 });
  const second = await invite(emulator);
  using client = await identify(emulator);
  using other = await identify(emulator, { token: second.bot_token });
  const threadsOf = async (one: RawClient) =>
    (await one.next("GUILD_CREATE")).d.threads as { id: string; member?: object }[];
  expect((await threadsOf(client)).map(({ id, member }) => [id, member !== undefined])).toEqual([
    [closed.id, true],
    [open.id, true],
  ]);
  expect((await threadsOf(other)).map(({ id, member }) => [id, member !== undefined])).toEqual([[open.id, false]]);
});

test("GUILD_CREATE lists everybody only with GUILD_PRESENCES and in guilds that are not large", async () => {
  await using emulator = await startEmulator();
  for (let count = 0; count < 50; count += 1) await control(emulator, "POST", "/members", { name: `member${count}` });
  const countOf = async (wish: object) => {
    using client = await identify(emulator, wish);
    const { large, members } = (await client.next("GUILD_CREATE")).d;
    return [large, members.length];
  };
  expect(await countOf({ intents: 1 | MEMBERS, large_threshold: 250 })).toEqual([false, 1]);
  expect(await countOf({ large_threshold: 250 })).toEqual([false, 55]);
  expect(await countOf({})).toEqual([true, 1]);
});
