import { inspect } from "node:util";
import { context, SpanKind, SpanStatusCode, type Tracer, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  StackContextManager,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createBotTransport, createWebhookTransport, type DiscordOperation, type Transport } from "../src/index.ts";
import { type StubAnswer, startStubServer } from "./stub-server.ts";

const TOKEN = "aB3-xY_9".repeat(9).slice(0, 68);
const MESSAGE = { id: "345678901234567890", channel_id: "678901234567890123" };
const SEND: DiscordOperation = { kind: "send", message: { content: "secret alert text" } };

const exporter = new InMemorySpanExporter();
let tracer: Tracer;

beforeAll(() => {
  context.setGlobalContextManager(new StackContextManager().enable());
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  tracer = provider.getTracer("test");
  trace.setGlobalTracerProvider(provider);
});
afterAll(() => {
  trace.disable();
  context.disable();
});
beforeEach(() => exporter.reset());

async function execute(answer: StubAnswer, operation = SEND, timeoutMs = 10_000) {
  await using server = await startStubServer(() => answer);
  const transport = createWebhookTransport({ url: `${server.origin}/api/webhooks/1/${TOKEN}`, timeoutMs });
  await transport.execute(operation, { nonce: "n" });
  await transport.close();
  const spans = exporter.getFinishedSpans();
  expect(spans).toHaveLength(1);
  return { span: spans[0] as NonNullable<(typeof spans)[0]>, server };
}

test("makes one client span a request, by the conventions of HTTP", async () => {
  const { span, server } = await execute({ body: MESSAGE });
  expect(span).toMatchObject({
    name: "POST /webhooks/{webhook.id}/{webhook.token}",
    kind: SpanKind.CLIENT,
    status: { code: SpanStatusCode.UNSET },
    instrumentationScope: { name: "@tocsin/discord-transport" },
  });
  expect(span.attributes).toEqual({
    "http.request.method": "POST",
    "http.response.status_code": 200,
    "server.address": "127.0.0.1",
    "server.port": Number(new URL(server.origin).port),
    "url.template": "/webhooks/{webhook.id}/{webhook.token}",
    "tocsin.outcome": "delivered",
  });
});

test("is a child of the active span", async () => {
  const parent = tracer.startSpan("plan");
  await using server = await startStubServer(() => ({ body: MESSAGE }));
  const transport = createWebhookTransport({ url: `${server.origin}/api/webhooks/1/${TOKEN}` });
  // The context manager of this test follows the stack only: nothing may be awaited inside.
  const active = trace.setSpan(context.active(), parent);
  await context.with(active, () => transport.execute(SEND, { nonce: "n" }));
  await transport.close();
  const [span] = exporter.getFinishedSpans();
  expect(span?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
  expect(span?.spanContext().traceId).toBe(parent.spanContext().traceId);
});

test("marks what was refused, with status and Discord's code", async () => {
  const { span } = await execute({ status: 400, body: { code: 50035, message: "Invalid Form Body" } });
  expect(span.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(span.attributes).toMatchObject({
    "http.response.status_code": 400,
    "error.type": "400",
    "tocsin.discord.code": 50035,
    "tocsin.outcome": "rejected",
  });
});

test("marks what got no answer, with the name of the failure", async () => {
  const { span } = await execute({ isSilent: true }, SEND, 250);
  expect(span.attributes).toMatchObject({ "error.type": "timeout", "tocsin.outcome": "unknown" });
  expect(span.attributes).not.toHaveProperty("http.response.status_code");
});

test("has a template of its own for messages", async () => {
  const { span } = await execute({ status: 204 }, { kind: "delete", messageId: "345678901234567890" });
  expect(span.name).toBe("DELETE /webhooks/{webhook.id}/{webhook.token}/messages/{message.id}");
});

test("hands no trace context to Discord", async () => {
  const { server } = await execute({ body: MESSAGE });
  const names = Object.keys(server.requests[0]?.headers ?? {});
  expect(names).toContain("user-agent");
  expect(names.filter((name) => /trace|baggage|b3/.test(name))).toEqual([]);
});

test.each<StubAnswer>([
  { body: MESSAGE },
  { status: 404, body: { code: 0, message: `Cannot POST /api/v10/webhooks/1/${TOKEN}` } },
  { status: 500, body: TOKEN },
  { isSilent: true },
])("never has the token, the path or the text in a span: %#", async (answer) => {
  const { span } = await execute(answer, SEND, 250);
  const { name, attributes, status, events, links } = span;
  const text = inspect({ name, attributes, status, events, links }, { depth: 10 });
  expect(text).not.toContain(TOKEN);
  expect(text).not.toMatch(/webhooks\/1|secret alert text/);
});

const ID = "345678901234567890";
const THREAD = "456789012345678901";

/** Lets the bot do something, and gives the spans of its requests. */
async function asBot(work: (transport: Transport) => Promise<unknown>, answer: StubAnswer = { status: 204 }) {
  await using server = await startStubServer(() => answer);
  const options = { token: TOKEN, channelId: MESSAGE.channel_id, guildId: "1", apiUrl: `${server.origin}/api` };
  const transport = createBotTransport(options);
  const forum = createBotTransport({ ...options, isForum: true });
  await work(transport);
  await work(forum);
  await Promise.all([transport.close(), forum.close()]);
  return exporter.getFinishedSpans();
}

test("has a template without ids for whatever a bot does", async () => {
  const operations: readonly DiscordOperation[] = [
    SEND,
    { kind: "send", threadName: "secret title", message: { content: "x" } },
    { kind: "edit", messageId: ID, message: { content: "x" } },
    { kind: "delete", messageId: ID, threadId: THREAD },
    { kind: "start-thread", messageId: ID, name: "secret title" },
    { kind: "update-thread", threadId: THREAD, name: "secret title" },
    { kind: "react", messageId: ID, emoji: "👍" },
  ];
  const spans = await asBot(async (transport) => {
    for (const operation of operations) await transport.execute(operation, { nonce: "n" });
    await transport.fetchMessages?.({});
    await transport.fetchReactions?.({ messageId: ID, emoji: "👍" });
  });
  const channel = "/channels/{channel.id}";
  expect(new Set(spans.map(({ name }) => name))).toEqual(
    new Set([
      `POST ${channel}/messages`,
      `POST ${channel}/threads`,
      `PATCH ${channel}/messages/{message.id}`,
      `DELETE ${channel}/messages/{message.id}`,
      `POST ${channel}/messages/{message.id}/threads`,
      `PATCH ${channel}`,
      `PUT ${channel}/messages/{message.id}/reactions/{emoji}/@me`,
      `GET ${channel}/messages`,
      `GET ${channel}/messages/{message.id}/reactions/{emoji}`,
    ]),
  );
  for (const { name, attributes } of spans) {
    expect(name).toBe(`${attributes["http.request.method"]} ${attributes["url.template"]}`);
  }
});

test("makes a span for each request of a search", async () => {
  const sent = { operation: SEND as DiscordOperation & { kind: "send" }, nonce: "n", sentAfter: 0 };
  const spans = await asBot((transport) => transport.findSent?.(sent) ?? Promise.resolve(), {
    body: { id: ID, threads: [] },
  });
  expect(spans.map(({ name }) => name)).toEqual([
    "GET /users/@me",
    "GET /channels/{channel.id}/messages",
    "GET /users/@me",
    "GET /guilds/{guild.id}/threads/active",
    "GET /channels/{channel.id}/threads/archived/public",
  ]);
});

test.each<StubAnswer>([
  { body: MESSAGE },
  { status: 401, body: { code: 0, message: `401: ${TOKEN}` } },
  { status: 500, body: TOKEN },
])("never has the bot's token, an id or a text in a span: %#", async (answer) => {
  const spans = await asBot(async (transport) => {
    await transport.execute(SEND, { nonce: "secret-nonce" });
    await transport.fetchMessages?.({ threadId: THREAD, before: ID });
    await transport.fetchReactions?.({ messageId: ID, emoji: "👍" });
  }, answer);
  expect(spans.length).toBeGreaterThan(3);
  const shown = spans.map(({ name, attributes, status, events, links }) => ({
    name,
    attributes,
    status,
    events,
    links,
  }));
  const text = inspect(shown, { depth: 10 });
  expect(text).not.toContain(TOKEN);
  expect(text).not.toMatch(/\d{17}|secret|%F0|👍/);
});
