import { expect, test } from "vitest";
import { asBot, control, send, startEmulator } from "../support.ts";
import {
  type Anything,
  answer,
  begin,
  beginWaiting,
  button,
  byToken,
  click,
  createClock,
  pageEvents,
  postComponents,
  row,
} from "./support.ts";

const EPHEMERAL = 64;
const LOADING = 128;

test("a click reaches the application with everything that clients read", async () => {
  await using emulator = await startEmulator();
  const { application_id, guild_id, channels, users } = emulator.description;
  const { view, payload } = await click(emulator);
  expect(view).toMatchObject({
    id: payload.id,
    type: 3,
    application_id,
    channel_id: channels.alerts.id,
    user_id: users.alice.id,
    status: "pending",
    response: null,
  });
  expect(view.token).toBeUndefined();
  expect(payload).toMatchObject({
    application_id,
    type: 3,
    version: 1,
    data: { custom_id: "ok", component_type: 2 },
    guild: { id: guild_id },
    guild_id,
    channel: { id: channels.alerts.id, type: 0 },
    channel_id: channels.alerts.id,
    member: { user: { id: users.alice.id }, roles: [] },
    message: { author: { id: application_id }, components: [{ components: [{ custom_id: "ok" }] }] },
    locale: "en-US",
    guild_locale: "en-US",
    entitlements: [],
    authorizing_integration_owners: { "0": guild_id },
    context: 0,
    attachment_size_limit: 10_485_760,
  });
  expect(payload.user).toBeUndefined();
  expect(BigInt(payload.member.permissions) & 2048n).toBe(2048n);
  expect(BigInt(payload.app_permissions) & 2048n).toBe(2048n);
  const decoded = Buffer.from(payload.token, "base64").toString();
  expect(decoded.startsWith(`interaction:${payload.id}:`)).toBe(true);
  expect(payload.token).toMatch(/^aW50ZXJhY3Rpb246[A-Za-z0-9]+$/);
});

test("in a direct message there is a user, no guild and no member", async () => {
  await using emulator = await startEmulator();
  const { users, application_id } = emulator.description;
  const channel = (await asBot(emulator, "POST", "/users/@me/channels", { recipient_id: users.alice.id })).json;
  const body = { content: "c", components: [row(button("ok"))] };
  const message = (await asBot(emulator, "POST", `/channels/${channel.id}/messages`, body)).json;
  const click = { channel_id: channel.id, message_id: message.id, user_id: users.alice.id, custom_id: "ok" };
  const { payload } = await begin(emulator, "/clicks", click);
  expect(payload).toMatchObject({
    user: { id: users.alice.id },
    channel: { type: 1, recipients: [{ id: users.alice.id }] },
    context: 1,
    authorizing_integration_owners: { "0": "0" },
    app_permissions: String(32_768 + 16_384 + 131_072 + 262_144),
    application_id,
  });
  for (const absent of ["guild", "guild_id", "member", "guild_locale"]) expect(payload[absent]).toBeUndefined();
});

test("answers with a message that refers to the component's, once", async () => {
  await using emulator = await startEmulator();
  const { application_id, guild_id, channels, users } = emulator.description;
  const begun = await click(emulator);
  const events = await pageEvents(emulator, async () => {
    const first = await answer(emulator, begun, { type: 4, data: { content: "done" } });
    expect([first.status, first.text]).toEqual([204, ""]);
  });
  expect(events.map(({ t }) => t)).toEqual(["MESSAGE_CREATE", "INTERACTION_STATUS"]);
  const message = events[0]?.d;
  expect(message).toMatchObject({
    type: 19,
    content: "done",
    flags: 0,
    author: { id: application_id, bot: true },
    webhook_id: application_id,
    application_id,
    message_reference: { message_id: begun.payload.message.id, channel_id: channels.alerts.id, guild_id },
    interaction_metadata: {
      id: begun.payload.id,
      type: 3,
      user: { id: users.alice.id },
      interacted_message_id: begun.payload.message.id,
      authorizing_integration_owners: { "0": guild_id },
    },
  });
  expect(message.interaction).toBeUndefined();
  const response = { type: 4, message_id: message.id, ephemeral: false };
  expect(events[1]).toMatchObject({ viewer_id: users.alice.id, d: { status: "answered", response } });
  const view = (await send("GET", `${emulator.description.control_url}/interactions/${begun.view.id}`)).json;
  expect(view).toMatchObject({ status: "answered", response });
  expect(await answer(emulator, begun, { type: 4, data: { content: "again" } })).toMatchObject({
    status: 400,
    json: { code: 40060 },
  });
});

test("with_response shows the interaction and what the answer made", async () => {
  await using emulator = await startEmulator();
  const plain = await click(emulator);
  const shown = await answer(emulator, plain, { type: 4, data: { content: "c" } }, "?with_response=true");
  expect(shown).toMatchObject({
    status: 200,
    json: {
      interaction: {
        id: plain.payload.id,
        type: 3,
        response_message_id: shown.json.resource.message.id,
        response_message_loading: false,
        response_message_ephemeral: false,
      },
      resource: { type: 4, message: { content: "c", channel_id: plain.payload.channel_id } },
    },
  });
  const deferred = await answer(
    emulator,
    await click(emulator),
    { type: 5, data: { flags: EPHEMERAL } },
    "?with_response=1",
  );
  expect(deferred.json).toMatchObject({
    interaction: { response_message_loading: true, response_message_ephemeral: true },
    resource: { type: 5 },
  });
  expect(deferred.json.resource.message).toBeUndefined();
  const update = await answer(
    emulator,
    await click(emulator),
    { type: 7, data: { content: "new" } },
    "?with_response=True",
  );
  expect(update.json.interaction.response_message_id).toBeUndefined();
  expect(update.json.resource).toMatchObject({ type: 7, message: { content: "new" } });
  const none = await answer(emulator, await click(emulator), { type: 6 }, "?with_response=false");
  expect([none.status, none.text]).toEqual([204, ""]);
});

test("takes files with an answer", async () => {
  await using emulator = await startEmulator();
  const begun = await click(emulator);
  const form = new FormData();
  form.set("files[0]", new Blob(["log"], { type: "text/plain" }), "a.txt");
  const data = { attachments: [{ id: "0", description: "d" }], embeds: [{ image: { url: "attachment://a.txt" } }] };
  form.set("payload_json", JSON.stringify({ type: 4, data }));
  const { json } = await answer(emulator, begun, form, "?with_response=true");
  const [file] = json.resource.message.attachments;
  expect(file).toMatchObject({ filename: "a.txt", size: 3, description: "d" });
  expect(json.resource.message.embeds[0].image.url).toBe(file.url);
  expect((await send("GET", file.url)).text).toBe("log");
});

test("nobody answers within 3 s: it fails, the token is worth nothing, the page is told once", async () => {
  const clock = createClock();
  await using emulator = await startEmulator({ now: clock.now });
  const { control_url, users } = emulator.description;
  const inTime = await click(emulator);
  const late = await click(emulator);
  clock.advance(3000);
  expect((await answer(emulator, inTime, { type: 6 })).status).toBe(204);
  expect((await send("GET", `${control_url}/interactions/${late.view.id}`)).json.status).toBe("pending");
  const events = await pageEvents(emulator, async () => {
    clock.advance(1);
    const view = (await send("GET", `${control_url}/interactions/${late.view.id}`)).json;
    expect(view).toMatchObject({ status: "failed", response: null });
    await send("GET", `${control_url}/interactions/${late.view.id}`);
  });
  const told = events.filter(({ t }) => t === "INTERACTION_STATUS");
  expect(told).toMatchObject([{ d: { id: late.view.id, status: "failed" }, viewer_id: users.alice.id }]);
  expect(await answer(emulator, late, { type: 6 })).toMatchObject({ status: 404, json: { code: 10062 } });
  expect(await byToken(emulator, late, "POST", "", { content: "c" })).toMatchObject({
    status: 404,
    json: { code: 10015 },
  });
});

test("an id that does not exist and a token that is not the interaction's are unknown interactions", async () => {
  await using emulator = await startEmulator();
  const [one, other] = [await click(emulator), await click(emulator)];
  const mixed = { ...one, payload: { ...one.payload, token: other.payload.token } };
  expect(await answer(emulator, mixed, { type: 6 })).toMatchObject({ status: 404, json: { code: 10062 } });
  const gone = { ...one, payload: { ...one.payload, id: "123456789012345678" } };
  expect(await answer(emulator, gone, { type: 6 })).toMatchObject({ status: 404, json: { code: 10062 } });
});

test("updates the message of the component, without being asked for new content keeps it", async () => {
  await using emulator = await startEmulator();
  const begun = await click(emulator);
  const body = { type: 7, data: { content: "approved", components: [] } };
  const events = await pageEvents(emulator, () => answer(emulator, begun, body));
  expect(events.map(({ t }) => t)).toEqual(["MESSAGE_UPDATE", "INTERACTION_STATUS"]);
  expect(events[0]?.d).toMatchObject({ id: begun.payload.message.id, content: "approved", components: [] });
  expect(events[1]?.d.response).toEqual({ type: 7, message_id: begun.payload.message.id, ephemeral: false });
  const original = await byToken(emulator, begun, "GET", "/messages/@original");
  expect(original.json.id).toBe(begun.payload.message.id);
  const second = await click(emulator);
  expect((await answer(emulator, second, { type: 7 })).status).toBe(204);
  expect((await byToken(emulator, second, "GET", "/messages/@original")).json.content).toBe("c");
});

test("a deferred update changes nothing until @original is edited", async () => {
  await using emulator = await startEmulator();
  const begun = await click(emulator);
  const events = await pageEvents(emulator, () => answer(emulator, begun, { type: 6 }));
  expect(events.map(({ t }) => t)).toEqual(["INTERACTION_STATUS"]);
  const edited = await byToken(emulator, begun, "PATCH", "/messages/%40original", { content: "later" });
  expect(edited).toMatchObject({ status: 200, json: { id: begun.payload.message.id, content: "later" } });
});

test("a deferred answer is a loading message that the first edit turns into the real one", async () => {
  await using emulator = await startEmulator();
  const begun = await click(emulator);
  const events = await pageEvents(emulator, () => answer(emulator, begun, { type: 5 }));
  expect(events[0]).toMatchObject({ t: "MESSAGE_CREATE", d: { content: "", flags: LOADING } });
  const poll = { question: { text: "q" }, answers: [{ poll_media: { text: "a" } }] };
  const edited = await byToken(emulator, begun, "PATCH", "/messages/@original", { content: "real", poll });
  expect(edited).toMatchObject({ status: 200, json: { content: "real", flags: 0, edited_timestamp: null } });
  expect(edited.json.poll.answers).toHaveLength(1);
});

const refused: readonly [name: string, body: Anything, path: string][] = [
  ["no type", {}, "type"],
  ["a pong", { type: 1 }, "type"],
  ["choices for a click", { type: 8, data: { choices: [] } }, "type"],
  ["the retired premium answer", { type: 10 }, "type"],
  ["an activity", { type: 12 }, "type"],
  ["data that is no object", { type: 4, data: "text" }, "data"],
  ["content that is too long", { type: 4, data: { content: "c".repeat(2001) } }, "data.content"],
  ["deferring with another flag", { type: 5, data: { flags: EPHEMERAL | 4 } }, "data.flags"],
  ["deferring as components V2", { type: 5, data: { flags: 32_768 } }, "data.flags"],
  [
    "a component too many",
    { type: 4, data: { components: Array.from({ length: 6 }, (_, n) => row(button(`b${n}`))) } },
    "data.components",
  ],
];

test.each(refused)("refuses %s, and the interaction still waits", async (_name, body, path) => {
  await using emulator = await startEmulator();
  const begun = await click(emulator);
  const { status, json } = await answer(emulator, begun, body);
  expect([status, json.code]).toEqual([400, 50035]);
  const place = path.split(".").reduce((errors, step) => errors[step], json.errors);
  expect(place._errors).toHaveLength(1);
  expect((await answer(emulator, begun, { type: 6 })).status).toBe(204);
});

test("refuses an empty message", async () => {
  await using emulator = await startEmulator();
  for (const data of [undefined, {}, { content: " " }]) {
    expect(await answer(emulator, await click(emulator), { type: 4, data })).toMatchObject({
      status: 400,
      json: { code: 50006 },
    });
  }
});

test("pings only users unless told otherwise", async () => {
  await using emulator = await startEmulator();
  const { bob } = emulator.description.users;
  const data = { content: `<@${bob.id}> @everyone` };
  const { json } = await answer(emulator, await click(emulator), { type: 4, data }, "?with_response=true");
  expect(json.resource.message).toMatchObject({ mentions: [{ id: bob.id }], mention_everyone: false });
});

test("waits for the answer when asked to", async () => {
  await using emulator = await startEmulator();
  const { control_url, channels, users } = emulator.description;
  const message = await postComponents(emulator, row(button("ok")));
  const body = { channel_id: channels.alerts.id, message_id: message.id, user_id: users.alice.id, custom_id: "ok" };
  const waiting: { answered?: Promise<Anything> } = {};
  const begun = await beginWaiting(emulator, () => {
    waiting.answered = send("POST", `${control_url}/clicks?wait=true`, body);
  });
  await answer(emulator, begun, { type: 4, data: { content: "c" } });
  expect(await waiting.answered).toMatchObject({ status: 201, json: { status: "answered", response: { type: 4 } } });
});

test("a webhook of the application sends interactive components, and their clicks reach the application", async () => {
  await using emulator = await startEmulator();
  const { application_id, channels, users } = emulator.description;
  const webhook = (await asBot(emulator, "POST", `/channels/${channels.alerts.id}/webhooks`, { name: "own" })).json;
  const message = (await send("POST", `${webhook.url}?wait=1`, { components: [row(button("ok"))] })).json;
  const body = { channel_id: channels.alerts.id, message_id: message.id, user_id: users.alice.id, custom_id: "ok" };
  expect(await control(emulator, "POST", "/clicks", body)).toMatchObject({ application_id, type: 3 });
});
