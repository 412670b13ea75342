import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { createFakeClock } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { createHttpPool, createWebhookTransport, type DiscordOperation, type Transport } from "../src/index.ts";
import { VERSION } from "../src/version.ts";
import type { WebhookTransportOptions } from "../src/webhook-transport.ts";
import { type StubAnswer, startStubServer } from "./stub-server.ts";

const TOKEN = "aB3-xY_9".repeat(9).slice(0, 68);
const MESSAGE = { id: "345678901234567890", channel_id: "678901234567890123" };
const SEND: DiscordOperation = { kind: "send", message: { content: "disk full" } };
const NONCE = { nonce: "n1" };

async function connect(answer: () => StubAnswer, options: Partial<WebhookTransportOptions> = {}) {
  const server = await startStubServer(answer);
  const url = `https://discord.com/api/webhooks/123456789012345678/${TOKEN}`;
  const transport = createWebhookTransport({ url, apiUrl: `${server.origin}/api`, ...options });
  const dispose = async (): Promise<void> => {
    await transport.close();
    await server[Symbol.asyncDispose]();
  };
  return { transport, server, [Symbol.asyncDispose]: dispose };
}

test("posts JSON to the webhook under its User-Agent and gives the message's place back", async () => {
  await using world = await connect(() => ({ body: MESSAGE }));
  expect(await world.transport.execute(SEND, NONCE)).toEqual({
    kind: "delivered",
    value: { channelId: MESSAGE.channel_id, messageId: MESSAGE.id },
  });
  expect(world.server.requests).toHaveLength(1);
  expect(world.server.requests[0]).toMatchObject({
    method: "POST",
    path: `/api/v10/webhooks/123456789012345678/${TOKEN}`,
    headers: {
      "user-agent": `DiscordBot (https://github.com/tocsin-dev/tocsin, ${VERSION})`,
      "content-type": "application/json",
    },
    body: { content: "disk full", allowed_mentions: { parse: [] } },
  });
});

test("knows its own version", () => {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  expect(JSON.parse(text).version).toBe(VERSION);
});

test("says what it can do", async () => {
  await using world = await connect(() => ({}));
  const { capabilities } = world.transport;
  expect(Object.entries(capabilities).flatMap(([name, can]) => (can ? [name] : []))).toEqual(["edits"]);
  expect(Object.keys(capabilities)).toHaveLength(8);
});

test("makes one request, whatever comes back", async () => {
  await using world = await connect(() => ({ status: 503 }));
  expect(await world.transport.execute(SEND, NONCE)).toMatchObject({ kind: "retryable", reason: "server-error" });
  expect(world.server.requests).toHaveLength(1);
});

describe("does not start", () => {
  test("after the deadline, and does at the last moment before it", async () => {
    const clock = createFakeClock();
    await using world = await connect(() => ({ body: MESSAGE }), { now: clock.now });
    const deadlineAt = clock.now() + 10;
    clock.advance(9);
    expect(await world.transport.execute(SEND, { ...NONCE, deadlineAt })).toMatchObject({ kind: "delivered" });
    clock.advance(1);
    const late = await world.transport.execute(SEND, { ...NONCE, deadlineAt });
    expect(late).toEqual({ kind: "retryable", reason: "expired" });
    expect(world.server.requests).toHaveLength(1);
  });

  test("when the caller gave up already", async () => {
    await using world = await connect(() => ({ body: MESSAGE }));
    const outcome = await world.transport.execute(SEND, { ...NONCE, signal: AbortSignal.abort() });
    expect(outcome).toEqual({ kind: "retryable", reason: "aborted" });
    expect(world.server.connectionCount).toBe(0);
  });

  test("what no webhook route can express", async () => {
    await using world = await connect(() => ({ body: MESSAGE }));
    const outcome = await world.transport.execute({ kind: "delete", messageId: "../1" }, NONCE);
    expect(outcome).toMatchObject({ kind: "rejected", reason: "invalid-form" });
    expect(world.server.requests).toHaveLength(0);
  });
});

test("comes back as unknown when the answer does not come within timeoutMs", async () => {
  await using world = await connect(() => ({ isSilent: true }), { timeoutMs: 250 });
  expect(await world.transport.execute(SEND, NONCE)).toMatchObject({ kind: "unknown", reason: "timeout" });
});

describe("connections", () => {
  test("are shared by a hundred webhooks of one pool", async () => {
    await using server = await startStubServer(() => ({ body: MESSAGE, delayMs: 5 }));
    const dispatcher = createHttpPool({ maxConnectionCount: 4 });
    const transports = Array.from({ length: 100 }, (_, index) =>
      createWebhookTransport({ url: `${server.origin}/api/webhooks/${index + 1}/${TOKEN}`, dispatcher }),
    );
    const outcomes = await Promise.all(transports.map((transport) => transport.execute(SEND, NONCE)));
    expect(outcomes.filter(({ kind }) => kind === "delivered")).toHaveLength(100);
    expect(new Set(server.requests.map(({ path }) => path)).size).toBe(100);
    expect(server.connectionCount).toBe(4);
    await dispatcher.close();
  });

  test("stay open for the others when one transport is closed", async () => {
    await using server = await startStubServer(() => ({ body: MESSAGE }));
    const dispatcher = createHttpPool();
    const url = `${server.origin}/api/webhooks/1/${TOKEN}`;
    const [first, second] = [createWebhookTransport({ url, dispatcher }), createWebhookTransport({ url, dispatcher })];
    await first.close();
    expect(await second.execute(SEND, NONCE)).toMatchObject({ kind: "delivered" });
    await dispatcher.close();
  });
});

describe("close", () => {
  test("lets executions finish, refuses new ones, and may be called twice", async () => {
    await using world = await connect(() => ({ body: MESSAGE, delayMs: 50 }));
    const execution = world.transport.execute(SEND, NONCE);
    await sleep(5);
    const closed = world.transport.close();
    await expect(world.transport.execute(SEND, NONCE)).rejects.toMatchObject({ code: "TRANSPORT_CLOSED" });
    await Promise.all([closed, world.transport.close()]);
    expect(await execution).toMatchObject({ kind: "delivered" });
  });
});

describe("throws for misuse", () => {
  const url = `https://discord.com/api/webhooks/1/${TOKEN}`;
  test.each([
    [{ url: `https://discord.com/api/webhooks/1/${TOKEN}/slack` }, "TRANSPORT_URL_INVALID"],
    [{ url, apiUrl: "x" }, "TRANSPORT_URL_INVALID"],
    [{ url, timeoutMs: 0 }, "TRANSPORT_OPTION_INVALID"],
    [{ url, timeoutMs: Number.NaN }, "TRANSPORT_OPTION_INVALID"],
    [{ url, timeoutMs: Infinity }, "TRANSPORT_OPTION_INVALID"],
    [{ url, userAgent: "a\r\nb" }, "TRANSPORT_OPTION_INVALID"],
  ])("with options that cannot work: %#", (options, code) => {
    expect(() => createWebhookTransport(options)).toThrow(expect.objectContaining({ code }));
    try {
      createWebhookTransport(options);
    } catch (error) {
      expect(inspect(error)).not.toContain(TOKEN);
    }
  });

  test.each(["", "x".repeat(26)])("with a nonce that Discord would refuse: %j", async (nonce) => {
    await using world = await connect(() => ({ body: MESSAGE }));
    const failing = world.transport.execute(SEND, { nonce });
    await expect(failing).rejects.toMatchObject({ code: "TRANSPORT_NONCE_INVALID" });
    expect(await world.transport.execute(SEND, { nonce: "x".repeat(25) })).toMatchObject({ kind: "delivered" });
  });

  test("with a message that is not JSON", async () => {
    await using world = await connect(() => ({ body: MESSAGE }));
    const message = { content: 1n } as never;
    const failing = world.transport.execute({ kind: "send", message }, NONCE);
    await expect(failing).rejects.toMatchObject({ code: "TRANSPORT_MESSAGE_INVALID", retryable: false });
  });
});

describe("keeps the token to itself", () => {
  const echo = `no route for POST /api/v10/webhooks/123456789012345678/${TOKEN}?wait=true, token ${TOKEN}`;
  const answers: readonly [name: string, answer: StubAnswer][] = [
    ["a page that repeats the address", { status: 404, body: echo }],
    ["an error that repeats the address", { status: 404, body: { code: 0, message: echo } }],
    [
      "an error tree with the token in keys and values",
      { status: 400, body: { code: 50035, errors: { [TOKEN]: [echo] } } },
    ],
    ["a limit with the token in it", { status: 429, body: { message: echo, retry_after: 1 } }],
    ["a failure", { status: 500, body: { code: 0, message: echo } }],
    ["a success without a message", { status: 200, body: { id: TOKEN, channel_id: echo } }],
    ["a redirect", { status: 301, headers: { location: `https://example.org/webhooks/1/${TOKEN}` } }],
  ];
  const shows = (value: unknown): string =>
    `${inspect(value, { depth: 20, showHidden: true })}${JSON.stringify(value)}`;

  test.each(answers)("with %s", async (_name, answer) => {
    await using world = await connect(() => answer);
    const outcome = await world.transport.execute(SEND, NONCE);
    expect(outcome.kind).not.toBe("delivered");
    expect(shows(outcome)).not.toContain(TOKEN);
  });

  test("without any answer", async () => {
    const refused = await connect(() => ({}));
    await refused.server[Symbol.asyncDispose]();
    expect(shows(await refused.transport.execute(SEND, NONCE))).not.toContain(TOKEN);
    await using slow = await connect(() => ({ isSilent: true }), { timeoutMs: 50 });
    expect(shows(await slow.transport.execute(SEND, NONCE))).not.toContain(TOKEN);
  });

  test("when the transport itself is printed", async () => {
    await using world = await connect(() => ({}));
    const transport: Transport = world.transport;
    expect(shows(transport)).not.toContain(TOKEN);
  });
});
