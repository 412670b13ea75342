import { afterAll, beforeAll, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { asBot, send } from "./support.ts";

const V2 = 32_768;
let emulator: DiscordEmulator;
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
});
afterAll(() => emulator.close());

const byBot = (body: object) =>
  asBot(emulator, "POST", `/channels/${emulator.description.channels.alerts.id}/messages`, body);
const byWebhook = (body: object, query: string) =>
  send("POST", `${emulator.description.channels.alerts.webhook_url}?wait=true${query}`, body);
const row = (...components: object[]) => ({ type: 1, components });
const button = (customId: string) => ({ type: 2, style: 1, label: "OK", custom_id: customId });
const link = { type: 2, style: 5, label: "Open", url: "https://example.org" };
const text = (content: string) => ({ type: 10, content });
const rows = (count: number) => Array.from({ length: count }, (_, index) => row(button(`b${index}`)));

test("ignores components of a plain webhook that does not ask for them", async () => {
  expect((await byWebhook({ content: "c", components: [row(link)] }, "")).json.components).toEqual([]);
  expect((await byWebhook({ components: [row(link)] }, "")).json.code).toBe(50006);
});

test("gives a plain webhook that asks links, but nothing interactive", async () => {
  const shown = await byWebhook({ content: "c", components: [row(link)] }, "&with_components=true");
  expect(shown.json.components).toMatchObject([{ type: 1, id: 1, components: [{ type: 2, id: 2, style: 5 }] }]);
  const refused = await byWebhook({ content: "c", components: [row(button("x"))] }, "&with_components=true");
  expect([refused.status, refused.json.code]).toEqual([400, 50035]);
});

test("gives the bot's own webhook everything", async () => {
  const { alerts } = emulator.description.channels;
  const webhook = (await asBot(emulator, "POST", `/channels/${alerts.id}/webhooks`, { name: "own" })).json;
  const { status, json } = await send("POST", `${webhook.url}?wait=1`, { components: [row(button("x"))] });
  expect(status).toBe(200);
  expect(json).toMatchObject({
    application_id: emulator.description.application_id,
    components: [{ components: [{ custom_id: "x" }] }],
  });
});

const accepted: readonly [name: string, body: object][] = [
  ["five rows", { components: rows(5) }],
  ["five buttons in a row", { components: [row(...[1, 2, 3, 4, 5].map((n) => button(`b${n}`)))] }],
  ["a custom id of 100", { components: [row(button("x".repeat(100)))] }],
  ["V2 text of 4,000", { flags: V2, components: [text("🔔".repeat(4000))] }],
  ["40 V2 components", { flags: V2, components: Array.from({ length: 40 }, () => text("t")) }],
  [
    "a V2 container",
    {
      flags: V2,
      components: [
        {
          type: 17,
          accent_color: 255,
          components: [text("t"), { type: 14, divider: true }, { type: 9, components: [text("s")], accessory: link }],
        },
      ],
    },
  ],
];

test.each(accepted)("accepts %s", async (_name, body) => {
  expect(await byBot(body)).toMatchObject({ status: 200 });
});

const refused: readonly [name: string, body: object, code: string][] = [
  ["six rows", { components: rows(6) }, "BASE_TYPE_MAX_LENGTH"],
  [
    "six buttons in a row",
    { components: [row(...[1, 2, 3, 4, 5, 6].map((n) => button(`b${n}`)))] },
    "BASE_TYPE_BAD_LENGTH",
  ],
  ["a custom id of 101", { components: [row(button("x".repeat(101)))] }, "BASE_TYPE_BAD_LENGTH"],
  ["two equal custom ids", { components: [row(button("x"), button("x"))] }, "COMPONENT_CUSTOM_ID_DUPLICATED"],
  ["a button on the top", { components: [button("x")] }, "UNION_TYPE_CHOICES"],
  ["V2 types without the flag", { components: [text("t")] }, "UNION_TYPE_CHOICES"],
  [
    "a link with a custom id",
    { components: [row({ ...link, custom_id: "x" })] },
    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
  ],
  ["a link of a strange scheme", { components: [row({ ...link, url: "javascript:0" })] }, "URL_TYPE_INVALID_SCHEME"],
  [
    "41 V2 components",
    { flags: V2, components: [row(button("x")), ...Array.from({ length: 39 }, () => text("t"))] },
    "BASE_TYPE_MAX_LENGTH",
  ],
  [
    "V2 text of 4,001 in two parts",
    { flags: V2, components: [text("a".repeat(4000)), text("b")] },
    "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
  ],
];

test.each(refused)("refuses %s", async (_name, body, code) => {
  const { status, json } = await byBot(body);
  expect([status, json.code]).toEqual([400, 50035]);
  expect(JSON.stringify(json.errors)).toContain(`"${code}"`);
});
