import { afterAll, beforeAll, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../../src/index.ts";
import { asBot, control, send, startEmulator } from "../support.ts";
import { type Anything, answer, begin, button, click, postComponents, row } from "./support.ts";

let emulator: DiscordEmulator;
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
});
afterAll(() => emulator.close());

const press = (message: Anything, more: object = {}) => ({
  channel_id: emulator.description.channels.alerts.id,
  message_id: message.id,
  user_id: emulator.description.users.alice.id,
  custom_id: "x",
  ...more,
});
const post = (body: object) => send("POST", `${emulator.description.control_url}/clicks`, body);
const select = (type: number, more: object = {}) => ({ type, custom_id: "x", ...more });
const options = ["a", "b", "c"].map((value) => ({ label: value, value }));

test("refuses what nobody could click", async () => {
  const { channels, users } = emulator.description;
  const link = { type: 2, style: 5, label: "Open", url: "https://example.org" };
  const message = await postComponents(emulator, row(button("x"), button("off", { disabled: true }), link));
  const wrong: readonly [body: object, status: number, where: string | undefined][] = [
    [press(message, { custom_id: "y" }), 400, "custom_id"],
    [press(message, { custom_id: "off" }), 400, "custom_id"],
    [press(message, { values: ["a"] }), 400, "values"],
    [press(message, { message_id: "123456789012345678" }), 404, undefined],
    [press(message, { channel_id: channels.critical.id }), 404, undefined],
    [press(message, { channel_id: "1" }), 404, undefined],
    [press(message, { user_id: "1" }), 404, undefined],
    [press(message, { user_id: emulator.description.application_id }), 404, undefined],
    [{}, 400, "channel_id"],
    [press(message, { custom_id: "" }), 400, "custom_id"],
  ];
  for (const [body, status, where] of wrong) {
    const refused = await post(body);
    expect([body, refused.status]).toEqual([body, status]);
    expect(refused.json.error.details[0]?.where).toBe(where);
  }
  await control(emulator, "PUT", "/permissions", {
    channel_id: channels.alerts.id,
    user_id: users.mallory.id,
    deny: ["VIEW_CHANNEL"],
  });
  expect((await post(press(message, { user_id: users.mallory.id }))).status).toBe(404);
  const plain = await control(emulator, "POST", "/messages", {
    channel_id: channels.alerts.id,
    user_id: users.bob.id,
    content: "c",
  });
  expect((await post(press(plain))).status).toBe(400);
});

test("finds buttons and selects inside components V2", async () => {
  const section = { type: 9, components: [{ type: 10, content: "t" }], accessory: button("x") };
  const components = [{ type: 17, components: [section, row(select(3, { custom_id: "s", options }))] }];
  const path = `/channels/${emulator.description.channels.alerts.id}/messages`;
  const message = (await asBot(emulator, "POST", path, { flags: 32_768, components })).json;
  expect((await begin(emulator, "/clicks", press(message))).payload.data).toMatchObject({
    custom_id: "x",
    component_type: 2,
    id: message.components[0].components[0].accessory.id,
  });
  const picked = await begin(emulator, "/clicks", press(message, { custom_id: "s", values: ["b"] }));
  expect(picked.payload.data).toMatchObject({ component_type: 3, values: ["b"] });
});

const selections: readonly [name: string, select: object, values: unknown, isGood: boolean][] = [
  ["one of one", { options }, ["a"], true],
  ["none of one", { options }, [], false],
  ["two of one", { options }, ["a", "b"], false],
  ["an unknown value", { options }, ["z"], false],
  ["the least", { options, min_values: 2, max_values: 3 }, ["a", "b"], true],
  ["the most", { options, min_values: 2, max_values: 3 }, ["a", "b", "c"], true],
  ["too few", { options, min_values: 2, max_values: 3 }, ["a"], false],
  ["one twice", { options, min_values: 2, max_values: 3 }, ["a", "a"], false],
  ["nothing where that is fine", { options, min_values: 0 }, [], true],
  ["text for a list", { options }, "a", false],
  ["numbers", { options }, [1], false],
];

test.each(selections)("of a string select picks %s", async (_name, more, values, isGood) => {
  const message = await postComponents(emulator, row(select(3, more)));
  const { status, json } = await post(press(message, { values }));
  expect(status).toBe(isGood ? 201 : 400);
  if (!isGood) expect(json.error.details[0].where).toMatch(/^values/);
});

test("resolves users, roles and channels that are picked", async () => {
  const { users, guild_id, channels } = emulator.description;
  const role = await control(emulator, "POST", "/roles", { name: "on call" });
  const pick = async (type: number, values: string[], more: object = {}) => {
    const message = await postComponents(emulator, row(select(type, { max_values: 2, ...more })));
    return post(press(message, { values }));
  };
  const resolved = async (type: number, values: string[]) => {
    const message = await postComponents(emulator, row(select(type, { max_values: 2 })));
    return (await begin(emulator, "/clicks", press(message, { values }))).payload.data;
  };
  const { bob } = users;
  const picked = await resolved(5, [bob.id]);
  expect(picked).toMatchObject({
    component_type: 5,
    values: [bob.id],
    resolved: { users: { [bob.id]: { username: "bob" } }, members: { [bob.id]: { roles: [] } } },
  });
  expect(picked.resolved.members[bob.id].permissions).toMatch(/^\d+$/);
  for (const absent of ["user", "deaf", "mute"]) expect(picked.resolved.members[bob.id]).not.toHaveProperty(absent);
  expect((await resolved(6, [role.id, guild_id])).resolved.roles[role.id].name).toBe("on call");
  expect((await resolved(7, [bob.id, role.id])).resolved).toMatchObject({
    users: { [bob.id]: {} },
    roles: { [role.id]: {} },
  });
  expect((await resolved(8, [channels.forum.id])).resolved.channels[channels.forum.id]).toMatchObject({
    type: 15,
    name: "forum",
    permissions: expect.stringMatching(/^\d+$/),
  });
  expect((await pick(5, [role.id])).status).toBe(400);
  expect((await pick(6, [bob.id])).status).toBe(400);
  expect((await pick(8, ["x"])).status).toBe(400);
  expect((await pick(8, [channels.forum.id], { channel_types: [0] })).status).toBe(400);
  expect((await pick(8, [channels.critical.id], { channel_types: [0] })).status).toBe(201);
});

test("a member in timeout neither clicks nor sends off a modal", async () => {
  await using own = await startEmulator();
  const { guild_id, users } = own.description;
  const { mallory } = users;
  const opened = await click(own, { user_id: mallory.id });
  const text = { type: 4, custom_id: "text", style: 1, required: false };
  const modal = { custom_id: "m", title: "t", components: [{ type: 18, label: "l", component: text }] };
  await answer(own, opened, { type: 9, data: modal });
  const message = await postComponents(own, row(button("ok")));
  const until = new Date(Date.now() + 60_000).toISOString();
  await asBot(own, "PATCH", `/guilds/${guild_id}/members/${mallory.id}`, { communication_disabled_until: until });
  const { control_url, channels } = own.description;
  const press = { channel_id: channels.alerts.id, message_id: message.id, custom_id: "ok" };
  const submission = { interaction_id: opened.payload.id, user_id: mallory.id, fields: {} };
  expect((await send("POST", `${control_url}/clicks`, { ...press, user_id: mallory.id })).status).toBe(403);
  expect((await send("POST", `${control_url}/modals`, submission)).status).toBe(403);
  expect((await send("POST", `${control_url}/clicks`, { ...press, user_id: users.bob.id })).status).toBe(201);
});
