import { afterAll, beforeAll, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../../src/index.ts";
import { asBot, control, send, withToken } from "../support.ts";
import { type Anything, answer, begin, register, runCommand } from "./support.ts";

let emulator: DiscordEmulator;
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
  await register(emulator, EVERYTHING);
  await register(emulator, TREE);
});
afterAll(() => emulator.close());

const option = (type: number, name: string, more: object = {}) => ({ type, name, description: "d", ...more });
const EVERYTHING = {
  name: "all",
  description: "d",
  options: [
    option(3, "text", { required: true, min_length: 2, max_length: 4 }),
    option(4, "count", { min_value: 1, max_value: 3 }),
    option(5, "flag"),
    option(6, "who"),
    option(7, "where", { channel_types: [0] }),
    option(8, "role"),
    option(9, "anybody"),
    option(10, "size", { min_value: -1.5 }),
    option(11, "file"),
    option(3, "colour", { choices: [{ name: "Red", value: "r" }] }),
    option(4, "number", { choices: [{ name: "Two", value: 2 }] }),
  ],
};
const TREE = {
  name: "tree",
  description: "d",
  options: [
    option(2, "group", { options: [option(1, "leaf", { options: [option(3, "text", { required: true })] })] }),
    option(1, "twig"),
  ],
};

const post = (name: string, more: object = {}) => {
  const { channels, users, control_url } = emulator.description;
  const body = { channel_id: channels.alerts.id, user_id: users.alice.id, name, ...more };
  return send("POST", `${control_url}/commands`, body);
};

test("a slash command reaches its application with its options and what their ids mean", async () => {
  const { users, channels, guild_id } = emulator.description;
  const options = [
    { name: "text", value: "🔔🔔" },
    { name: "count", value: 3 },
    { name: "flag", value: false },
    { name: "who", value: users.bob.id },
    { name: "where", value: channels.critical.id },
    { name: "role", value: guild_id },
    { name: "anybody", value: users.bob.id },
    { name: "size", value: -1.5 },
    { name: "file", value: { filename: "a b.txt", content: "log", content_type: "text/plain" } },
    { name: "colour", value: "r" },
    { name: "number", value: 2 },
  ];
  const { view, payload } = await runCommand(emulator, "all", { options });
  expect(view).toMatchObject({ type: 2, status: "pending" });
  const types = EVERYTHING.options.map(({ type }) => type);
  expect(payload.data.options.map((one: Anything) => one.type)).toEqual(types);
  const fileId = payload.data.options[8].value;
  expect(payload.data).toMatchObject({
    name: "all",
    type: 1,
    resolved: {
      users: { [users.bob.id]: { username: "bob" } },
      members: { [users.bob.id]: { roles: [] } },
      channels: { [channels.critical.id]: { name: "critical", type: 0 } },
      roles: { [guild_id]: { name: "@everyone" } },
      attachments: { [fileId]: { filename: "a_b.txt", size: 3, content_type: "text/plain", ephemeral: true } },
    },
  });
  expect(payload.data.guild_id).toBeUndefined();
  expect(payload.message).toBeUndefined();
  expect((await send("GET", payload.data.resolved.attachments[fileId].url)).text).toBe("log");
});

test("an answer to a command says which one it was", async () => {
  const { users, guild_id } = emulator.description;
  const begun = await runCommand(emulator, "tree", { options: { group: { leaf: { text: "t" } } } });
  const { json } = await answer(emulator, begun, { type: 4, data: { content: "c" } }, "?with_response=1");
  const user = { id: users.alice.id, username: "alice" };
  expect(json.resource.message).toMatchObject({
    type: 20,
    interaction: { id: begun.payload.id, type: 2, name: "tree group leaf", user },
    interaction_metadata: { id: begun.payload.id, type: 2, user, authorizing_integration_owners: { "0": guild_id } },
  });
  expect(json.resource.message.message_reference).toBeUndefined();
});

const wrong: readonly [name: string, options: unknown, where: string][] = [
  ["a required option that is missing", {}, "options.text"],
  ["text that is too short", { text: "a" }, "options.text.value"],
  ["text that is too long", { text: "🔔🔔🔔🔔🔔" }, "options.text.value"],
  ["a number for text", { text: 12 }, "options.text.value"],
  ["an unknown option", { text: "ok", other: 1 }, "options.other"],
  ["too small a number", { text: "ok", count: 0 }, "options.count.value"],
  ["too great a number", { text: "ok", count: 4 }, "options.count.value"],
  ["a fraction for a whole number", { text: "ok", count: 1.5 }, "options.count.value"],
  ["text for a number", { text: "ok", count: "2" }, "options.count.value"],
  ["text for a flag", { text: "ok", flag: "true" }, "options.flag.value"],
  ["nobody's id", { text: "ok", who: "1" }, "options.who.value"],
  ["a channel of another type", { text: "ok", where: "forum" }, "options.where.value"],
  ["a role that does not exist", { text: "ok", role: "1" }, "options.role.value"],
  ["neither a person nor a role", { text: "ok", anybody: "x" }, "options.anybody.value"],
  ["too small a size", { text: "ok", size: -1.6 }, "options.size.value"],
  ["a file without content", { text: "ok", file: { filename: "a" } }, "options.file.value"],
  ["no choice of the text", { text: "ok", colour: "Red" }, "options.colour.value"],
  ["no choice of the number", { text: "ok", number: 3 }, "options.number.value"],
  [
    "an option twice",
    [
      { name: "text", value: "ok" },
      { name: "text", value: "ok" },
    ],
    "options.1",
  ],
  ["neither a list nor an object", "text", "options"],
];

test.each(wrong)("refuses %s", async (_name, options, where) => {
  const forum = emulator.description.channels.forum.id;
  const given = JSON.parse(JSON.stringify(options).replace('"forum"', `"${forum}"`));
  const { status, json } = await post("all", { options: given });
  expect(status).toBe(400);
  const details = json.error.details.map((detail: Anything) => detail.where);
  expect(
    details.some((found: string) => found === where || found === where.replace(/\.(\w+)\.value$/, ".$1.value")),
  ).toBe(true);
});

test("takes values at their bounds, by name and as a list", async () => {
  expect((await post("all", { options: { text: "ab", count: 1 } })).status).toBe(201);
  expect(
    (
      await post("all", {
        options: [
          { name: "text", value: "abcd" },
          { name: "count", value: 3 },
        ],
      })
    ).status,
  ).toBe(201);
});

test("a command with subcommands runs only as one of them", async () => {
  const bad = [
    undefined,
    {},
    [],
    { twig: {}, group: {} },
    { other: {} },
    { group: {} },
    { group: { leaf: {} } },
    { twig: { text: "t" } },
  ];
  for (const options of bad) expect([options, (await post("tree", { options })).status]).toEqual([options, 400]);
  const good = [
    { twig: {} },
    [{ name: "twig" }],
    [{ name: "group", options: [{ name: "leaf", options: [{ name: "text", value: "t" }] }] }],
  ];
  for (const options of good) expect([options, (await post("tree", { options })).status]).toEqual([options, 201]);
  const { payload } = await runCommand(emulator, "tree", { options: { twig: {} } });
  expect(payload.data.options).toEqual([{ name: "twig", type: 1, options: [] }]);
});

test("commands of context menus take a user or a message", async () => {
  const { users, channels, application_id, guild_id } = emulator.description;
  const base = `/applications/${application_id}/guilds/${guild_id}/commands`;
  await asBot(emulator, "POST", base, { name: "Look Up", type: 2 });
  await asBot(emulator, "POST", base, { name: "Quote", type: 3 });
  const user = await runCommand(emulator, "Look Up", { type: 2, target_id: users.bob.id });
  expect(user.payload.data).toMatchObject({
    type: 2,
    guild_id,
    target_id: users.bob.id,
    resolved: { users: { [users.bob.id]: {} }, members: { [users.bob.id]: {} } },
  });
  const answered = await answer(emulator, user, { type: 4, data: { content: "c" } }, "?with_response=1");
  expect(answered.json.resource.message).toMatchObject({
    type: 23,
    interaction_metadata: { target_user: { id: users.bob.id } },
  });
  const said = await control(emulator, "POST", "/messages", {
    channel_id: channels.alerts.id,
    user_id: users.bob.id,
    content: "said",
  });
  const message = await runCommand(emulator, "Quote", { type: 3, target_id: said.id });
  expect(message.payload.data.resolved.messages[said.id]).toMatchObject({
    content: "said",
    author: { id: users.bob.id },
  });
  const quoted = await answer(emulator, message, { type: 4, data: { content: "c" } }, "?with_response=1");
  expect(quoted.json.resource.message.interaction_metadata.target_message_id).toBe(said.id);
  for (const body of [
    { type: 3, target_id: users.bob.id },
    { type: 3 },
    { type: 3, channel_id: channels.critical.id, target_id: said.id },
  ]) {
    expect((await post("Quote", body)).status).toBe(400);
  }
  expect((await post("Look Up", { type: 2, target_id: "1" })).status).toBe(400);
  expect((await post("Look Up", { type: 1, target_id: users.bob.id })).status).toBe(404);
});

test("a guild's own command comes before a global one of the same name", async () => {
  const { application_id, guild_id } = emulator.description;
  await register(emulator, { name: "both", description: "global" });
  const path = `/applications/${application_id}/guilds/${guild_id}/commands`;
  const own = (await asBot(emulator, "POST", path, { name: "both", description: "own" })).json;
  expect((await runCommand(emulator, "both")).payload.data).toMatchObject({ id: own.id, guild_id });
});

test("where two applications have a command of one name it takes the application's id", async () => {
  const { application_id } = emulator.description;
  const other = await control(emulator, "POST", "/bots", { name: "other" });
  const call = withToken(emulator, other.bot_token);
  await call("POST", `/applications/${other.application_id}/commands`, { name: "same", description: "d" });
  await register(emulator, { name: "same", description: "d" });
  const refused = await post("same");
  expect([refused.status, refused.json.error.details[0].where]).toEqual([400, "application_id"]);
  const { view } = await runCommand(emulator, "same", { application_id: other.application_id });
  expect(view.application_id).toBe(other.application_id);
  expect((await post("same", { application_id })).status).toBe(201);
  expect((await post("same", { application_id: "1" })).status).toBe(404);
});

test("an application that is not in the guild has no commands there", async () => {
  const stranger = await control(emulator, "POST", "/bots", { name: "stranger", guild_id: null });
  const call = withToken(emulator, stranger.bot_token);
  await call("POST", `/applications/${stranger.application_id}/commands`, { name: "far", description: "d" });
  expect((await post("far")).status).toBe(404);
});

test("contexts say where a command is: guilds, direct messages", async () => {
  const { users } = emulator.description;
  await register(emulator, { name: "anywhere", description: "d" });
  await register(emulator, { name: "guilds", description: "d", contexts: [0] });
  await register(emulator, { name: "direct", description: "d", contexts: [1] });
  await register(emulator, { name: "old", description: "d", dm_permission: false });
  const channel = (await asBot(emulator, "POST", "/users/@me/channels", { recipient_id: users.alice.id })).json;
  const statuses = async (place: object) =>
    Promise.all(["anywhere", "guilds", "direct", "old"].map(async (name) => (await post(name, place)).status));
  expect(await statuses({})).toEqual([201, 201, 404, 201]);
  expect(await statuses({ channel_id: channel.id })).toEqual([201, 404, 201, 404]);
  const { payload } = await begin(emulator, "/commands", {
    channel_id: channel.id,
    user_id: users.alice.id,
    name: "direct",
  });
  expect(payload).toMatchObject({
    user: { id: users.alice.id },
    context: 1,
    authorizing_integration_owners: { "0": "0" },
  });
  expect((await post("direct", { channel_id: channel.id, user_id: users.bob.id })).status).toBe(404);
});

test("commands for adults run in age-restricted channels", async () => {
  const { channels } = emulator.description;
  await register(emulator, { name: "adult", description: "d", nsfw: true });
  expect((await post("adult")).status).toBe(404);
  const path = `/channels/${channels.critical.id}`;
  const changed = await asBot(emulator, "PATCH", path, { nsfw: true });
  expect(changed.json.nsfw).toBe(true);
  expect((await post("adult", { channel_id: channels.critical.id })).status).toBe(201);
  await asBot(emulator, "PATCH", path, { nsfw: false });
});

test("commands do not run in archived threads", async () => {
  const { alerts } = emulator.description.channels;
  const thread = (await asBot(emulator, "POST", `/channels/${alerts.id}/threads`, { name: "t", type: 11 })).json;
  expect((await post("all", { channel_id: thread.id, options: { text: "ok" } })).status).toBe(201);
  await asBot(emulator, "PATCH", `/channels/${thread.id}`, { archived: true });
  expect((await post("all", { channel_id: thread.id, options: { text: "ok" } })).status).toBe(403);
});

test("lists what a user may run in a place, with its application", async () => {
  const { control_url, channels, users, application_id } = emulator.description;
  const list = (query: string) => send("GET", `${control_url}/commands?${query}`);
  const { status, json } = await list(`channel_id=${channels.alerts.id}&user_id=${users.alice.id}`);
  expect(status).toBe(200);
  const tree = json.find((command: Anything) => command.name === "tree");
  expect(tree).toMatchObject({
    type: 1,
    application: { id: application_id, name: "tocsin" },
    options: [{ name: "group" }, {}],
  });
  expect((await list(`channel_id=${channels.alerts.id}`)).json.error.details[0].where).toBe("user_id");
  expect((await list(`channel_id=1&user_id=${users.alice.id}`)).status).toBe(404);
});
