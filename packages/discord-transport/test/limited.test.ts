import { startDiscordEmulator } from "@tocsin/discord-emulator";
import { createDiscordLimiter, type DiscordLimiter, type Permit, type PermitAnswer } from "@tocsin/rate-limiter";
import { createMemoryLimitDriver } from "@tocsin/rate-limiter/drivers/memory";
import { expect, onTestFinished, test } from "vitest";
import { createBotTransport, createWebhookTransport, type DiscordOperation } from "../src/index.ts";
import { startStubServer } from "./stub-server.ts";

const SEND: DiscordOperation = { kind: "send", message: { content: "x" } };
const URL_OF_NOBODY = "http://127.0.0.1:9/api/webhooks/100000000000000001/a-secret-token";

/** A limiter that answers what the test says, and remembers what it was told. */
function scriptedLimiter(answer: Awaited<ReturnType<DiscordLimiter["acquire"]>> | "permit") {
  const told: PermitAnswer[] = [];
  const asked: Parameters<DiscordLimiter["acquire"]>[] = [];
  const permit: Permit = {
    kind: "permit",
    sequence: 1,
    expiresAt: 0,
    waitedMs: 0,
    settle: async (settled) => void told.push(settled),
  };
  const limiter: DiscordLimiter = {
    acquire: async (...request) => {
      asked.push(request);
      return answer === "permit" ? permit : answer;
    },
    estimate: async (_route, { count = 1 } = {}) => Array.from({ length: count }, (_, index) => index * 400),
    revive: async () => {},
    close: async () => {},
  };
  return { limiter, told, asked };
}

const BOT_TOKEN = "a-secret-bot-token";
const CHANNEL = "300000000000000001";
const THREAD = "400000000000000001";
const MESSAGE = "200000000000000001";

function openBot(limiter: DiscordLimiter, options: { readonly token?: string; readonly isForum?: boolean } = {}) {
  const apiUrl = "http://127.0.0.1:9/api";
  const transport = createBotTransport({ token: BOT_TOKEN, channelId: CHANNEL, apiUrl, limiter, ...options });
  onTestFinished(() => transport.close());
  return transport;
}

function openTransport(limiter: DiscordLimiter, url: string) {
  const transport = createWebhookTransport({ url, limiter });
  onTestFinished(() => transport.close());
  return transport;
}

test("with a limiter a burst is spread over time, and Discord never answers 429", async () => {
  const emulator = await startDiscordEmulator();
  const limiter = createDiscordLimiter({ driver: createMemoryLimitDriver() });
  onTestFinished(async () => {
    await limiter.close();
    await emulator.close();
  });
  const { channels, control_url: controlUrl } = emulator.description;
  const transport = openTransport(limiter, channels.alerts.webhook_url);
  const outcomes = await Promise.all(
    Array.from({ length: 9 }, (_, index) => transport.execute(SEND, { nonce: `n${index}` })),
  );
  expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => "delivered"));
  const stats = (await (await fetch(`${controlUrl}/stats`)).json()) as { readonly rate_limited: object };
  expect(stats.rate_limited).toEqual({ user: 0, shared: 0, global: 0 });
});

test("what would wait too long is deferred: nothing is sent, and the outcome says when it may be", async () => {
  const { limiter, asked } = scriptedLimiter({ kind: "refused", reason: "wait-too-long", retryAfterMs: 7_000 });
  const transport = openTransport(limiter, URL_OF_NOBODY);
  const outcome = await transport.execute(SEND, { nonce: "n", priority: "critical", maxPermitWaitMs: 2_000 });
  expect(outcome).toEqual({
    kind: "retryable",
    reason: "deferred",
    retryAfterMs: 7_000,
    details: { limiter: "wait-too-long" },
  });
  expect(asked[0]?.[1]).toEqual({ priority: "critical", maxWaitMs: 2_000 });
});

test("a call given up while it waits for its permit was surely not sent", async () => {
  const limiter = createDiscordLimiter({ driver: createMemoryLimitDriver() });
  onTestFinished(() => limiter.close());
  await using stub = await startStubServer(() => ({ isSilent: true }));
  const transport = openTransport(limiter, `${stub.origin}/api/webhooks/100000000000000001/token`);
  const first = new AbortController();
  const second = new AbortController();
  const unanswered = transport.execute(SEND, { nonce: "a", signal: first.signal });
  const waiting = transport.execute(SEND, { nonce: "b", signal: second.signal });
  second.abort();
  expect(await waiting).toEqual({ kind: "retryable", reason: "aborted" });
  first.abort();
  await unanswered;
});

test("a limiter that fails sends nothing: the call may be made later", async () => {
  const { limiter } = scriptedLimiter("permit");
  const broken: DiscordLimiter = { ...limiter, acquire: () => Promise.reject(new Error("out of order")) };
  const outcome = await openTransport(broken, URL_OF_NOBODY).execute(SEND, { nonce: "n" });
  expect(outcome).toEqual({ kind: "retryable", reason: "other", details: { limiter: "failed" } });
});

test("the limiter is told how each request ended, and nothing of the token", async () => {
  const { limiter, told, asked } = scriptedLimiter("permit");
  const transport = openTransport(limiter, URL_OF_NOBODY);
  await transport.execute(SEND, { nonce: "n" });
  expect(told).toEqual([{ kind: "not-sent" }]);
  expect(JSON.stringify(asked)).not.toContain("a-secret-token");
  expect(asked[0]?.[0]).toMatchObject({ template: "POST /webhooks/:id/:token", webhookChannel: null });
});

test("waits are estimated for each call in its order, edits and posts apart", async () => {
  const { limiter } = scriptedLimiter("permit");
  const transport = openTransport(limiter, URL_OF_NOBODY);
  const edit: DiscordOperation = { kind: "edit", messageId: "200000000000000001", message: { content: "y" } };
  expect(await transport.estimateWaits?.([SEND, edit, SEND, SEND])).toEqual([0, 0, 400, 800]);
});

test("a bot's calls of every kind are spread over time, and Discord never answers 429", async () => {
  const emulator = await startDiscordEmulator();
  const limiter = createDiscordLimiter({ driver: createMemoryLimitDriver() });
  const { bot_token: token, api_url: apiUrl, channels, control_url: controlUrl } = emulator.description;
  const transport = createBotTransport({ token, apiUrl, channelId: channels.alerts.id, limiter });
  onTestFinished(async () => {
    await transport.close();
    await limiter.close();
    await emulator.close();
  });
  const first = await transport.execute(SEND, { nonce: "first" });
  const messageId = first.kind === "delivered" ? first.value.messageId : "";
  const operations: readonly DiscordOperation[] = [
    ...Array.from({ length: 5 }, () => SEND),
    ...["👍", "👎", "✅"].map((emoji) => ({ kind: "react", messageId, emoji }) as const),
    ...["a", "b"].map((content) => ({ kind: "edit", messageId, message: { content } }) as const),
    { kind: "start-thread", messageId, name: "incident" },
  ];
  const outcomes = await Promise.all(
    operations.map((operation, index) => transport.execute(operation, { nonce: `n${index}` })),
  );
  expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => "delivered"));
  const rename = { kind: "update-thread", threadId: messageId, name: "resolved" } as const;
  expect(await transport.execute(rename, { nonce: "last" })).toMatchObject({ kind: "delivered" });
  expect(await transport.fetchMessages?.({})).toMatchObject({ kind: "delivered" });
  const stats = (await (await fetch(`${controlUrl}/stats`)).json()) as { readonly rate_limited: object };
  expect(stats.rate_limited).toEqual({ user: 0, shared: 0, global: 0 });
});

test("a bot's calls count against its own limits: by channel and thread, and by a name that is not its token", async () => {
  const { limiter, asked } = scriptedLimiter("permit");
  const transport = openBot(limiter);
  const operations: readonly DiscordOperation[] = [
    SEND,
    { ...SEND, threadId: THREAD } as DiscordOperation,
    { kind: "edit", messageId: MESSAGE, message: { content: "y" } },
    { kind: "start-thread", messageId: MESSAGE, name: "x" },
    { kind: "update-thread", threadId: THREAD, archived: true },
    { kind: "react", messageId: MESSAGE, emoji: "👍" },
  ];
  for (const operation of operations) await transport.execute(operation, { nonce: "n" });
  await transport.fetchMessages?.({ threadId: THREAD });
  await transport.fetchReactions?.({ messageId: MESSAGE, emoji: "👍" });
  expect(asked.map(([{ template, major }]) => [template, major])).toEqual([
    ["POST /channels/:id/messages", `channels/${CHANNEL}`],
    ["POST /channels/:id/messages", `channels/${THREAD}`],
    ["PATCH /channels/:id/messages/:id", `channels/${CHANNEL}`],
    ["POST /channels/:id/messages/:id/threads", `channels/${CHANNEL}`],
    ["PATCH /channels/:id", `channels/${THREAD}`],
    ["REACTIONS /channels/:id/messages/:id/reactions/:emoji", `channels/${CHANNEL}`],
    ["GET /channels/:id/messages", `channels/${THREAD}`],
    ["GET /channels/:id/messages/:id/reactions/:other", `channels/${CHANNEL}`],
  ]);
  const [credential, ...others] = new Set(asked.map(([route]) => route.credential));
  expect(others).toEqual([]);
  expect(JSON.stringify(asked)).not.toContain(BOT_TOKEN);
  // Every process, with or without the word before it, counts it as the same bot.
  for (const token of [`Bot ${BOT_TOKEN}`, "another-bots-token"]) {
    await openBot(limiter, { token }).execute(SEND, { nonce: "n" });
  }
  const [same, another] = asked.slice(-2).map(([route]) => route.credential);
  expect(same).toBe(credential);
  expect(another).not.toBe(credential);
});

test("a question waits like a call, and is deferred like one", async () => {
  const { limiter, asked } = scriptedLimiter({ kind: "refused", reason: "wait-too-long", retryAfterMs: 7_000 });
  const transport = openBot(limiter);
  const lost = { operation: SEND as DiscordOperation & { kind: "send" }, nonce: "n", sentAfter: 0 };
  const outcome = await transport.findSent?.(lost, { priority: "low", maxPermitWaitMs: 500 });
  expect(outcome).toMatchObject({ kind: "retryable", reason: "deferred", retryAfterMs: 7_000 });
  expect(asked.map(([{ template }, options]) => [template, options])).toEqual([
    ["GET /users/@me", { priority: "low", maxWaitMs: 500 }],
  ]);
});

test("waits are estimated apart for each channel and thread; what makes no request waits for nothing", async () => {
  const { limiter } = scriptedLimiter("permit");
  const inThread: DiscordOperation = { kind: "send", threadId: THREAD, message: { content: "x" } };
  const post: DiscordOperation = { kind: "send", threadName: "x", message: { content: "x" } };
  expect(await openBot(limiter).estimateWaits?.([SEND, inThread, SEND, post, inThread])).toEqual([0, 0, 400, 0, 400]);
  expect(await openBot(limiter, { isForum: true }).estimateWaits?.([post, SEND, post])).toEqual([0, 0, 400]);
});
