import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { createDiscordLimiter, type DiscordLimiter } from "@tocsin/rate-limiter";
import { createMemoryLimitDriver } from "@tocsin/rate-limiter/drivers/memory";
import { generate } from "selfsigned";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BotDestinationConfig, RelayConfig, TlsConfig, WebhookDestinationConfig } from "../config/config.ts";
import { type OpenDestinationsOptions, openDestinations } from "./open-destinations.ts";

const TOKEN = "t".repeat(68);
const BOT_TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAx.Gabcde.0123456789abcdefghijklmnopqrstuvwxyzAB";

const webhook = (id: string, host = "https://discord.com"): WebhookDestinationConfig => ({
  kind: "discord",
  via: "webhook",
  webhookUrl: `${host}/api/webhooks/${id}/${TOKEN}`,
  forum: false,
});

const BOT: BotDestinationConfig = {
  kind: "discord",
  via: "bot",
  botToken: BOT_TOKEN,
  channelId: "100000000000000005",
  guildId: "100000000000000006",
  forum: false,
};

/** Takes every message, and remembers to whom it was sent, where, and with which credential. */
async function startDiscord(listen: (listener: RequestListener) => Server = createServer) {
  const requests: { readonly url: string; readonly authorization: string | undefined }[] = [];
  const isCertified: boolean[] = [];
  const server = listen((request, response) => {
    requests.push({ url: request.url ?? "", authorization: request.headers.authorization });
    isCertified.push((request.socket as Partial<TLSSocket>).authorized === true);
    request.resume();
    response.writeHead(200, { "content-type": "application/json" });
    response.end('{"id":"100000000000000001","channel_id":"100000000000000005"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    requests,
    /** Of each request, whether it came with a certificate that the server trusts. */
    isCertified,
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let limiter: DiscordLimiter;

beforeEach(() => {
  limiter = createDiscordLimiter({ driver: createMemoryLimitDriver() });
});

afterEach(() => limiter.close());

/** Sends one message to every destination, one after the other, and closes them. */
async function sendToAll(
  destinations: RelayConfig["destinations"],
  options: Partial<OpenDestinationsOptions> = {},
): Promise<readonly unknown[]> {
  const opened = openDestinations({ destinations, routes: [] }, { limiter, env: {}, ...options });
  const outcomes: unknown[] = [];
  for (const { transport } of Object.values(opened.organization.destinations)) {
    const outcome = await transport.execute({ kind: "send", message: { content: "x" } }, { nonce: "n" });
    outcomes.push(outcome.kind === "delivered" ? outcome.kind : outcome);
  }
  await opened.close();
  return outcomes;
}

describe("destinations", () => {
  test("are the engine's, with routes and options, and without a secret", async () => {
    const options = { thread: false, silent: ["info"], digest: { minCount: 5 } } as const;
    const routes = [{ match: { topic: ["x"] }, destinations: ["a"], delivery: { pack: false } }];
    const destinations = {
      a: { ...webhook("100000000000000003"), username: "Tocsin", avatarUrl: "https://example.org/a.png", ...options },
      b: { ...BOT, forum: true, forumTagIds: { info: ["100000000000000007"] } },
    };
    const { organization, close } = openDestinations({ destinations, routes }, { limiter, env: {} });
    const transport = expect.objectContaining({ capabilities: expect.anything() });
    expect(organization).toEqual({
      destinations: {
        a: { transport, forum: false, username: "Tocsin", avatarUrl: "https://example.org/a.png", ...options },
        b: { transport, forum: true, forumTagIds: { info: ["100000000000000007"] } },
      },
      routes,
    });
    expect(organization.destinations.a?.transport.capabilities).toMatchObject({ startsThreads: false, reads: false });
    expect(organization.destinations.b?.transport.capabilities).toMatchObject({ managesThreads: true, reads: true });
    for (const secret of [TOKEN, BOT_TOKEN]) expect(JSON.stringify(organization)).not.toContain(secret);
    await Promise.all([close(), close()]);
  });

  test("send what is Discord's to the API's address: the option's, else that of the environment", async () => {
    await using one = await startDiscord();
    await using other = await startDiscord();
    const env = { DISCORD_API_URL: `http://${other.host}/api` };
    const destinations = { a: webhook("100000000000000003"), b: BOT };
    expect(await sendToAll(destinations, { env, apiUrl: `http://${one.host}/api/v9` })).toEqual([
      "delivered",
      "delivered",
    ]);
    expect(await sendToAll(destinations, { env })).toEqual(["delivered", "delivered"]);
    const expected = [
      { url: `/api/v10/webhooks/100000000000000003/${TOKEN}?wait=true`, authorization: undefined },
      { url: "/api/v10/channels/100000000000000005/messages", authorization: `Bot ${BOT_TOKEN}` },
    ];
    expect(one.requests).toEqual(expected);
    expect(other.requests).toEqual(expected);
  });

  test("keep to the limits together", async () => {
    await using discord = await startDiscord();
    const driver = createMemoryLimitDriver();
    const asked: string[] = [];
    await limiter.close();
    limiter = createDiscordLimiter({
      driver: {
        ...driver,
        take: (request) => {
          asked.push(request.route.major.split("/")[1] ?? "");
          return driver.take(request);
        },
      },
    });
    const destinations = { a: webhook("100000000000000003"), b: webhook("100000000000000004"), c: BOT };
    await sendToAll(destinations, { apiUrl: `http://${discord.host}/api` });
    expect(asked).toEqual(["100000000000000003", "100000000000000004", "100000000000000005"]);
  });

  test("refuse an address of the API that is none", () => {
    expect(() =>
      openDestinations({ destinations: { b: BOT }, routes: [] }, { limiter, env: { DISCORD_API_URL: "discord" } }),
    ).toThrow(expect.objectContaining({ code: "TRANSPORT_URL_INVALID" }));
  });
});

describe("a proxy of the environment", () => {
  test("leads to other machines, and is not used for this one", async () => {
    await using proxy = await startDiscord();
    await using local = await startDiscord();
    const env = { HTTP_PROXY: `http://${proxy.host}`, DISCORD_API_URL: "http://discord.test/api" };
    const destinations = { a: BOT, b: webhook("100000000000000003", `http://${local.host}`) };
    expect(await sendToAll(destinations, { env })).toEqual(["delivered", "delivered"]);
    expect(proxy.requests).toEqual([
      {
        url: "http://discord.test/api/v10/channels/100000000000000005/messages",
        authorization: `Bot ${BOT_TOKEN}`,
      },
    ]);
    expect(local.requests).toHaveLength(1);
  });
});

describe("a webhook with certificates of its own", async () => {
  const create = () =>
    generate([{ name: "commonName", value: "127.0.0.1" }], {
      keyType: "ec",
      algorithm: "sha256",
      extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
    });
  const [server, client] = await Promise.all([create(), create()]);
  const serverOptions = {
    key: server.private,
    cert: server.cert,
    ca: client.cert,
    requestCert: true,
    rejectUnauthorized: false,
  };
  const start = () => startDiscord((listener) => createTlsServer(serverOptions, listener));
  const sendWith = async (host: string, tls?: TlsConfig) =>
    (await sendToAll({ a: { ...webhook("100000000000000003", `https://${host}`), ...(tls && { tls }) } }))[0];

  test("reaches a server that shows the one it trusts, with or without showing its own", async () => {
    await using discord = await start();
    expect(await sendWith(discord.host, { isVerified: true, caPem: server.cert })).toBe("delivered");
    const mutual = { isVerified: true, caPem: server.cert, certPem: client.cert, keyPem: client.private };
    expect(await sendWith(discord.host, mutual)).toBe("delivered");
    expect(discord.isCertified).toEqual([false, true]);
  });

  test("does not reach another one unless it is told to take any", async () => {
    await using discord = await start();
    expect(await sendWith(discord.host)).toMatchObject({ kind: "retryable", reason: "unreachable" });
    expect(await sendWith(discord.host, { isVerified: true, caPem: client.cert })).toMatchObject({
      reason: "unreachable",
    });
    expect(discord.requests).toEqual([]);
    expect(await sendWith(discord.host, { isVerified: false })).toBe("delivered");
  });

  test("trusts nobody else than it did for other destinations", async () => {
    await using discord = await start();
    const url = `https://${discord.host}`;
    const destinations = {
      a: { ...webhook("100000000000000003", url), tls: { isVerified: false } },
      b: webhook("100000000000000004", url),
    };
    expect(await sendToAll(destinations)).toMatchObject(["delivered", { kind: "retryable", reason: "unreachable" }]);
  });
});
