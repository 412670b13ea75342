import { setTimeout as sleep } from "node:timers/promises";
import { TocsinError } from "@tocsin/errors";
import type { DiscordLimiter } from "@tocsin/rate-limiter";
import { recordSpans } from "@tocsin/testkit";
import { Agent, Dispatcher } from "undici";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import {
  createBotTransport,
  createHttpPool,
  createWebhookTransport,
  type DiscordOperation,
  type HttpPoolOptions,
  type Transport,
  type TransportOptions,
  withRetry,
} from "../src/index.ts";
import { createAuthority, issueCertificate } from "./certificates.ts";
import { startForwardProxy } from "./forward-proxy.ts";
import {
  echoesOf,
  INTERACTION_TOKEN,
  leakOf,
  NEW_BOT_TOKEN,
  ODD_BOT_TOKEN,
  OLD_BOT_TOKEN,
  PROXY_PASSWORD,
  tellingEchoesOf,
  WEBHOOK_TOKEN,
} from "./secrets.ts";
import { type StubAnswer, startRawServer, startStubServer } from "./stub-server.ts";
import { startTlsServer } from "./tls-server.ts";

const ALL_SECRETS = [
  WEBHOOK_TOKEN,
  OLD_BOT_TOKEN,
  NEW_BOT_TOKEN,
  INTERACTION_TOKEN,
  ODD_BOT_TOKEN,
  PROXY_PASSWORD,
  ...[OLD_BOT_TOKEN, `relay:${PROXY_PASSWORD}`, `Bot ${NEW_BOT_TOKEN}`].map((text) =>
    Buffer.from(text).toString("base64"),
  ),
];

const spans = recordSpans();
const printed: unknown[] = [];
beforeAll(() => {
  for (const name of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, name).mockImplementation((...words) => void printed.push(words));
  }
  vi.spyOn(process, "emitWarning").mockImplementation((...words) => void printed.push(words));
});
afterAll(() => {
  vi.restoreAllMocks();
  spans.stop();
});
beforeEach(() => spans.reset());
afterEach(() => {
  const shown = ({ name, attributes, events, status, links }: ReturnType<typeof spans.spans>[0]) => ({
    name,
    attributes,
    events,
    status,
    links,
  });
  expectNoLeak(spans.spans().map(shown));
  expect(printed).toEqual([]);
});

function expectNoLeak(value: unknown): void {
  expect(leakOf(value, ALL_SECRETS)).toBeUndefined();
}

const ID = "123456789012345678";
const OPERATIONS: readonly DiscordOperation[] = [
  { kind: "send", message: { content: "x" } },
  { kind: "send", message: { content: "x" }, threadName: "x" },
  { kind: "edit", messageId: ID, message: { content: "y" } },
  { kind: "delete", messageId: ID },
  { kind: "start-thread", messageId: ID, name: "x" },
  { kind: "update-thread", threadId: ID, archived: true },
  { kind: "react", messageId: ID, emoji: "👍" },
];

/** Makes a transport that talks to `origin`. */
type Connect = (origin: string, options?: TransportOptions) => Transport;

const bot =
  (token: string): Connect =>
  (origin, options) =>
    createBotTransport({ token, channelId: ID, guildId: ID, apiUrl: `${origin}/api`, ...options });
const webhook =
  (address: (origin: string) => string): Connect =>
  (origin, options) =>
    createWebhookTransport({ url: address(origin), apiUrl: `${origin}/api/v10`, ...options });

/** Every kind of transport, and what it knows. */
interface Way {
  readonly connect: Connect;
  readonly secret: string;
}
const WEBHOOK: Way = {
  connect: webhook((origin) => `${origin}/proxied/webhooks/${ID}/${WEBHOOK_TOKEN}/?wait=true&thread_id=${ID}`),
  secret: WEBHOOK_TOKEN,
};
const BOT: Way = { connect: bot(`Bot ${NEW_BOT_TOKEN}`), secret: NEW_BOT_TOKEN };
const WAYS: Readonly<Record<string, Way>> = {
  "another host, with a thread": WEBHOOK,
  "an interaction's webhook": {
    connect: webhook((origin) => `${origin}/api/v10/webhooks/${ID}/${INTERACTION_TOKEN}`),
    secret: INTERACTION_TOKEN,
  },
  "a bot with a token of the first years": { connect: bot(OLD_BOT_TOKEN), secret: OLD_BOT_TOKEN },
  "a bot with a token of today": BOT,
  "a bot with a token of a stand-in": { connect: bot(ODD_BOT_TOKEN), secret: ODD_BOT_TOKEN },
};
const BOTH = [WEBHOOK, BOT];

/** Does everything with it that can be done, and looks at whatever comes of it. */
async function useAll(transport: Transport, operations = OPERATIONS): Promise<void> {
  onTestFinished(() => transport.close());
  const impatient = withRetry(transport, { sleep: async () => undefined, deadlineMs: 20, random: () => 1 });
  const { findSent, fetchMessages, fetchReactions, estimateWaits } = impatient;
  const send = { kind: "send", message: { content: "x" } } as const;
  const calls = [
    ...operations.flatMap((operation) => [
      transport.execute(operation, { nonce: "n" }),
      impatient.execute(operation, { nonce: "n" }),
    ]),
    findSent?.({ operation: send, nonce: "n", sentAfter: Date.now() - 1_000 }),
    fetchMessages?.({}),
    fetchReactions?.({ messageId: ID, emoji: "👍" }),
    estimateWaits?.(operations),
  ];
  expectNoLeak([await Promise.allSettled(calls), transport, impatient]);
}

/** One answer that gives every secret back in every way, in its body and its headers. */
function echoing(status: number, texts: readonly string[], body: "json" | "html" | "message"): StubAnswer {
  const header = texts[1] ?? "";
  const headers = {
    location: header,
    "retry-after": "0",
    via: header,
    "x-ratelimit-scope": header,
    "x-ratelimit-bucket": header,
    "set-cookie": header,
  };
  const errors = Object.fromEntries(texts.map((text, index) => [index, { _errors: [{ code: "X", message: text }] }]));
  const keyed = Object.fromEntries(texts.slice(-3).map((text) => [text, "x"]));
  if (body === "html") return { status, headers, body: `<html>${texts.join("<br>")}</html>` };
  const message = { id: texts[0], channel_id: texts[1], code: texts[2], message: texts[3] };
  if (body === "message") return { status, headers, body: message };
  return { status, headers, body: { code: 50_035, message: texts.join(" "), errors: { ...errors, keyed } } };
}

const JSON_STATUSES = [200, 204, 301, 302, 307, 400, 401, 403, 404, 407, 413, 429, 500, 502, 503];
const ANSWERS = [
  ...JSON_STATUSES.map((status) => [status, "json"] as const),
  ...[200, 403, 500, 503].flatMap((status) => [[status, "html"] as const, [status, "message"] as const]),
];

test.each(Object.entries(WAYS))("%s: whatever a server gives back", async (_name, { connect, secret }) => {
  let answer: StubAnswer = {};
  await using server = await startStubServer(() => answer);
  const transport = connect(server.origin);
  for (const [status, body] of ANSWERS) {
    answer = echoing(status, echoesOf(secret), body);
    await useAll(transport, status === 403 ? OPERATIONS : OPERATIONS.slice(0, 1));
  }
  expect(spans.spans().length).toBeGreaterThan(ANSWERS.length);
});

const HOSTS = ["discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"];
const VERSIONS = ["", "/v6", "/v9", "/v10"];

test.each(HOSTS.flatMap((host) => VERSIONS.map((version) => `https://${host}/api${version}`)))(
  "a webhook of %s",
  async (api) => {
    await using server = await startStubServer(() => echoing(400, echoesOf(WEBHOOK_TOKEN), "json"));
    const transport = webhook(() => `${api}/webhooks/${ID}/${WEBHOOK_TOKEN}`)(server.origin);
    await useAll(transport, OPERATIONS.slice(0, 1));
    expect(server.requests.length).toBeGreaterThan(0);
  },
);

test("secrets of others, wherever they tell what they are", async () => {
  const others = [WEBHOOK_TOKEN, OLD_BOT_TOKEN, NEW_BOT_TOKEN, INTERACTION_TOKEN, ...ALL_SECRETS.slice(-3)];
  for (const other of others) {
    const isBotToken = other === OLD_BOT_TOKEN || other === NEW_BOT_TOKEN;
    const texts = [...tellingEchoesOf(other), ...(isBotToken ? [other, `the token ${other} is wrong`] : [])];
    for (const { connect } of BOTH) {
      await using server = await startStubServer(() => echoing(400, texts, "json"));
      await useAll(connect(server.origin), OPERATIONS.slice(0, 1));
    }
  }
});

const withToken = (text: string): Error =>
  Object.assign(new Error(`${text} ${WEBHOOK_TOKEN} ${NEW_BOT_TOKEN}`), {
    code: `x ${NEW_BOT_TOKEN}`,
    path: WEBHOOK_TOKEN,
  });

/** A dispatcher that fails in a way of its own. */
class FailingDispatcher extends Dispatcher {
  readonly #dispatch: (handler: Dispatcher.DispatchHandler) => void;
  constructor(dispatch: (handler: Dispatcher.DispatchHandler) => void) {
    super();
    this.#dispatch = dispatch;
  }
  override dispatch(_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.#dispatch(handler);
    return true;
  }
}

const CONTROLLER = { abort: () => undefined } as unknown as Dispatcher.DispatchController;
const DISPATCHERS: Readonly<Record<string, () => Dispatcher>> = {
  "no such name": () =>
    new Agent({
      connect: {
        lookup: (_host: string, _options: object, done: (error: Error) => void) => done(withToken("ENOTFOUND")),
      } as object,
    }),
  "a dispatcher that throws": () =>
    new FailingDispatcher(() => {
      throw withToken("dispatch");
    }),
  "an error before the request": () =>
    new FailingDispatcher((handler) => handler.onResponseError?.(CONTROLLER, withToken("connect"))),
  "an error after the request": () =>
    new FailingDispatcher((handler) => {
      handler.onRequestStart?.(CONTROLLER, {});
      handler.onResponseError?.(CONTROLLER, new Error("outer", { cause: withToken("inner") }));
    }),
};

test.each(Object.entries(DISPATCHERS))("the network fails: %s", async (_name, create) => {
  for (const { connect } of BOTH) {
    await useAll(connect("http://discord.invalid", { dispatcher: create() }));
  }
});

test("the network fails: refused, reset, silent, half an answer, no HTTP, closed", async () => {
  const endings: readonly Parameters<typeof startRawServer>[] = [
    [(socket) => socket.resetAndDestroy()],
    [() => undefined, (socket) => socket.destroy()],
    [() => undefined],
    [(socket, text) => socket.end(`HTTP/1.1 400 Bad\r\ncontent-length: 90000\r\n\r\n${text}`)],
    [(socket, text) => socket.end(text)],
  ];
  for (const { connect } of BOTH) {
    for (const ending of endings) {
      await using server = await startRawServer(...ending);
      await useAll(connect(server.origin, { timeoutMs: 50 }));
    }
    const gone = await startRawServer(() => undefined);
    await gone[Symbol.asyncDispose]();
    await useAll(connect(gone.origin));
    await useAll(connect(gone.origin.replace("http:", "https:")));
    const dispatcher = createHttpPool();
    await dispatcher.close();
    await useAll(connect(gone.origin, { dispatcher }));
  }
});

test("TLS fails", async () => {
  const authority = await createAuthority();
  await using server = await startTlsServer(await issueCertificate(authority), {
    clientAuthorityPem: authority.certPem,
  });
  for (const tls of [{}, { caPem: authority.certPem }, { isVerified: false }]) {
    const dispatcher = createHttpPool({ tls });
    onTestFinished(() => dispatcher.destroy());
    for (const { connect } of BOTH) await useAll(connect(`https://127.0.0.1:${server.port}`, { dispatcher }));
  }
});

test("proxies fail, which have credentials", async () => {
  await using far = await startStubServer((request) => echoing(400, [JSON.stringify(request)], "json"));
  for (const options of [{}, { login: "x:y" }, { refusesWith: 407 }, { refusesWith: 502 }, { cutsTunnels: true }]) {
    await using proxy = await startForwardProxy(options);
    const address = `http://relay:${PROXY_PASSWORD}@${proxy.host}`;
    const dispatcher = createHttpPool({ proxy: { httpProxy: address, httpsProxy: address } });
    onTestFinished(() => dispatcher.destroy());
    expectNoLeak(dispatcher);
    for (const { connect } of BOTH) {
      await useAll(connect(far.origin, { dispatcher }));
      await useAll(connect(far.origin.replace("http:", "https:"), { dispatcher }));
    }
  }
});

test("the limiter fails, and refuses", async () => {
  await using server = await startStubServer(() => ({ status: 400 }));
  const failing: DiscordLimiter = {
    acquire: async (route) => {
      throw Object.assign(withToken("limiter"), { route });
    },
    estimate: async () => [],
    revive: async () => undefined,
    close: async () => undefined,
  };
  const misused = async (): Promise<never> => {
    throw new TocsinError(`${WEBHOOK_TOKEN}`, { code: "RATE_LIMITER_CLOSED", cause: withToken("cause") });
  };
  const limiters: readonly DiscordLimiter[] = [
    failing,
    { ...failing, acquire: misused },
    ...(["wait-too-long", "credential-dead"] as const).map((reason) => ({
      ...failing,
      acquire: async () => ({ kind: "refused", reason, retryAfterMs: 10_000 }) as const,
    })),
  ];
  for (const limiter of limiters) {
    for (const { connect } of BOTH) await useAll(connect(server.origin, { limiter }));
  }
});

test("calls that are given up, late, or wrong", async () => {
  await using server = await startStubServer(() => ({ isSilent: true }));
  for (const { connect } of BOTH) {
    const transport = connect(server.origin);
    const controller = new AbortController();
    const circular: Record<string, unknown> = {};
    circular.itself = circular;
    const send = { kind: "send", message: { content: "x" } } as const;
    const calls = Promise.allSettled([
      transport.execute(send, { nonce: "n", signal: controller.signal }),
      transport.execute(send, { nonce: "n", signal: AbortSignal.abort(withToken("reason")) }),
      transport.execute(send, { nonce: "n", deadlineAt: 1 }),
      transport.execute(send, { nonce: NEW_BOT_TOKEN }),
      transport.execute({ kind: "send", message: circular as never }, { nonce: "n" }),
      transport.execute({ kind: "delete", messageId: WEBHOOK_TOKEN }, { nonce: "n" }),
      transport.execute({ ...send, threadId: NEW_BOT_TOKEN }, { nonce: "n" }),
    ]);
    await sleep(20);
    controller.abort(withToken("reason"));
    expectNoLeak(await calls);
    await transport.close();
    expectNoLeak(await Promise.allSettled([transport.execute(send, { nonce: "n" })]));
  }
});

const address = `https://discord.com/api/webhooks/${ID}/${WEBHOOK_TOKEN}`;
const credentials = `https://relay:${PROXY_PASSWORD}@discord.com/api`;
const proxied = (httpProxy: string): HttpPoolOptions => ({ proxy: { httpProxy } });
const MISUSES: readonly (() => unknown)[] = [
  ...[
    address.replace("https:", "ftp:"),
    address.replace("https:", ""),
    ` ${address}/github`,
    `${address}/slack`,
    `${address}/messages/${ID}`,
    `${address}!`,
    `${address}%2D`,
    `${address}?thread_id=${WEBHOOK_TOKEN}`,
    address.replace(ID, WEBHOOK_TOKEN),
    address.replace("/api/", `/${WEBHOOK_TOKEN}/`),
    address.replace("//", `//relay:${PROXY_PASSWORD}@`),
    address.replace("discord.com", `discord.com:${PROXY_PASSWORD}`),
    WEBHOOK_TOKEN,
    NEW_BOT_TOKEN,
  ].map((url) => () => createWebhookTransport({ url })),
  () => createWebhookTransport({ url: address, apiUrl: credentials }),
  () => createWebhookTransport({ url: address, apiUrl: WEBHOOK_TOKEN }),
  () => createWebhookTransport({ url: address, timeoutMs: WEBHOOK_TOKEN.length * -1 }),
  () => createWebhookTransport({ url: address, userAgent: `${WEBHOOK_TOKEN}\r\n` }),
  ...[`${NEW_BOT_TOKEN}\n`, `Bearer ${NEW_BOT_TOKEN}`, `"${OLD_BOT_TOKEN}"`, ` ${OLD_BOT_TOKEN}`].map(
    (token) => () => createBotTransport({ token, channelId: ID }),
  ),
  () => createBotTransport({ token: NEW_BOT_TOKEN, channelId: NEW_BOT_TOKEN }),
  () => createBotTransport({ token: NEW_BOT_TOKEN, channelId: ID, guildId: NEW_BOT_TOKEN }),
  () => createBotTransport({ token: NEW_BOT_TOKEN, channelId: ID, apiUrl: credentials }),
  () => createHttpPool(proxied(`socks5://relay:${PROXY_PASSWORD}@proxy.example`)),
  () => createHttpPool(proxied(`http://relay:${PROXY_PASSWORD}@proxy.example:port`)),
  () => createHttpPool(proxied(`http://relay:${PROXY_PASSWORD}%@proxy.example`)),
  () => createHttpPool({ tls: { certPem: WEBHOOK_TOKEN, keyPem: NEW_BOT_TOKEN } }),
  () => createHttpPool({ tls: { caPem: NEW_BOT_TOKEN } }),
];

test.each(MISUSES.map((misuse, index) => [index, misuse] as const))("misuse %d", (_index, misuse) => {
  let thrown: unknown;
  try {
    misuse();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(TocsinError);
  expectNoLeak(thrown);
});

test("the test itself sees a leak, also half of one in a cause or in a field that is not listed", () => {
  const hidden = Object.defineProperty({}, "hidden", { value: NEW_BOT_TOKEN.slice(20, 30), enumerable: false });
  for (const leak of [
    withToken("x"),
    new Error("x", { cause: withToken("y") }),
    hidden,
    { a: [{ b: WEBHOOK_TOKEN }] },
  ]) {
    expect(leakOf(leak, ALL_SECRETS)).toBeDefined();
  }
});
