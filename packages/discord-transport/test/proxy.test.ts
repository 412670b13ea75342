import { inspect } from "node:util";
import { afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createHttpPool, createWebhookTransport, type HttpPoolOptions } from "../src/index.ts";
import { createAuthority, type Identity, issueCertificate } from "./certificates.ts";
import { startForwardProxy } from "./forward-proxy.ts";
import { startRawServer, startStubServer } from "./stub-server.ts";
import { startTlsServer } from "./tls-server.ts";

const TOKEN = "aB3-xY_9".repeat(9).slice(0, 68);
const MESSAGE = { id: "345678901234567890", channel_id: "678901234567890123" };
const LOGIN = "relay:pass%2Fw0rd-of-ours";

let authority: Identity;
let server: Identity;
beforeAll(async () => {
  authority = await createAuthority();
  server = await issueCertificate(authority);
});
afterEach(() => vi.unstubAllEnvs());

/** A send through a pool of its own, which trusts the test's authority. */
async function send(origin: string, proxy: HttpPoolOptions["proxy"], options: HttpPoolOptions = {}, timeoutMs = 5_000) {
  const tls = { caPem: authority.certPem };
  const dispatcher = createHttpPool({ tls, ...(proxy === undefined ? {} : { proxy }), ...options });
  onTestFinished(() => dispatcher.destroy());
  const transport = createWebhookTransport({ url: `${origin}/api/webhooks/1/${TOKEN}`, dispatcher, timeoutMs });
  return await transport.execute({ kind: "send", message: { content: "x" } }, { nonce: "n" });
}

const notSent = (code: string) => ({ kind: "retryable", reason: "unreachable", details: { code } });
const delivered = { kind: "delivered" };

describe("an https address", () => {
  test("is reached through a tunnel of the proxy, under the server's own certificate", async () => {
    await using far = await startTlsServer(server);
    await using proxy = await startForwardProxy();
    expect(await send(`https://127.0.0.1:${far.port}`, { httpsProxy: `http://${proxy.host}` })).toMatchObject(
      delivered,
    );
    expect(proxy.tunnels).toEqual([`127.0.0.1:${far.port}`]);
    const untrusted = await send(`https://127.0.0.1:${far.port}`, { httpsProxy: `http://${proxy.host}` }, { tls: {} });
    expect(untrusted).toEqual(notSent("UNABLE_TO_VERIFY_LEAF_SIGNATURE"));
    const misnamed = await send(`https://localhost:${far.port}`, { httpsProxy: `http://${proxy.host}` });
    expect(misnamed).toEqual(notSent("ERR_TLS_CERT_ALTNAME_INVALID"));
  });

  test("is reached with the name and the certificate that tls says", async () => {
    await using far = await startTlsServer(await issueCertificate(authority, "discord.example"), {
      clientAuthorityPem: authority.certPem,
    });
    await using proxy = await startForwardProxy();
    const { certPem, keyPem } = await issueCertificate(authority, "relay.example");
    const tls = { caPem: authority.certPem, certPem, keyPem, servername: "discord.example" };
    const proxied = { httpsProxy: `http://${proxy.host}` };
    expect(await send(`https://127.0.0.1:${far.port}`, proxied, { tls })).toMatchObject(delivered);
    expect(far.clientNames).toEqual(["relay.example"]);
  });

  test("goes through httpProxy where there is no httpsProxy, also one written without a scheme", async () => {
    await using far = await startTlsServer(server);
    await using proxy = await startForwardProxy();
    expect(await send(`https://127.0.0.1:${far.port}`, { httpProxy: proxy.host })).toMatchObject(delivered);
    expect(proxy.tunnels).toHaveLength(1);
  });

  test("uses a tunnel again, and no more of them than maxConnectionCount", async () => {
    await using far = await startTlsServer(server);
    await using proxy = await startForwardProxy();
    const dispatcher = createHttpPool({
      maxConnectionCount: 2,
      tls: { caPem: authority.certPem },
      proxy: { httpsProxy: `http://${proxy.host}` },
    });
    const url = `https://127.0.0.1:${far.port}/api/webhooks/1/${TOKEN}`;
    const transport = createWebhookTransport({ url, dispatcher });
    const operation = { kind: "send", message: { content: "x" } } as const;
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, index) => transport.execute(operation, { nonce: `n${index}` })),
    );
    expect(outcomes.filter(({ kind }) => kind === "delivered")).toHaveLength(20);
    expect(proxy.tunnels).toHaveLength(2);
    await dispatcher.close();
  });
});

describe("an http address", () => {
  test("is forwarded by the proxy", async () => {
    await using far = await startStubServer(() => ({ body: MESSAGE }));
    await using proxy = await startForwardProxy({ login: decodeURIComponent(LOGIN) });
    expect(await send(far.origin, { httpProxy: `http://${LOGIN}@${proxy.host}` })).toMatchObject(delivered);
    expect(proxy.forwarded).toEqual([`${far.origin}/api/v10/webhooks/1/${TOKEN}?wait=true`]);
    expect(far.requests[0]?.headers).not.toHaveProperty("proxy-authorization");
  });

  test("may have been carried out when the answer is lost behind the proxy", async () => {
    let requestCount = 0;
    await using far = await startRawServer((socket) => {
      requestCount += 1;
      socket.resetAndDestroy();
    });
    await using proxy = await startForwardProxy();
    const outcome = await send(far.origin, { httpProxy: `http://${proxy.host}` });
    expect(outcome).toMatchObject({ kind: "unknown", reason: "answer-lost" });
    expect(requestCount).toBe(1);
  });

  test("is reached directly where only httpsProxy is set", async () => {
    await using far = await startStubServer(() => ({ body: MESSAGE }));
    await using proxy = await startForwardProxy();
    expect(await send(far.origin, { httpsProxy: `http://${proxy.host}` })).toMatchObject(delivered);
    expect(proxy.forwarded).toEqual([]);
  });
});

describe("the proxy's own word", () => {
  test.each([403, 407, 502, 503])(
    "a tunnel refused with %d: nothing was sent, and the code names the status",
    async (status) => {
      await using far = await startTlsServer(server);
      await using proxy = await startForwardProxy({ refusesWith: status });
      const outcome = await send(`https://127.0.0.1:${far.port}`, { httpsProxy: `http://${proxy.host}` });
      expect(outcome).toEqual(notSent(`PROXY_STATUS_${status}`));
      expect(proxy.tunnels).toHaveLength(1);
      expect(far.clientNames).toEqual([]);
    },
  );

  test("a tunnel that wants a login opens with the right one", async () => {
    await using far = await startTlsServer(server);
    await using proxy = await startForwardProxy({ login: decodeURIComponent(LOGIN) });
    const origin = `https://127.0.0.1:${far.port}`;
    expect(await send(origin, { httpsProxy: `http://${proxy.host}` })).toEqual(notSent("PROXY_STATUS_407"));
    expect(await send(origin, { httpsProxy: `http://relay:wrong@${proxy.host}` })).toEqual(notSent("PROXY_STATUS_407"));
    expect(await send(origin, { httpsProxy: `http://${LOGIN}@${proxy.host}` })).toMatchObject(delivered);
  });

  test("a forwarded request that wants a login is retryable", async () => {
    await using far = await startStubServer(() => ({ body: MESSAGE }));
    await using proxy = await startForwardProxy({ login: decodeURIComponent(LOGIN) });
    const outcome = await send(far.origin, { httpProxy: `http://${proxy.host}` });
    expect(outcome).toEqual({ kind: "retryable", reason: "server-error", details: { status: 407 } });
    expect(far.requests).toEqual([]);
  });

  test("a proxy that nobody runs is unreachable", async () => {
    const proxy = await startForwardProxy();
    await proxy[Symbol.asyncDispose]();
    const address = `http://${proxy.host}`;
    expect(await send("https://127.0.0.1:9", { httpsProxy: address })).toEqual(notSent("ECONNREFUSED"));
    expect(await send("http://127.0.0.1:9", { httpProxy: address })).toEqual(notSent("ECONNREFUSED"));
  });

  test("a proxy that cuts the connection, or speaks no HTTP, gives no tunnel", async () => {
    await using cutting = await startForwardProxy({ cutsTunnels: true });
    expect(await send("https://127.0.0.1:9", { httpsProxy: `http://${cutting.host}` })).toMatchObject({
      kind: "retryable",
      reason: "unreachable",
    });
    expect(cutting.tunnels).toHaveLength(1);
    await using babbling = await startRawServer((socket) => socket.end("SSH-2.0-OpenSSH\r\n\r\n"));
    expect(await send("https://127.0.0.1:9", { httpsProxy: babbling.origin })).toMatchObject({
      kind: "retryable",
      reason: "unreachable",
    });
    expect(babbling.connectionCount).toBe(1);
  });

  test("a proxy that never answers: nothing was sent when the time is over", async () => {
    await using proxy = await startForwardProxy({ isSilent: true });
    const address = { httpsProxy: `http://${proxy.host}` };
    const impatient = await send("https://127.0.0.1:9", address, {}, 50);
    expect(impatient).toMatchObject({ kind: "retryable", reason: "timeout" });
    const outcome = await send("https://127.0.0.1:9", address, { connectTimeoutMs: 50 });
    expect(outcome).toEqual(notSent("UND_ERR_HEADERS_TIMEOUT"));
  });
});

describe("behind a tunnel", () => {
  test("what was written and not answered may have been done, and is not repeated", async () => {
    await using far = await startTlsServer(server, { cutsRequests: true });
    await using proxy = await startForwardProxy();
    const outcome = await send(`https://127.0.0.1:${far.port}`, { httpsProxy: `http://${proxy.host}` });
    expect(outcome).toMatchObject({ kind: "unknown", reason: "answer-lost" });
    expect(far.clientNames).toHaveLength(1);
    expect(proxy.tunnels).toHaveLength(1);
  });

  test("a server that does not take the connection was sent nothing", async () => {
    await using proxy = await startForwardProxy();
    const outcome = await send("https://127.0.0.1:9", { httpsProxy: `http://${proxy.host}` });
    expect(outcome).toMatchObject({ kind: "retryable", reason: "unreachable" });
  });

  test("so was one that ends the handshake", async () => {
    await using far = await startRawServer((socket) => socket.destroy());
    await using proxy = await startForwardProxy();
    const origin = far.origin.replace("http:", "https:");
    const outcome = await send(origin, { httpsProxy: `http://${proxy.host}` });
    expect(outcome).toMatchObject({ kind: "retryable", reason: "unreachable" });
    expect(proxy.tunnels).toHaveLength(1);
  });
});

describe("noProxy", () => {
  test.each(["127.0.0.1", "example.org, 127.0.0.1", "*", "127.0.0.1:PORT"])("%s: reached directly", async (text) => {
    await using far = await startStubServer(() => ({ body: MESSAGE }));
    await using proxy = await startForwardProxy();
    const noProxy = text.replace("PORT", new URL(far.origin).port);
    expect(await send(far.origin, { httpProxy: `http://${proxy.host}`, noProxy })).toMatchObject(delivered);
    expect(proxy.forwarded).toEqual([]);
  });

  test.each(["", "example.org", "127.0.0.1:1"])("%j: not meant", async (noProxy) => {
    await using far = await startStubServer(() => ({ body: MESSAGE }));
    await using proxy = await startForwardProxy();
    expect(await send(far.origin, { httpProxy: `http://${proxy.host}`, noProxy })).toMatchObject(delivered);
    expect(proxy.forwarded).toHaveLength(1);
  });
});

test("the environment is not read: what is not handed in does not count", async () => {
  await using far = await startStubServer(() => ({ body: MESSAGE }));
  await using proxy = await startForwardProxy();
  for (const name of ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"]) vi.stubEnv(name, "http://127.0.0.1:9");
  for (const name of ["no_proxy", "NO_PROXY"]) vi.stubEnv(name, "*");
  for (const given of [undefined, {}, { httpProxy: "" }, { httpsProxy: `http://${proxy.host}` }]) {
    expect(await send(far.origin, given)).toMatchObject(delivered);
  }
  expect(await send(far.origin, { httpProxy: `http://${proxy.host}` })).toMatchObject(delivered);
  expect(proxy.forwarded).toHaveLength(1);
});

describe("credentials of a proxy", () => {
  test.each([
    "http://relay:s3cret-of-ours@proxy.example:99999",
    "http://relay:s3cret-of-ours/x@proxy.example",
    "http://relay:s3cret-of-ours%@proxy.example",
    "http://relay:s3cret-of-ours%zz@proxy.example",
    "socks5://relay:s3cret-of-ours@proxy.example",
    "relay:s3cret-of-ours@",
  ])("an address that cannot work is refused without a word of it: %s", (address) => {
    for (const name of ["httpProxy", "httpsProxy"]) {
      let thrown: unknown;
      try {
        createHttpPool({ proxy: { [name]: address } });
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: "TRANSPORT_OPTION_INVALID", message: expect.stringContaining(name) });
      expect(inspect(thrown, { showHidden: true })).not.toContain("s3cret");
    }
  });

  test("are not shown by a pool to whoever prints it", async () => {
    const pool = createHttpPool({ proxy: { httpProxy: "http://relay:s3cret-of-ours@proxy.example" } });
    const shown = inspect({ pool }, { depth: 20, showHidden: true }) + JSON.stringify({ pool });
    expect(shown).not.toContain("s3cret");
    expect(shown).not.toContain(Buffer.from("relay:s3cret-of-ours").toString("base64"));
    await pool.close();
  });
});

test("a pool of proxies closes once what is under way has ended, and is destroyed at once", async () => {
  await using far = await startStubServer(() => ({ body: MESSAGE, delayMs: 30 }));
  await using proxy = await startForwardProxy();
  const proxied = { proxy: { httpProxy: `http://${proxy.host}` } };
  const dispatcher = createHttpPool(proxied);
  const transport = createWebhookTransport({ url: `${far.origin}/api/webhooks/1/${TOKEN}`, dispatcher });
  const operation = { kind: "send", message: { content: "x" } } as const;
  const execution = transport.execute(operation, { nonce: "n1" });
  await dispatcher.close();
  expect(await execution).toMatchObject(delivered);
  expect(await transport.execute(operation, { nonce: "n2" })).toMatchObject({ kind: "retryable" });
  await createHttpPool(proxied).destroy();
});
