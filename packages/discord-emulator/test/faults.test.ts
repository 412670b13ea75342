import { expect, test } from "vitest";
import type { DiscordEmulator } from "../src/index.ts";
import { asBot, postMessage, send, startEmulator } from "./support.ts";

const addFault = (emulator: DiscordEmulator, rule: object) =>
  send("POST", `${emulator.description.control_url}/faults`, rule);
const stats = async (emulator: DiscordEmulator) =>
  (await send("GET", `${emulator.description.control_url}/stats`)).json;
const countMessages = async (emulator: DiscordEmulator) =>
  (
    await send(
      "GET",
      `${emulator.description.control_url}/channels/${emulator.description.channels.alerts.id}/messages`,
    )
  ).json.length;

test("fails before the commit: nothing is written, nothing is lost", async () => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  const post = () => send("POST", webhook_url, { content: "c" });
  expect(await addFault(emulator, { effect: { kind: "status", status: 503 }, count: 1 })).toMatchObject({
    status: 201,
    json: { id: "1", struck: 0 },
  });
  await addFault(emulator, { effect: { kind: "status", status: 502, body: { message: "mine", code: 7 } }, count: 1 });
  await addFault(emulator, { effect: { kind: "reset" }, count: 1 });
  expect(await post()).toMatchObject({ status: 503, json: { code: 0 } });
  expect(await post()).toMatchObject({ status: 502, json: { message: "mine", code: 7 } });
  await expect(post()).rejects.toThrow("fetch failed");
  expect((await post()).status).toBe(204);
  expect(await countMessages(emulator)).toBe(1);
  expect(await stats(emulator)).toMatchObject({
    requests: 4,
    by_status: { "503": 1, "502": 1, reset: 1, "204": 1 },
    lost_answers: { count: 0 },
  });
});

test("fails after the commit: the message is there, and the lost answer is counted with its id", async () => {
  await using emulator = await startEmulator();
  const { webhook_url, id } = emulator.description.channels.alerts;
  await addFault(emulator, {
    match: { method: "POST", route: "webhooks" },
    effect: { kind: "reset_after_commit" },
    count: 1,
  });
  await addFault(emulator, {
    match: { channel_id: id },
    effect: { kind: "status_after_commit", status: 500 },
    count: 1,
  });
  await expect(send("POST", webhook_url, { content: "one" })).rejects.toThrow("fetch failed");
  expect((await send("POST", webhook_url, { content: "two" })).status).toBe(500);
  const messages = (await send("GET", `${emulator.description.control_url}/channels/${id}/messages`)).json;
  expect(messages.map((message: { content: string }) => message.content)).toEqual(["two", "one"]);
  expect((await stats(emulator)).lost_answers).toEqual({ count: 2, message_ids: [messages[1].id, messages[0].id] });
});

test("an after-commit fault leaves calls alone that write nothing", async () => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  await addFault(emulator, { effect: { kind: "reset_after_commit" }, count: 1 });
  expect((await send("GET", webhook_url)).status).toBe(200);
  expect((await send("POST", webhook_url, {})).json.code).toBe(50006);
  await expect(send("POST", webhook_url, { content: "c" })).rejects.toThrow("fetch failed");
});

test("counts an answer as lost when the client has gone before it", async () => {
  await using emulator = await startEmulator();
  const { webhook_url, id } = emulator.description.channels.alerts;
  await addFault(emulator, { effect: { kind: "latency", latency_ms: 120 }, count: 1 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const events = await fetch(`${emulator.description.control_url}/events`);
  const reader = (events.body as ReadableStream<Uint8Array>).getReader();
  const body = JSON.stringify({ content: "impatient" });
  const call = fetch(webhook_url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: AbortSignal.timeout(40),
  });
  await expect(call).rejects.toThrow();
  void (async () => {
    let text = "";
    while (!text.includes("MESSAGE_CREATE")) text += new TextDecoder().decode((await reader.read()).value);
    resolve();
  })();
  await promise;
  await reader.cancel();
  const [message] = (await send("GET", `${emulator.description.control_url}/channels/${id}/messages`)).json;
  expect(message.content).toBe("impatient");
  expect((await stats(emulator)).lost_answers).toEqual({ count: 1, message_ids: [message.id] });
});

test("sends rate limits of every scope, rejections and the ban page of Discord's edge", async () => {
  await using emulator = await startEmulator();
  const { webhook_url } = emulator.description.channels.alerts;
  const post = () => send("POST", webhook_url, { content: "c" });
  for (const scope of ["user", "shared", "global"]) {
    await addFault(emulator, { effect: { kind: "rate_limit", scope, retry_after: 1.5 }, count: 1 });
    const answer = await post();
    expect(answer).toMatchObject({ status: 429, json: { retry_after: 1.5, global: scope === "global" } });
    expect([answer.headers.get("retry-after"), answer.headers.get("x-ratelimit-scope")]).toEqual(["2", scope]);
  }
  const errors = { content: { _errors: [{ code: "ODD", message: "Odd." }] } };
  await addFault(emulator, { effect: { kind: "reject", code: 50035, errors }, count: 1 });
  expect(await post()).toMatchObject({ status: 400, json: { code: 50035, message: "Invalid Form Body", errors } });
  await addFault(emulator, { effect: { kind: "reject", code: 10015 }, count: 1 });
  expect(await post()).toMatchObject({ status: 404, json: { code: 10015 } });
  await addFault(emulator, { effect: { kind: "cloudflare_ban", retry_after: 30 }, count: 1 });
  const banned = await post();
  expect([banned.status, banned.headers.get("via"), banned.headers.get("retry-after")]).toEqual([429, null, "30"]);
  expect(banned.text).toContain("error code: 1015");
  expect(await countMessages(emulator)).toBe(0);
});

test("matches by method, route, channel and webhook; skips, and stops at its count", async () => {
  await using emulator = await startEmulator();
  const { alerts, critical } = emulator.description.channels;
  const webhookId = alerts.webhook_url.split("/").at(-2);
  await addFault(emulator, {
    match: { method: "POST", route: "/webhooks/:webhook_id/:webhook_token", webhook_id: webhookId },
    effect: { kind: "status", status: 500 },
    skip: 1,
    count: 2,
  });
  expect((await send("POST", critical.webhook_url, { content: "c" })).status).toBe(204);
  expect((await send("GET", alerts.webhook_url)).status).toBe(200);
  const statuses: number[] = [];
  for (let count = 0; count < 4; count += 1)
    statuses.push((await send("POST", alerts.webhook_url, { content: "c" })).status);
  expect(statuses).toEqual([204, 500, 500, 204]);
  expect((await send("GET", `${emulator.description.control_url}/faults`)).json).toMatchObject([
    { id: "1", struck: 2, count: 2 },
  ]);
  expect((await send("DELETE", `${emulator.description.control_url}/faults`)).status).toBe(204);
  expect((await send("GET", `${emulator.description.control_url}/faults`)).json).toEqual([]);
});

test("strikes with the same luck under the same seed", async () => {
  const run = async () => {
    await using emulator = await startEmulator({ seed: 7, now: () => 0 });
    await addFault(emulator, { effect: { kind: "status", status: 500 }, probability: 0.5 });
    const statuses: number[] = [];
    for (let count = 0; count < 20; count += 1) statuses.push((await asBot(emulator, "GET", "/users/@me")).status);
    return {
      statuses,
      description: { ...emulator.description, api_url: "", control_url: "", page_url: "", channels: "" },
    };
  };
  const [first, second] = [await run(), await run()];
  expect(first).toEqual(second);
  expect(new Set(first.statuses)).toEqual(new Set([200, 500]));
});

const wrong: readonly [name: string, rule: object, where: string][] = [
  ["no effect", {}, "effect.kind"],
  ["an unknown effect", { effect: { kind: "explode" } }, "effect.kind"],
  ["a latency without its length", { effect: { kind: "latency" } }, "effect.latency_ms"],
  ["a misspelt member", { effect: { kind: "reset" }, matches: {} }, "matches"],
  ["a misspelt match", { match: { methods: "POST" }, effect: { kind: "reset" } }, "match.methods"],
  ["a chance above one", { effect: { kind: "reset" }, probability: 2 }, "probability"],
  ["a count of nothing", { effect: { kind: "reset" }, count: 0 }, "count"],
  ["a status of no kind", { effect: { kind: "status", status: 1000 } }, "effect.status"],
  ["an unknown scope", { effect: { kind: "rate_limit", scope: "all", retry_after: 1 } }, "effect.scope"],
];

test.each(wrong)("refuses a fault with %s and says where", async (_name, rule, where) => {
  await using emulator = await startEmulator();
  const { status, json } = await addFault(emulator, rule);
  expect(status).toBe(400);
  expect(json.error.details.map((detail: { where: string }) => detail.where)).toContain(where);
  expect(json.error.details[0]).toHaveProperty("found");
  expect(json.error.details[0].expected).toEqual(expect.any(String));
  expect(await postMessage(emulator.description.channels.alerts.webhook_url, { content: "c" })).toHaveProperty("id");
});
