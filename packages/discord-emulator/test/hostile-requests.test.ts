import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import fastify from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registerPage } from "../src/http/page.ts";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { asBot, send } from "./support.ts";

const JSON_TYPE = { "content-type": "application/json" };
const MIB = 1024 * 1024;
/** JSON makes of it an object that cannot become a text or a number. */
const UNCONVERTIBLE = { toString: 1, valueOf: 1 };

let emulator: DiscordEmulator;
let webhookUrl: string;
let controlUrl: string;
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
  webhookUrl = emulator.description.channels.alerts.webhook_url;
  controlUrl = emulator.description.control_url;
});
afterAll(() => emulator.close());

const countMessages = async () =>
  (await send("GET", `${controlUrl}/channels/${emulator.description.channels.alerts.id}/messages?limit=100`)).json
    .length;
const newestRequest = async () => (await send("GET", `${controlUrl}/requests`)).json[0];

/** Sends a target that `fetch` would tidy first. */
function getRaw(path: string): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const { hostname, port } = new URL(emulator.url);
  request({ hostname, port, path }, async (response) => {
    let text = "";
    for await (const chunk of response) text += chunk;
    resolve({ status: response.statusCode ?? 0, text });
  })
    .on("error", reject)
    .end();
  return promise;
}

/** Posts `payload_json` as a part of the given type. */
function sendPayload(payload: string, type: string) {
  const head = `content-disposition: form-data; name="payload_json"\r\ncontent-type: ${type}`;
  const body = `--x\r\n${head}\r\n\r\n${payload}\r\n--x--\r\n`;
  return send("POST", webhookUrl, body, { "content-type": "multipart/form-data; boundary=x" });
}

test("refuses JSON that nests too deeply, before anything is written", async () => {
  const before = await countMessages();
  const deep = `{"content":"c","ignored":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
  expect(await send("POST", webhookUrl, deep, JSON_TYPE)).toMatchObject({ status: 400, json: { code: 50109 } });
  for (const type of ["text/plain", "application/json"]) expect((await sendPayload(deep, type)).json.code).toBe(50109);
  expect(await send("POST", `${webhookUrl}/slack`, new URLSearchParams({ payload: deep }))).toMatchObject({
    status: 400,
    json: { code: 50109 },
  });
  expect((await send("POST", `${controlUrl}/faults`, deep)).status).toBe(400);
  expect(await countMessages()).toBe(before);
});

test("accepts JSON that nests a hundred levels deep and ignores what it does not know", async () => {
  const nested = (count: number) => `{"content":"c","ignored":${"[".repeat(count)}${"]".repeat(count)}}`;
  expect((await send("POST", webhookUrl, nested(99), JSON_TYPE)).status).toBe(204);
  expect((await send("POST", webhookUrl, nested(100), JSON_TYPE)).status).toBe(400);
});

test("holds multipart bodies to 25 MiB in all, announced or not", async () => {
  const files = (sizes: readonly number[]) => {
    const form = new FormData();
    form.set("content", "c");
    for (const [index, sizeBytes] of sizes.entries())
      form.set(`files[${index}]`, new Blob([new Uint8Array(sizeBytes)]), `${index}`);
    return form;
  };
  const tooLarge = [9 * MIB, 9 * MIB, 9 * MIB];
  const before = await countMessages();
  expect(await send("POST", webhookUrl, files(tooLarge))).toMatchObject({ status: 413, json: { code: 40005 } });
  // As a stream it goes without Content-Length.
  const whole = new Response(files(tooLarge));
  const init = {
    method: "POST",
    headers: { "content-type": whole.headers.get("content-type") ?? "" },
    body: whole.body,
    duplex: "half",
  };
  const streamed = await fetch(webhookUrl, init as RequestInit);
  expect([streamed.status, await streamed.json()]).toMatchObject([413, { code: 40005 }]);
  expect(await countMessages()).toBe(before);
  expect((await send("POST", webhookUrl, files([9 * MIB, 9 * MIB]))).status).toBe(204);
});

const mistakes: readonly [name: string, url: () => string, body: object][] = [
  ["tts", () => webhookUrl, { content: "c", tts: UNCONVERTIBLE }],
  [
    "a component's type",
    () => `${webhookUrl}?with_components=1`,
    { content: "c", components: [{ type: UNCONVERTIBLE }] },
  ],
  [
    "a type inside a row",
    () => `${webhookUrl}?with_components=1`,
    { content: "c", components: [{ type: 1, components: [{ type: UNCONVERTIBLE }, { type: 2 }] }] },
  ],
  ["a fault's kind", () => `${controlUrl}/faults`, { effect: { kind: UNCONVERTIBLE } }],
  ["a fault's kind that every object has", () => `${controlUrl}/faults`, { effect: { kind: "toString" } }],
];

test.each(mistakes)("answers 400 to a mistake in %s", async (_name, url, body) => {
  expect((await send("POST", url(), body)).status).toBe(400);
});

test("answers 400 to a multipart payload that is a list", async () => {
  const list = '[{"toString":1,"valueOf":1}]';
  for (const type of ["text/plain", "application/json"])
    expect(await sendPayload(list, type)).toMatchObject({ status: 400, json: { code: 50035 } });
});

test("lists around the greatest id", async () => {
  const { id } = emulator.description.channels.critical;
  const page = await asBot(emulator, "GET", `/channels/${id}/messages?around=9223372036854775807`);
  expect([page.status, page.json]).toEqual([200, []]);
});

test.each(["9999999999999999999", "9223372036854775808", "x"])("finds no attachment %s", async (id) => {
  expect((await send("GET", `${emulator.url}/attachments/1/${id}/x`)).status).toBe(404);
});

test("answers a broken escape in Discord's words and notes it", async () => {
  const { status, text } = await getRaw("/api/v10/%zz");
  expect([status, JSON.parse(text)]).toEqual([404, { message: "404: Not Found", code: 0 }]);
  expect(await newestRequest()).toMatchObject({ path: "/api/v10/%zz", status: 404 });
  const long = await getRaw(`/api/v10/webhooks/1/${"x".repeat(2000)}`);
  expect([long.status, JSON.parse(long.text).code]).toEqual([404, 10015]);
});

test("answers errors of the control API in its own form", async () => {
  const broken = await getRaw("/_control/%zz");
  expect([broken.status, JSON.parse(broken.text).error.code]).toEqual([404, "not_found"]);
  const large = await send("POST", `${controlUrl}/faults`, `"${"x".repeat(26 * MIB)}"`);
  expect(large).toMatchObject({ status: 413, json: { error: { code: "too_large", details: [] } } });
});

test("hides a webhook's token in the journal however its path is encoded", async () => {
  const [id = "", token = ""] = webhookUrl.split("/").slice(-2);
  const encode = (text: string) => text.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  const paths = [
    `/api/%77ebhooks/${id}/${token}`,
    `/api/webhooks/${encode(id)}/${token}`,
    `/api/webhooks%2F${id}%2F${token}`,
  ];
  for (const path of [...paths, `/api/v10/${encode("webhooks")}/${id}/${encode(token)}`]) {
    await getRaw(path);
    const noted = decodeURIComponent((await newestRequest()).path);
    expect(noted).toContain(`webhooks/${id}/[redacted]`);
    expect(noted).not.toContain(token);
  }
  await getRaw("/api/users/%41");
  expect((await newestRequest()).path).toBe("/api/users/%41");
});

test("refuses an eleventh attachment without looking at the rest", async () => {
  const attachments = Array.from({ length: 11 }, () => ({ id: "no id" }));
  expect((await send("POST", webhookUrl, { content: "c", attachments })).json.code).toBe(30015);
});

test("stops complaining after a hundred mistakes", async () => {
  const field = { name: {}, value: {} };
  const embeds = Array.from({ length: 10 }, () => ({ fields: Array.from({ length: 25 }, () => field) }));
  const { status, text } = await send("POST", webhookUrl, { embeds });
  expect(status).toBe(400);
  expect(text.match(/STRING_TYPE_CONVERT/g)).toHaveLength(100);
});

test("sends the page with the page's own policy, and out of frames", async () => {
  const root = join(import.meta.dirname, "../page");
  const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(
    readFileSync(join(root, "index.html"), "utf8"),
  )?.[1];
  expect(policy).toContain("default-src 'none'");
  const app = fastify();
  registerPage(app, root);
  const { headers } = await app.inject("/");
  expect(headers["content-security-policy"]).toBe(`${policy}; frame-ancestors 'none'`);
  await app.close();
});
