import { expect, test } from "vitest";
import type { DiscordEmulator } from "../../src/index.ts";
import { asBot, control, send, startEmulator } from "../support.ts";
import { type EndpointServer, sendJson, startEndpoint } from "./endpoint-server.ts";
import { type Anything, answer, button, createClock, pageEvents, postComponents, row } from "./support.ts";

const setUrl = (emulator: DiscordEmulator, url: unknown, more: object = {}) =>
  asBot(emulator, "PATCH", "/applications/@me", { interactions_endpoint_url: url, ...more });
const readUrl = async (emulator: DiscordEmulator) =>
  (await asBot(emulator, "GET", "/applications/@me")).json.interactions_endpoint_url;

async function connect(emulator: DiscordEmulator): Promise<EndpointServer> {
  const { json } = await asBot(emulator, "GET", "/applications/@me");
  const endpoint = await startEndpoint(json.verify_key);
  const { status, text } = await setUrl(emulator, endpoint.url);
  if (status !== 200) throw new Error(text);
  return endpoint;
}

/** Alice presses a button; the view is the one when it is settled. */
async function press(emulator: DiscordEmulator): Promise<Anything> {
  const message = await postComponents(emulator, row(button("ok")));
  const { channels, users } = emulator.description;
  return control(emulator, "POST", "/clicks?wait=true", {
    channel_id: channels.alerts.id,
    message_id: message.id,
    user_id: users.alice.id,
    custom_id: "ok",
  });
}

test("saving the URL sends a signed PING and a forged one, and shows the URL from then on", async () => {
  await using emulator = await startEmulator();
  const { application_id } = emulator.description;
  await using endpoint = await connect(emulator);
  expect(endpoint.received.map(({ isGenuine }) => isGenuine).sort()).toEqual([false, true]);
  for (const { headers, body } of endpoint.received) {
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "user-agent": "Discord-Interactions/1.0 (+https://discord.com)",
      "x-signature-ed25519": expect.stringMatching(/^[0-9a-f]{128}$/),
      "x-signature-timestamp": expect.stringMatching(/^\d{10}$/),
    });
    expect(body).toMatchObject({ type: 1, application_id, version: 1, entitlements: [] });
    expect(body.token).toMatch(/^aW50ZXJhY3Rpb246/);
  }
  expect(await readUrl(emulator)).toBe(endpoint.url);
  expect((await setUrl(emulator, null)).json.interactions_endpoint_url).toBeNull();
  expect(await readUrl(emulator)).toBeNull();
});

const unfit: readonly [name: string, flaw: Partial<EndpointServer>][] = [
  ["does not check signatures", { forgeryStatus: 200 }],
  ["refuses forgeries in another way", { forgeryStatus: 403 }],
  ["does not know PINGs", { pong: '{"type":4}' }],
  ["answers a PING with text", { pongType: "text/plain" }],
  ["answers a PING with broken JSON", { pong: "{" }],
];

test.each(unfit)("does not save the URL of a server that %s, nor anything beside it", async (_name, flaw) => {
  await using emulator = await startEmulator();
  const { verify_key } = (await asBot(emulator, "GET", "/applications/@me")).json;
  await using endpoint = await startEndpoint(verify_key);
  Object.assign(endpoint, flaw);
  const { status, json } = await setUrl(emulator, endpoint.url, { description: "changed" });
  expect([status, json.code]).toEqual([400, 50035]);
  expect(json.errors.interactions_endpoint_url._errors).toHaveLength(1);
  expect((await asBot(emulator, "GET", "/applications/@me")).json).toMatchObject({
    interactions_endpoint_url: null,
    description: "",
  });
});

test("does not save URLs of other schemes, without encryption outside this machine, of nobody, or that redirect", async () => {
  await using emulator = await startEmulator();
  const { verify_key } = (await asBot(emulator, "GET", "/applications/@me")).json;
  await using target = await startEndpoint(verify_key);
  const { createServer } = await import("node:http");
  const redirecting = createServer((_request, response) => response.writeHead(307, { location: target.url }).end());
  await new Promise<void>((resolve) => redirecting.listen(0, "127.0.0.1", resolve));
  const { port } = redirecting.address() as import("node:net").AddressInfo;
  for (const url of [
    "ftp://127.0.0.1/",
    "file:///etc/hosts",
    "http://example.org/",
    "text",
    7,
    `http://127.0.0.1:${port}/`,
  ]) {
    expect([url, (await setUrl(emulator, url)).status]).toEqual([url, 400]);
  }
  redirecting.closeAllConnections();
  await new Promise((resolve) => redirecting.close(resolve));
  expect((await setUrl(emulator, `http://127.0.0.1:${port}/`)).status).toBe(400);
  expect(target.received).toEqual([]);
});

test("with a URL interactions go there, signed, and not to the gateway; what it answers is the first answer", async () => {
  await using emulator = await startEmulator();
  await using endpoint = await connect(emulator);
  endpoint.handle = (_received, response) => sendJson(response, { type: 4, data: { content: "inline", flags: 64 } });
  let view: Anything;
  const events = await pageEvents(emulator, async () => {
    view = await press(emulator);
  });
  expect(view).toMatchObject({ status: "answered", response: { type: 4, ephemeral: true } });
  expect(events.map(({ t }) => t)).not.toContain("INTERACTION_CREATE");
  const [interaction] = endpoint.interactions();
  expect(interaction).toMatchObject({ id: view.id, type: 3, data: { custom_id: "ok" }, message: {}, member: {} });
  const { api_url, application_id } = emulator.description;
  const path = `${api_url}/v10/webhooks/${application_id}/${interaction.token}`;
  expect((await send("GET", `${path}/messages/@original`)).json.content).toBe("inline");
  expect((await send("POST", path, { content: "more" })).status).toBe(200);
});

test("takes files with an inline answer", async () => {
  await using emulator = await startEmulator();
  await using endpoint = await connect(emulator);
  endpoint.handle = async (_received, response) => {
    const form = new FormData();
    form.set("files[0]", new Blob(["log"]), "a.txt");
    form.set("payload_json", JSON.stringify({ type: 4, data: { attachments: [{ id: 0 }] } }));
    const encoded = new Response(form);
    const type = encoded.headers.get("content-type") as string;
    response.writeHead(200, { "content-type": type }).end(Buffer.from(await encoded.arrayBuffer()));
  };
  const view = await press(emulator);
  expect(view.status).toBe("answered");
  const { alerts } = emulator.description.channels;
  const message = await asBot(emulator, "GET", `/channels/${alerts.id}/messages/${view.response.message_id}`);
  expect(message.json.attachments).toMatchObject([{ filename: "a.txt", size: 3 }]);
});

test("an empty 202 means that the callback route is used", async () => {
  await using emulator = await startEmulator();
  await using endpoint = await connect(emulator);
  endpoint.handle = async ({ body }, response) => {
    await answer(emulator, { view: undefined, payload: body }, { type: 4, data: { content: "called back" } });
    response.writeHead(202).end();
  };
  expect(await press(emulator)).toMatchObject({ status: "answered", response: { type: 4 } });
});

test("what answers twice has answered once", async () => {
  await using emulator = await startEmulator();
  await using endpoint = await connect(emulator);
  endpoint.handle = async ({ body }, response) => {
    await answer(emulator, { view: undefined, payload: body }, { type: 6 });
    sendJson(response, { type: 4, data: { content: "again" } });
  };
  expect(await press(emulator)).toMatchObject({ status: "answered", response: { type: 6 } });
});

const failing: readonly [name: string, handle: EndpointServer["handle"]][] = [
  ["an error", (_received, response) => sendJson(response, {}, 500)],
  ["a redirect", (_received, response) => void response.writeHead(302, { location: "/" }).end()],
  ["an empty 204", (_received, response) => void response.writeHead(204).end()],
  ["text", (_received, response) => void response.writeHead(200).end("ok")],
  ["an answer that is not valid", (_received, response) => sendJson(response, { type: 4, data: {} })],
  ["an answer that does not fit", (_received, response) => sendJson(response, { type: 8, data: {} })],
  ["a cut connection", (_received, response) => void response.destroy()],
];

test.each(failing)("%s fails the interaction at once", async (_name, handle) => {
  const clock = createClock();
  await using emulator = await startEmulator({ now: clock.now });
  await using endpoint = await connect(emulator);
  endpoint.handle = handle;
  expect(await press(emulator)).toMatchObject({ status: "failed", response: null });
  expect(await readUrl(emulator)).toBe(endpoint.url);
});

test("on demand the server is tested again, and loses its URL when it no longer refuses forgeries", async () => {
  await using emulator = await startEmulator();
  const { application_id, control_url } = emulator.description;
  await using endpoint = await connect(emulator);
  const probe = (body: object = {}) => control(emulator, "POST", "/endpoint-probes", body);
  expect(await probe()).toEqual({
    application_id,
    ping_answered: true,
    forgery_refused: true,
    interactions_endpoint_url: endpoint.url,
  });
  endpoint.forgeryStatus = 200;
  expect(await probe({ application_id })).toMatchObject({ forgery_refused: false, interactions_endpoint_url: null });
  expect(await readUrl(emulator)).toBeNull();
  expect((await send("POST", `${control_url}/endpoint-probes`, {})).status).toBe(404);
  expect((await send("POST", `${control_url}/endpoint-probes`, { application_id: "x" })).status).toBe(400);
});

test("forged requests come among interactions, repeatably by seed", async () => {
  const positions = async () => {
    await using emulator = await startEmulator({ seed: 5 });
    await using endpoint = await connect(emulator);
    for (let count = 0; count < 40; count += 1) await press(emulator);
    await control(emulator, "POST", "/endpoint-probes", {});
    // Ids tell the order in which everything was sent. The first forgery and the last were asked for.
    const ids = endpoint.interactions().map(({ id }) => BigInt(id));
    const forged = endpoint.received.filter(({ isGenuine }) => !isGenuine).map(({ body }) => BigInt(body.id));
    return forged
      .sort((a, b) => (a < b ? -1 : 1))
      .slice(1, -1)
      .map((one) => ids.filter((id) => id < one).length);
  };
  const first = await positions();
  expect(first.length).toBeGreaterThan(1);
  expect(await positions()).toEqual(first);
});

test("the URL survives a restart", async () => {
  const { temporaryDirectory } = await import("@tocsin/testkit");
  const directory = await temporaryDirectory();
  const first = await startEmulator({ dataDir: directory.path });
  await using endpoint = await connect(first);
  await first.close();
  const second = await startEmulator({ dataDir: directory.path });
  expect(await readUrl(second)).toBe(endpoint.url);
  await second.close();
  await directory.remove();
});

test("the other members of the application can be changed, of its flags those of the privileged intents", async () => {
  await using emulator = await startEmulator();
  const change = (body: object) => asBot(emulator, "PATCH", "/applications/@me", body);
  const before = (await asBot(emulator, "GET", "/applications/@me")).json;
  const wish = {
    description: "watches",
    tags: ["alerts"],
    custom_install_url: "https://example.org/install",
    install_params: { scopes: ["bot"], permissions: "0" },
    icon: "data:image/png;base64,AAAA",
  };
  const changed = await change({ ...wish, flags: 1 << 15 });
  expect(changed).toMatchObject({
    status: 200,
    json: { ...wish, icon: expect.stringMatching(/^[0-9a-f]{32}$/), flags: 1 << 15 },
  });
  expect((await asBot(emulator, "GET", "/oauth2/applications/@me")).json).toEqual(changed.json);
  expect((await change({ flags: 1 })).json.flags).toBe(0);
  expect(
    (
      await change({
        flags: before.flags,
        tags: null,
        custom_install_url: null,
        install_params: null,
        icon: null,
        description: null,
      })
    ).json,
  ).toEqual(before);
  expect((await change({ tags: ["t".repeat(21)] })).status).toBe(400);
  expect((await change({ description: "d".repeat(401) })).status).toBe(400);
});
