import { inspect } from "node:util";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { createHttpPool, createWebhookTransport, type HttpPoolOptions } from "../src/index.ts";
import { createAuthority, type Identity, issueCertificate } from "./certificates.ts";
import { startTlsServer, type TlsServer } from "./tls-server.ts";

const TOKEN = "aB3-xY_9".repeat(9).slice(0, 68);

let authority: Identity;
let stranger: Identity;
let server: Identity;
let client: Identity;
beforeAll(async () => {
  [authority, stranger] = await Promise.all([createAuthority(), createAuthority("Another authority")]);
  [server, client] = await Promise.all([issueCertificate(authority), issueCertificate(authority, "relay.example")]);
});

async function send({ port }: TlsServer, tls?: HttpPoolOptions["tls"], host = "127.0.0.1") {
  const dispatcher = createHttpPool(tls === undefined ? {} : { tls });
  const url = `https://${host}:${port}/api/webhooks/1/${TOKEN}`;
  const transport = createWebhookTransport({ url, dispatcher });
  onTestFinished(() => dispatcher.destroy());
  return await transport.execute({ kind: "send", message: { content: "x" } }, { nonce: "n" });
}

const unreachable = (code: unknown) => ({ kind: "retryable", reason: "unreachable", details: { code } });
const delivered = { kind: "delivered" };

describe("a server behind a private authority", () => {
  test("is trusted with the authority's certificate", async () => {
    await using far = await startTlsServer(server);
    expect(await send(far, { caPem: authority.certPem })).toMatchObject(delivered);
    expect(await send(far, { caPem: `# Ours\n${stranger.certPem}\n${authority.certPem}` })).toMatchObject(delivered);
  });

  test("is unreachable without it, or with another one's", async () => {
    await using far = await startTlsServer(server);
    for (const tls of [undefined, {}, { caPem: stranger.certPem }]) {
      expect(await send(far, tls)).toEqual(unreachable("UNABLE_TO_VERIFY_LEAF_SIGNATURE"));
    }
    expect(far.clientNames).toEqual([]);
  });

  test("is unreachable under another name than its certificate's", async () => {
    await using far = await startTlsServer(server);
    const outcome = await send(far, { caPem: authority.certPem }, "localhost");
    expect(outcome).toEqual(unreachable("ERR_TLS_CERT_ALTNAME_INVALID"));
  });

  test("may have the name that servername says", async () => {
    await using far = await startTlsServer(await issueCertificate(authority, "discord.example"));
    const tls = { caPem: authority.certPem, servername: "discord.example" };
    expect(await send(far, tls)).toMatchObject(delivered);
    expect(await send(far, { ...tls, servername: "other.example" })).toEqual(
      unreachable("ERR_TLS_CERT_ALTNAME_INVALID"),
    );
  });

  test("is taken as it is where verification is switched off", async () => {
    await using far = await startTlsServer(server);
    expect(await send(far, { isVerified: false })).toMatchObject(delivered);
    expect(await send(far, { isVerified: false }, "localhost")).toMatchObject(delivered);
  });
});

describe("a server that asks for a certificate", () => {
  test("is shown ours", async () => {
    await using far = await startTlsServer(server, { clientAuthorityPem: authority.certPem });
    const { certPem, keyPem } = client;
    expect(await send(far, { caPem: authority.certPem, certPem, keyPem })).toMatchObject(delivered);
    expect(far.clientNames).toEqual(["relay.example"]);
  });

  test("never reads a request without the right one; TLS 1.3 tells us only after it is written", async () => {
    const alien = await issueCertificate(stranger, "stranger.example");
    for (const [maxVersion, kind] of [
      ["TLSv1.2", "retryable"],
      ["TLSv1.3", "unknown"],
    ] as const) {
      await using far = await startTlsServer(server, { clientAuthorityPem: authority.certPem, maxVersion });
      for (const shown of [{}, { certPem: alien.certPem, keyPem: alien.keyPem }]) {
        expect(await send(far, { caPem: authority.certPem, ...shown })).toMatchObject({ kind });
      }
      expect(far.clientNames).toEqual([]);
    }
  });
});

test("connections with a private authority are kept alive like any others", async () => {
  await using far = await startTlsServer(server);
  const dispatcher = createHttpPool({ tls: { caPem: authority.certPem }, maxConnectionCount: 1 });
  const transport = createWebhookTransport({
    url: `https://127.0.0.1:${far.port}/api/webhooks/1/${TOKEN}`,
    dispatcher,
  });
  for (const nonce of ["1", "2", "3"]) {
    const outcome = await transport.execute({ kind: "send", message: { content: "x" } }, { nonce });
    expect(outcome).toMatchObject(delivered);
  }
  await dispatcher.close();
});

describe("settings that cannot work", () => {
  test.each<readonly [what: string, tls: () => HttpPoolOptions["tls"]]>([
    ["an authority that is no certificate", () => ({ caPem: "my-own-secret" })],
    ["an authority that is broken", () => ({ caPem: authority.certPem.replace(/\n\w{10}/, "\nmy-own-secret") })],
    ["a key as the authority", () => ({ caPem: client.keyPem })],
    ["a certificate without its key", () => ({ certPem: client.certPem })],
    ["a key without its certificate", () => ({ keyPem: client.keyPem })],
    ["a key of another certificate", () => ({ certPem: client.certPem, keyPem: stranger.keyPem })],
    ["a key that is none", () => ({ certPem: client.certPem, keyPem: "my-own-secret" })],
    ["a certificate that is none", () => ({ certPem: "my-own-secret", keyPem: client.keyPem })],
    ["an empty server name", () => ({ servername: "" })],
    ["an address as the server name", () => ({ servername: "127.0.0.1" })],
  ])("are refused at once, without a word of them: %s", (_what, tls) => {
    let thrown: unknown;
    try {
      createHttpPool({ tls: tls() ?? {} });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: "TRANSPORT_OPTION_INVALID" });
    const shown = inspect(thrown, { showHidden: true });
    expect(shown).not.toContain("my-own-secret");
    expect(shown).not.toContain(client.keyPem.slice(30, 60));
  });
});

test("a pool shows nothing of its key to whoever prints it", () => {
  const { certPem, keyPem } = client;
  const pool = createHttpPool({ tls: { certPem, keyPem } });
  const shown = inspect({ pool }, { depth: 20, showHidden: true }) + JSON.stringify({ pool });
  expect(shown).not.toContain(keyPem.slice(30, 60));
});
