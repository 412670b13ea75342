import { inspect } from "node:util";
import { createFakeClock } from "@tocsin/testkit";
import { describe, expect, test } from "vitest";
import { type BotTransportOptions, createBotTransport, type DiscordOperation } from "../src/index.ts";
import { VERSION } from "../src/version.ts";
import { type StubAnswer, startStubServer } from "./stub-server.ts";

const TOKEN = `MTE5ODYyMjQ4MzQ3MTkyNTI0OA.Cl2FMQ.${"ZnCjm1XVW7vRze4b7Cq4se7kKWs".slice(0, 27)}`;
const CHANNEL = "678901234567890123";
const MESSAGE = { id: "345678901234567890", channel_id: CHANNEL };
const SEND: DiscordOperation = { kind: "send", message: { content: "disk full" } };
const NONCE = { nonce: "n1" };

async function connect(answer: () => StubAnswer, options: Partial<BotTransportOptions> = {}) {
  const server = await startStubServer(answer);
  const transport = createBotTransport({
    token: TOKEN,
    channelId: CHANNEL,
    apiUrl: `${server.origin}/api`,
    ...options,
  });
  const dispose = async (): Promise<void> => {
    await transport.close();
    await server[Symbol.asyncDispose]();
  };
  return { transport, server, [Symbol.asyncDispose]: dispose };
}

test.each([TOKEN, `Bot ${TOKEN}`])("posts to its channel with its token: %#", async (token) => {
  await using world = await connect(() => ({ body: MESSAGE }), { token });
  expect(await world.transport.execute(SEND, NONCE)).toEqual({
    kind: "delivered",
    value: { channelId: CHANNEL, messageId: MESSAGE.id },
  });
  expect(world.server.requests).toHaveLength(1);
  expect(world.server.requests[0]).toMatchObject({
    method: "POST",
    path: `/api/v10/channels/${CHANNEL}/messages`,
    headers: {
      authorization: `Bot ${TOKEN}`,
      "user-agent": `DiscordBot (https://github.com/tocsin-dev/tocsin, ${VERSION})`,
      "content-type": "application/json",
    },
    body: { content: "disk full", nonce: "n1", enforce_nonce: true },
  });
});

test("sends a request without a body where there is nothing to say", async () => {
  await using world = await connect(() => ({ status: 204 }));
  const operation = { kind: "react", messageId: MESSAGE.id, emoji: "👍" } as const;
  expect(await world.transport.execute(operation, NONCE)).toMatchObject({ kind: "delivered" });
  const [request] = world.server.requests;
  expect(request).toMatchObject({ method: "PUT", body: undefined });
  expect(request?.headers).not.toHaveProperty("content-type");
});

test("says of a forum that no thread can be started there", async () => {
  await using world = await connect(() => ({}), { isForum: true });
  expect(world.transport.capabilities).toMatchObject({
    startsThreads: false,
    managesThreads: true,
    enforcesNonce: true,
  });
});

test.each([
  [{ deadlineAt: 0 }, "expired"],
  [{ signal: AbortSignal.abort() }, "aborted"],
])("asks nothing when the time is over or nobody waits: %#", async (options, reason) => {
  const clock = createFakeClock();
  await using world = await connect(() => ({ body: [] }), { now: clock.now });
  const sent = { operation: SEND, nonce: "n1", sentAfter: clock.now() };
  const { fetchMessages, fetchReactions, findSent } = world.transport;
  const outcomes = [
    await fetchMessages?.({}, options),
    await fetchReactions?.({ messageId: "1", emoji: "👍" }, options),
    await findSent?.(sent, options),
  ];
  expect(outcomes).toEqual(outcomes.map(() => ({ kind: "retryable", reason })));
  expect(world.server.requests).toHaveLength(0);
});

test("reads a page of the longest messages", async () => {
  const page = Array.from({ length: 100 }, (_, index) => ({
    ...MESSAGE,
    id: String(index),
    content: "漢".repeat(20_000),
  }));
  await using world = await connect(() => ({ body: page }));
  const outcome = await world.transport.fetchMessages?.({ maxCount: 100 });
  expect(outcome?.kind === "delivered" ? outcome.value.length : outcome).toBe(100);
});

describe("throws for misuse", () => {
  const options = { token: TOKEN, channelId: CHANNEL };
  test.each([
    [{ token: "" }, "TRANSPORT_TOKEN_INVALID"],
    [{ token: `${TOKEN}\n` }, "TRANSPORT_TOKEN_INVALID"],
    [{ token: `${TOKEN}\r\nx-evil: 1` }, "TRANSPORT_TOKEN_INVALID"],
    [{ token: `Bearer ${TOKEN}` }, "TRANSPORT_TOKEN_INVALID"],
    [{ token: `Bot Bot ${TOKEN}` }, "TRANSPORT_TOKEN_INVALID"],
    [{ token: ` ${TOKEN}` }, "TRANSPORT_TOKEN_INVALID"],
    [{ channelId: "general" }, "TRANSPORT_OPTION_INVALID"],
    [{ channelId: "1/../2" }, "TRANSPORT_OPTION_INVALID"],
    [{ guildId: "@me" }, "TRANSPORT_OPTION_INVALID"],
    [{ timeoutMs: 0 }, "TRANSPORT_OPTION_INVALID"],
    [{ apiUrl: "x" }, "TRANSPORT_URL_INVALID"],
    [{ apiUrl: "file:///api" }, "TRANSPORT_URL_INVALID"],
    [{ apiUrl: "https://user:password@example.org/api" }, "TRANSPORT_URL_INVALID"],
  ])("with options that cannot work: %#", (wrong, code) => {
    expect(() => createBotTransport({ ...options, ...wrong })).toThrow(expect.objectContaining({ code }));
    try {
      createBotTransport({ ...options, ...wrong });
    } catch (error) {
      expect(inspect(error)).not.toContain(TOKEN);
    }
  });

  test("with a message that is not JSON", async () => {
    await using world = await connect(() => ({}));
    const failing = world.transport.execute({ kind: "send", message: { content: 1n } as never }, NONCE);
    await expect(failing).rejects.toMatchObject({ code: "TRANSPORT_MESSAGE_INVALID", retryable: false });
  });
});

describe("keeps the token to itself", () => {
  const echo = `who is Bot ${TOKEN}, token ${TOKEN}?`;
  const shows = (value: unknown): string =>
    `${inspect(value, { depth: 20, showHidden: true })}${JSON.stringify(value)}`;

  test.each<[string, StubAnswer]>([
    ["a page that repeats it", { status: 404, body: echo }],
    ["an error that repeats it", { status: 401, body: { code: 0, message: echo } }],
    ["an error tree with it in keys and values", { status: 400, body: { code: 50035, errors: { [TOKEN]: [echo] } } }],
    ["a limit with it", { status: 429, body: { message: echo, retry_after: 1 } }],
    ["a success without a message", { status: 200, body: { id: TOKEN, channel_id: echo } }],
    ["a redirect", { status: 301, headers: { location: `https://example.org/?token=${TOKEN}` } }],
  ])("with %s", async (_name, answer) => {
    await using world = await connect(() => answer);
    const { transport } = world;
    const sent = { operation: SEND, nonce: "n1", sentAfter: 0 };
    for (const outcome of [
      await transport.execute(SEND, NONCE),
      await transport.fetchMessages?.({}),
      await transport.fetchReactions?.({ messageId: "1", emoji: "👍" }),
      await transport.findSent?.(sent),
    ]) {
      expect(outcome?.kind).not.toBe("delivered");
      expect(shows(outcome)).not.toContain(TOKEN);
    }
  });

  test("when nobody listens, and when the transport itself is printed", async () => {
    await using world = await connect(() => ({}));
    await world.server[Symbol.asyncDispose]();
    expect(shows(await world.transport.execute(SEND, NONCE))).not.toContain(TOKEN);
    expect(shows(world.transport)).not.toContain(TOKEN);
  });
});
