import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { asBot, control, send, withToken } from "./support.ts";

const PNG = `data:image/png;base64,${Buffer.from("picture").toString("base64")}`;
let emulator: DiscordEmulator;
let channelId = "";
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
});
afterAll(() => emulator.close());

const call = (method: string, path: string, body?: unknown) => asBot(emulator, method, path, body);
const createChannel = async () =>
  (await call("POST", `/guilds/${emulator.description.guild_id}/channels`, { name: "c" })).json.id as string;
const create = (body: object) => call("POST", `/channels/${channelId}/webhooks`, body);

beforeEach(async () => {
  channelId = await createChannel();
});

test("a channel has 15 webhooks, and room again when one goes", async () => {
  const made = [];
  for (let count = 0; count < 15; count += 1) made.push((await create({ name: `w${count}` })).json);
  expect(await create({ name: "one more" })).toMatchObject({ status: 400, json: { code: 30007 } });
  expect((await call("GET", `/channels/${channelId}/webhooks`)).json).toHaveLength(15);
  expect((await call("DELETE", `/webhooks/${made[3].id}`)).status).toBe(204);
  expect((await create({ name: "one more" })).status).toBe(200);
});

test.each([
  "data:image/png;base64,AAAA",
  "data:image/jpeg;base64,AAAA",
  "data:image/gif;base64,AAAA",
  "data:image/webp;base64,AAAA",
])("takes the picture %s and answers its hash", async (avatar) => {
  expect((await create({ name: "w", avatar })).json.avatar).toMatch(/^[0-9a-f]{32}$/);
});

test.each([
  "https://example.org/a.png",
  "data:image/svg+xml;base64,AAAA",
  "data:text/html;base64,AAAA",
  "data:image/png;base64,",
  "data:image/png,AAAA",
  "AAAA",
])("refuses the picture %s", async (avatar) => {
  const { status, json } = await create({ name: "w", avatar });
  expect([status, json.errors.avatar._errors[0].code]).toEqual([400, "IMAGE_INVALID"]);
  const { id, token } = (await create({ name: "w" })).json;
  expect((await call("PATCH", `/webhooks/${id}`, { avatar })).json.code).toBe(50035);
  expect((await call("PATCH", `/webhooks/${id}/${token}`, { avatar })).json.code).toBe(50035);
});

test("refuses a picture of more than 10 MiB", async () => {
  const avatar = (bytes: number) => `data:image/png;base64,${Buffer.alloc(bytes).toString("base64")}`;
  expect((await create({ name: "w", avatar: avatar(10 * 1024 * 1024) })).status).toBe(200);
  const { json } = await create({ name: "w", avatar: avatar(10 * 1024 * 1024 + 1) });
  expect(json.errors.avatar._errors[0].code).toBe("BINARY_TYPE_MAX_SIZE");
});

test("name, picture and channel are changed by the bot; by the token the channel stays", async () => {
  const { id, token, url } = (await create({ name: "w" })).json;
  const elsewhere = await createChannel();
  const byBot = (await call("PATCH", `/webhooks/${id}`, { name: "moved", avatar: PNG, channel_id: elsewhere })).json;
  expect(byBot).toMatchObject({ name: "moved", channel_id: elsewhere, avatar: expect.any(String) });
  const byToken = (await send("PATCH", url, { name: "renamed", avatar: null, channel_id: channelId })).json;
  expect(byToken).toMatchObject({ name: "renamed", channel_id: elsewhere, avatar: null });
  expect(byToken).not.toHaveProperty("user");
  expect((await call("GET", `/webhooks/${id}`)).json).toMatchObject({ name: "renamed", token, user: { bot: true } });
});

test("only webhooks of an application send what can be clicked; others links, and only when they ask", async () => {
  const button = { type: 2, style: 1, label: "OK", custom_id: "ok" };
  const link = { type: 2, style: 5, label: "Open", url: "https://example.org" };
  const rows = (component: object) => ({ content: "c", components: [{ type: 1, components: [component] }] });
  const own = (await create({ name: "own" })).json.url;
  const plain = emulator.description.channels.alerts.webhook_url;
  const post = async (url: string, query: string, body: object) => {
    const { status, json } = await send("POST", `${url}?wait=true${query}`, body);
    return status === 200 ? json.components.length : json.code;
  };
  expect(await post(own, "", rows(button))).toBe(1);
  expect(await post(plain, "", rows(button))).toBe(0);
  expect(await post(plain, "&with_components=true", rows(button))).toBe(50035);
  expect(await post(plain, "&with_components=true", rows(link))).toBe(1);
  // What an edit that does not ask says about components changes nothing.
  const { json } = await send("POST", `${plain}?wait=true&with_components=true`, rows(link));
  const edited = await send("PATCH", `${plain}/messages/${json.id}`, { content: "d", components: [] });
  expect(edited.json).toMatchObject({ content: "d", components: [{ type: 1 }] });
});

test("another application's webhook shows no token, and one of nobody does", async () => {
  const other = await control(emulator, "POST", "/bots", { name: "other", permissions: ["MANAGE_WEBHOOKS"] });
  const asOther = withToken(emulator, other.bot_token);
  const foreign = (await asOther("POST", `/channels/${channelId}/webhooks`, { name: "w" })).json;
  const seen = (await call("GET", `/channels/${channelId}/webhooks`)).json;
  expect(seen).toMatchObject([{ id: foreign.id }]);
  expect(seen[0]).not.toHaveProperty("token");
  const { alerts } = emulator.description.channels;
  expect((await call("GET", `/channels/${alerts.id}/webhooks`)).json[0].url).toBe(alerts.webhook_url);
});
