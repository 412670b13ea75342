import { expect, test, vi } from "vitest";
import { asBot, postMessage, send, startEmulator } from "./support.ts";

const START_AT = Date.UTC(2026, 0, 1);

/** An emulator whose time stands still until the test moves it. */
async function startClocked(limits: "documented" | "strict" | "off") {
  const clock = { now: START_AT };
  const emulator = await startEmulator({ limits, now: () => clock.now });
  return { clock, emulator, close: () => emulator[Symbol.asyncDispose]() };
}

const limitHeaders = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith("x-ratelimit") || name === "retry-after"));

test.each(["documented", "strict"] as const)(
  "%s: lets five webhook messages through, then one every 0.4 s, and says so",
  async (limits) => {
    const { clock, emulator, close } = await startClocked(limits);
    const { webhook_url } = emulator.description.channels.alerts;
    const post = () => send("POST", webhook_url, { content: "c" });
    const first = await post();
    const bucket = first.headers.get("x-ratelimit-bucket");
    expect(bucket).toMatch(/^[0-9a-f]{32}$/);
    expect(limitHeaders(first.headers)).toEqual({
      "x-ratelimit-limit": "5",
      "x-ratelimit-remaining": "4",
      "x-ratelimit-reset": ((START_AT + 400) / 1000).toFixed(3),
      "x-ratelimit-reset-after": "0.400",
      "x-ratelimit-bucket": bucket,
    });
    for (let count = 0; count < 4; count += 1) expect((await post()).status).toBe(204);
    const refused = await post();
    expect(refused.status).toBe(429);
    expect(refused.json).toEqual({ message: "You are being rate limited.", retry_after: 0.4, global: false });
    expect(refused.headers.get("via")).toBe("1.1 google");
    expect(limitHeaders(refused.headers)).toEqual({
      "x-ratelimit-limit": "5",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": ((START_AT + 2000) / 1000).toFixed(3),
      "x-ratelimit-reset-after": "2.000",
      "x-ratelimit-bucket": bucket,
      "x-ratelimit-scope": "user",
      "retry-after": "1",
    });
    clock.now += 399;
    expect((await post()).status).toBe(429);
    clock.now += 1;
    expect((await post()).status).toBe(204);
    expect((await post()).status).toBe(429);
    await close();
  },
);

test("counts every webhook for itself under one hash, and every channel for itself", async () => {
  const { emulator, close } = await startClocked("strict");
  const { alerts, critical } = emulator.description.channels;
  for (let count = 0; count < 5; count += 1) await send("POST", alerts.webhook_url, { content: "c" });
  const other = await send("POST", critical.webhook_url, { content: "c" });
  const refused = await send("POST", alerts.webhook_url, { content: "c" });
  expect([other.status, refused.status]).toEqual([204, 429]);
  expect(other.headers.get("x-ratelimit-bucket")).toBe(refused.headers.get("x-ratelimit-bucket"));
  const create = (id: string) => asBot(emulator, "POST", `/channels/${id}/messages`, { content: "c" });
  for (let count = 0; count < 5; count += 1) expect((await create(alerts.id)).status).toBe(200);
  expect((await create(alerts.id)).status).toBe(429);
  expect((await create(critical.id)).status).toBe(200);
  await close();
});

test.each([
  ["documented", [2000, 2000], "2"],
  ["strict", [58_000, 2000], "58"],
] as const)("%s: all webhooks of a channel share a hidden 30 per minute", async (limits, [waitMs], header) => {
  const { clock, emulator, close } = await startClocked("off");
  const { alerts } = emulator.description.channels;
  const urls = [alerts.webhook_url];
  for (let count = 0; count < 5; count += 1) {
    urls.push((await asBot(emulator, "POST", `/channels/${alerts.id}/webhooks`, { name: `w${count}` })).json.url);
  }
  emulator.setLimits(limits);
  // 30 in the first moments: five of each of six webhooks. Time passes so that no second sees 50.
  for (const url of urls) {
    for (let count = 0; count < 5; count += 1) expect((await send("POST", url, { content: "c" })).status).toBe(204);
  }
  clock.now += limits === "strict" ? 2000 : 0;
  if (limits === "documented") clock.now += 400;
  const refused = await send("POST", alerts.webhook_url, { content: "c" });
  expect(refused.status).toBe(429);
  expect(refused.headers.get("x-ratelimit-scope")).toBe("shared");
  expect(Number(refused.headers.get("x-ratelimit-remaining"))).toBe(limits === "strict" ? 4 : 0);
  expect(refused.json.message).toBe("The resource is being rate limited.");
  expect(refused.json.global).toBe(false);
  const expectedMs = limits === "documented" ? waitMs - 400 : waitMs;
  expect(refused.json.retry_after).toBe(expectedMs / 1000);
  expect(refused.headers.get("retry-after")).toBe(header);
  clock.now += expectedMs;
  expect((await send("POST", alerts.webhook_url, { content: "c" })).status).toBe(204);
  await close();
});

test("counts reactions of a channel together, one per quarter of a second", async () => {
  for (const [limits, earlyMs] of [
    ["strict", 0],
    ["documented", 50],
  ] as const) {
    const { clock, emulator, close } = await startClocked(limits);
    const { id, webhook_url } = emulator.description.channels.alerts;
    const messages = [
      await postMessage(webhook_url, { content: "1" }),
      await postMessage(webhook_url, { content: "2" }),
    ];
    const react = (index: number, method = "PUT") =>
      asBot(emulator, method, `/channels/${id}/messages/${messages[index].id}/reactions/✅/@me`);
    expect((await react(0)).status).toBe(204);
    clock.now += 249 - earlyMs;
    expect((await react(1)).status).toBe(429);
    clock.now += 1;
    expect((await react(1)).status).toBe(204);
    expect((await react(0, "DELETE")).status).toBe(429);
    await close();
  }
});

test("counts deletions by the message's age", async () => {
  const { clock, emulator, close } = await startClocked("strict");
  const { id, webhook_url } = emulator.description.channels.alerts;
  const age = async (message: { id: string }) => {
    const { headers } = await asBot(emulator, "DELETE", `/channels/${id}/messages/${message.id}`);
    return [headers.get("x-ratelimit-limit"), headers.get("x-ratelimit-bucket")];
  };
  const young = await postMessage(webhook_url, { content: "young" });
  const missing = { id: "123456789012345678" };
  const [limit, hash] = await age(young);
  expect(limit).toBe("5");
  expect(await age(missing)).toEqual(["5", hash]);
  const messages = [await postMessage(webhook_url, { content: "a" }), await postMessage(webhook_url, { content: "b" })];
  clock.now += 10_001;
  const [oldLimit, oldHash] = await age(messages[0]);
  clock.now += 14 * 86_400_000;
  const [ancientLimit, ancientHash] = await age(messages[1]);
  expect([oldLimit, ancientLimit]).toEqual(["3", "30"]);
  expect(new Set([hash, oldHash, ancientHash]).size).toBe(3);
  await close();
});

test("stops a bot after 50 requests of a second, without naming a bucket", async () => {
  const { clock, emulator, close } = await startClocked("documented");
  for (let count = 0; count < 50; count += 1) expect((await asBot(emulator, "GET", "/users/@me")).status).toBe(200);
  clock.now += 339;
  const refused = await asBot(emulator, "GET", "/users/@me");
  expect(refused.status).toBe(429);
  expect(refused.json).toEqual({ message: "You are being rate limited.", retry_after: 0.661, global: true });
  expect(limitHeaders(refused.headers)).toEqual({
    "x-ratelimit-global": "true",
    "x-ratelimit-scope": "global",
    "retry-after": "1",
  });
  // Callers without the bot's token are counted apart, by address.
  expect((await send("GET", emulator.description.channels.alerts.webhook_url)).status).toBe(200);
  clock.now += 661;
  expect((await asBot(emulator, "GET", "/users/@me")).status).toBe(200);
  await close();
});

test("off: no limit and no header, and limits can be exchanged while it runs", async () => {
  const { emulator, close } = await startClocked("off");
  const { webhook_url } = emulator.description.channels.alerts;
  const post = () => send("POST", webhook_url, { content: "c" });
  for (let count = 0; count < 60; count += 1) expect(limitHeaders((await post()).headers)).toEqual({});
  emulator.setLimits("strict");
  for (let count = 0; count < 5; count += 1) expect((await post()).status).toBe(204);
  expect((await post()).status).toBe(429);
  await send("PUT", `${emulator.description.control_url}/limits`, { profile: "off" });
  expect((await post()).status).toBe(204);
  await close();
});

test("counts 401, 403 and 429 that are not shared as invalid requests", async () => {
  const { clock, emulator, close } = await startClocked("documented");
  const stats = async () => (await send("GET", `${emulator.description.control_url}/stats`)).json;
  const { alerts } = emulator.description.channels;
  await send("GET", `${emulator.description.api_url}/users/@me`);
  await send("POST", alerts.webhook_url.replace(/[^/]+$/, "x"), { content: "c" });
  expect((await stats()).invalid_requests).toBe(2);
  for (let count = 0; count < 6; count += 1) await send("POST", alerts.webhook_url, { content: "c" });
  clock.now += 3000;
  await send("POST", `${emulator.description.control_url}/faults`, {
    effect: { kind: "rate_limit", scope: "shared", retry_after: 1 },
    count: 1,
  });
  await send("POST", alerts.webhook_url, { content: "c" });
  await send("POST", alerts.webhook_url, {});
  expect(await stats()).toMatchObject({ invalid_requests: 3, rate_limited: { user: 1, shared: 1, global: 0 } });
  await close();
});

test("says a fraction of a millisecond more rather than less: who waits as long as told is let through", async () => {
  const { clock, emulator, close } = await startClocked("off");
  const { id, webhook_url } = emulator.description.channels.alerts;
  const ids: string[] = [];
  for (let count = 0; count < 32; count += 1) ids.push((await postMessage(webhook_url, { content: "c" })).id);
  clock.now += 15 * 86_400_000;
  emulator.setLimits("strict");
  const remove = (index: number) => asBot(emulator, "DELETE", `/channels/${id}/messages/${ids[index]}`);
  for (let index = 0; index < 30; index += 1) expect((await remove(index)).status).toBe(204);
  // One comes back every 133.3 ms.
  const refused = await remove(30);
  expect([refused.status, refused.json.retry_after]).toEqual([429, 0.134]);
  clock.now += 134;
  expect((await remove(30)).status).toBe(204);
  await close();
});

test("reading, editing and deleting a webhook's messages leave the hidden limit alone", async () => {
  const { clock, emulator, close } = await startClocked("strict");
  const { webhook_url } = emulator.description.channels.alerts;
  const ids: string[] = [];
  for (let count = 0; count < 25; count += 1) {
    if (count % 5 === 0) clock.now += 2000;
    ids.push((await postMessage(webhook_url, { content: "c" })).id);
  }
  for (const [method, body] of [["GET"], ["PATCH", { content: "d" }], ["DELETE"]] as const) {
    for (const id of ids.slice(0, 5))
      expect([200, 204]).toContain((await send(method, `${webhook_url}/messages/${id}`, body)).status);
  }
  clock.now += 2000;
  for (let count = 0; count < 5; count += 1)
    expect((await send("POST", webhook_url, { content: "c" })).status).toBe(204);
  clock.now += 2000;
  const refused = await send("POST", webhook_url, { content: "c" });
  expect([refused.status, refused.headers.get("x-ratelimit-scope")]).toEqual([429, "shared"]);
  await close();
});

test("goes on evenly when the system's clock is set back", async () => {
  const systemNow = Date.now;
  let shiftMs = 0;
  const clock = vi.spyOn(Date, "now").mockImplementation(() => systemNow() + shiftMs);
  try {
    await using emulator = await startEmulator({ limits: "strict" });
    const { webhook_url } = emulator.description.channels.alerts;
    const post = () => send("POST", webhook_url, { content: "c" });
    const first = await post();
    shiftMs = -3_600_000;
    const second = await post();
    expect([first.status, second.status]).toEqual([204, 204]);
    expect(Number(second.headers.get("x-ratelimit-reset-after"))).toBeLessThanOrEqual(0.8);
  } finally {
    clock.mockRestore();
  }
});
