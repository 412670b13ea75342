import { expect, test } from "vitest";
import { asBot, control, send, startEmulator } from "../support.ts";
import {
  type Anything,
  answer,
  begin,
  button,
  byToken,
  click,
  createClock,
  pageEvents,
  register,
  row,
  runCommand,
} from "./support.ts";

const EPHEMERAL = 64;
const MINUTE_MS = 60_000;

test("before the first answer the webhook of the token does not exist", async () => {
  await using emulator = await startEmulator();
  const begun = await click(emulator);
  for (const [method, path] of [
    ["POST", ""],
    ["GET", "/messages/@original"],
    ["PATCH", "/messages/@original"],
    ["DELETE", "/messages/@original"],
    ["GET", `/messages/${begun.payload.message.id}`],
  ] as const) {
    const body = method === "GET" || method === "DELETE" ? undefined : { content: "c" };
    expect(await byToken(emulator, begun, method, path, body)).toMatchObject({ status: 404, json: { code: 10015 } });
  }
});

test("followups answer with the message at once, refer to the first answer and can be read, edited and deleted", async () => {
  await using emulator = await startEmulator();
  const { application_id } = emulator.description;
  const begun = await click(emulator);
  const first = (await answer(emulator, begun, { type: 4, data: { content: "first" } }, "?with_response=1")).json;
  const original = first.resource.message.id;
  const created = await byToken(emulator, begun, "POST", "", { content: "more", username: "other", avatar_url: "x" });
  expect(created).toMatchObject({
    status: 200,
    json: {
      type: 19,
      content: "more",
      author: { id: application_id },
      webhook_id: application_id,
      message_reference: { message_id: original },
      referenced_message: { id: original },
      interaction_metadata: { id: begun.payload.id, original_response_message_id: original },
    },
  });
  const path = `/messages/${created.json.id}`;
  expect((await byToken(emulator, begun, "GET", path)).json.content).toBe("more");
  expect((await byToken(emulator, begun, "PATCH", path, { content: "edited" })).json.content).toBe("edited");
  expect((await byToken(emulator, begun, "DELETE", path)).status).toBe(204);
  expect(await byToken(emulator, begun, "GET", path)).toMatchObject({ status: 404, json: { code: 10008 } });
  expect((await byToken(emulator, begun, "GET", `/messages/${original}`)).json.content).toBe("first");
  expect((await byToken(emulator, begun, "DELETE", "/messages/@original")).status).toBe(204);
  expect(await byToken(emulator, begun, "GET", "/messages/@original")).toMatchObject({
    status: 404,
    json: { code: 10008 },
  });
  expect((await byToken(emulator, begun, "POST", "", { content: "still" })).status).toBe(200);
});

test("tokens of interactions are not written down", async () => {
  await using emulator = await startEmulator();
  const begun = await click(emulator);
  await answer(emulator, begun, { type: 6 });
  await byToken(emulator, begun, "GET", "/messages/@original");
  const { text, json } = await send("GET", `${emulator.description.control_url}/requests`);
  expect(text).not.toContain(begun.payload.token.slice(0, 40));
  expect(JSON.stringify(json)).toContain("/interactions/");
});

test("a token reaches only the messages of its own interaction", async () => {
  await using emulator = await startEmulator();
  const [one, other] = [await click(emulator), await click(emulator)];
  await answer(emulator, one, { type: 6 });
  const made = await answer(emulator, other, { type: 4, data: { content: "c" } }, "?with_response=1");
  const path = `/messages/${made.json.resource.message.id}`;
  expect(await byToken(emulator, one, "PATCH", path, { content: "x" })).toMatchObject({
    status: 404,
    json: { code: 10008 },
  });
});

test("after a deferral the first followup is what the loading message becomes, the next one is new", async () => {
  await using emulator = await startEmulator();
  const begun = await click(emulator);
  await answer(emulator, begun, { type: 5, data: { flags: EPHEMERAL } });
  const loading = (await byToken(emulator, begun, "GET", "/messages/@original")).json;
  expect(loading.flags).toBe(128 | EPHEMERAL);
  const first = await byToken(emulator, begun, "POST", "", { content: "first", flags: 0 });
  expect(first.json).toMatchObject({ id: loading.id, content: "first", flags: EPHEMERAL });
  const second = await byToken(emulator, begun, "POST", "", { content: "second" });
  expect(second.json).toMatchObject({ content: "second", flags: 0 });
  expect(second.json.id).not.toBe(loading.id);
});

test("a token is good for 15 minutes after the interaction, and worth nothing afterwards", async () => {
  const clock = createClock();
  await using emulator = await startEmulator({ now: clock.now });
  const begun = await click(emulator);
  await answer(emulator, begun, { type: 4, data: { content: "c" } });
  clock.advance(15 * MINUTE_MS);
  expect((await byToken(emulator, begun, "POST", "", { content: "in time" })).status).toBe(200);
  clock.advance(1);
  const late = [
    await byToken(emulator, begun, "POST", "", { content: "late" }),
    await byToken(emulator, begun, "GET", "/messages/@original"),
  ];
  for (const refused of late) expect(refused).toMatchObject({ status: 401, json: { code: 50027 } });
});

test("a wrong token is an invalid one, and a webhook's path with neither a webhook nor an application is unknown", async () => {
  await using emulator = await startEmulator();
  const { api_url, application_id } = emulator.description;
  const wrong = await send("POST", `${api_url}/v10/webhooks/${application_id}/abc`, { content: "c" });
  expect(wrong).toMatchObject({ status: 401, json: { code: 50027 } });
  const nobody = await send("POST", `${api_url}/v10/webhooks/123456789012345678/abc`, { content: "c" });
  expect(nobody).toMatchObject({ status: 404, json: { code: 10015 } });
  const original = await send("GET", `${api_url}/v10/webhooks/123456789012345678/abc/messages/@original`);
  expect(original).toMatchObject({ status: 404, json: { code: 10015 } });
});

test("an ephemeral answer is its user's alone: no channel route knows it, only the token does", async () => {
  await using emulator = await startEmulator();
  const { channels, users, control_url } = emulator.description;
  const begun = await click(emulator);
  let id = "";
  const events = await pageEvents(emulator, async () => {
    const data = { content: "secret", flags: EPHEMERAL };
    const { json } = await answer(emulator, begun, { type: 4, data }, "?with_response=1");
    expect(json.interaction.response_message_ephemeral).toBe(true);
    expect(json.resource.message).toMatchObject({ flags: EPHEMERAL, content: "secret" });
    expect(json.resource.message.viewer_id).toBeUndefined();
    id = json.resource.message.id;
    await byToken(emulator, begun, "PATCH", "/messages/@original", { content: "changed" });
    await byToken(emulator, begun, "DELETE", "/messages/@original");
  });
  const seen = events.filter(({ t }) => t.startsWith("MESSAGE_"));
  expect(seen.map(({ t, viewer_id }) => [t, viewer_id])).toEqual([
    ["MESSAGE_CREATE", users.alice.id],
    ["MESSAGE_UPDATE", users.alice.id],
    ["MESSAGE_DELETE", users.alice.id],
  ]);
  const kept = await byToken(emulator, begun, "POST", "", { content: "kept", flags: EPHEMERAL });
  id = kept.json.id;
  const path = `/channels/${channels.alerts.id}/messages`;
  expect((await asBot(emulator, "GET", path)).json.map((message: Anything) => message.id)).not.toContain(id);
  for (const [method, body] of [["GET"], ["PATCH", { content: "x" }], ["DELETE"]] as const) {
    expect(await asBot(emulator, method, `${path}/${id}`, body)).toMatchObject({ status: 404, json: { code: 10008 } });
  }
  expect((await asBot(emulator, "PUT", `${path}/${id}/reactions/%E2%9C%85/@me`)).json.code).toBe(10008);
  expect((await asBot(emulator, "POST", `${path}/${id}/threads`, { name: "t" })).json.code).toBe(10008);
  const listed = async (query: string) =>
    (await send("GET", `${control_url}/channels/${channels.alerts.id}/messages${query}`)).json.map(
      (message: Anything) => message.id,
    );
  expect(await listed(`?user_id=${users.alice.id}&limit=1`)).toEqual([id]);
  expect(await listed(`?user_id=${users.bob.id}`)).not.toContain(id);
  expect(await listed("")).not.toContain(id);
  expect((await send("GET", `${control_url}/channels/${channels.alerts.id}/messages?user_id=x`)).status).toBe(400);
});

test("only its user clicks in an ephemeral message, and an update keeps it ephemeral", async () => {
  await using emulator = await startEmulator();
  const { channels, users, control_url } = emulator.description;
  const begun = await click(emulator);
  const data = { content: "sure?", flags: EPHEMERAL, components: [row(button("yes"))] };
  const { json } = await answer(emulator, begun, { type: 4, data }, "?with_response=1");
  const { id } = json.resource.message;
  const press = { channel_id: channels.alerts.id, message_id: id, user_id: users.alice.id, custom_id: "yes" };
  const stranger = await send("POST", `${control_url}/clicks`, { ...press, user_id: users.bob.id });
  expect(stranger.status).toBe(404);
  const second = await begin(emulator, "/clicks", press);
  expect(second.payload.message).toMatchObject({ id, flags: EPHEMERAL });
  await answer(emulator, second, { type: 7, data: { content: "done", components: [] } });
  expect((await byToken(emulator, begun, "GET", "/messages/@original")).json).toMatchObject({
    id,
    content: "done",
    flags: EPHEMERAL,
  });
});

test("forgets ephemeral messages and interactions after an hour", async () => {
  const clock = createClock();
  await using emulator = await startEmulator({ now: clock.now });
  const { channels, users, control_url } = emulator.description;
  const begun = await click(emulator);
  const form = new FormData();
  form.set("files[0]", new Blob(["log"]), "a.txt");
  form.set("payload_json", JSON.stringify({ type: 4, data: { flags: EPHEMERAL } }));
  const { json } = await answer(emulator, begun, form, "?with_response=1");
  const [{ url }] = json.resource.message.attachments;
  clock.advance(60 * MINUTE_MS);
  await click(emulator);
  expect((await send("GET", url)).status).toBe(200);
  clock.advance(1);
  await click(emulator);
  expect((await send("GET", url)).status).toBe(404);
  expect((await send("GET", `${control_url}/interactions/${begun.view.id}`)).status).toBe(404);
  const messages = await send(
    "GET",
    `${control_url}/channels/${channels.alerts.id}/messages?user_id=${users.alice.id}`,
  );
  expect(messages.json.filter((message: Anything) => message.flags === EPHEMERAL)).toEqual([]);
  expect((await byToken(emulator, begun, "POST", "", { content: "c" })).json.code).toBe(50027);
});

test("an application that only a user has installed follows up five times", async () => {
  await using emulator = await startEmulator();
  await register(emulator, { name: "mine", description: "d", integration_types: [1], contexts: [0] });
  const begun = await runCommand(emulator, "mine");
  expect(begun.payload.authorizing_integration_owners).toEqual({ "1": emulator.description.users.alice.id });
  await answer(emulator, begun, { type: 4, data: { content: "c" } });
  for (let count = 0; count < 5; count += 1) {
    expect((await byToken(emulator, begun, "POST", "", { content: "c" })).status).toBe(200);
  }
  expect(await byToken(emulator, begun, "POST", "", { content: "c" })).toMatchObject({
    status: 400,
    json: { code: 40094 },
  });
});

test("followups are limited to 5 per 2 s and interaction, answers are not, and neither counts globally", async () => {
  const clock = createClock();
  await using emulator = await startEmulator({ limits: "documented", now: clock.now });
  const first = await click(emulator);
  await answer(emulator, first, { type: 4, data: { content: "c" } });
  const statuses: number[] = [];
  for (let count = 0; count < 6; count += 1) {
    statuses.push((await byToken(emulator, first, "POST", "", { content: "c" })).status);
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  const other = await click(emulator);
  const answered = await answer(emulator, other, { type: 6 });
  expect([...answered.headers.keys()].filter((name) => name.startsWith("x-ratelimit"))).toEqual([]);
  expect((await byToken(emulator, other, "POST", "", { content: "c" })).headers.get("x-ratelimit-remaining")).toBe("4");
  for (let count = 0; count < 60; count += 1) {
    expect((await answer(emulator, other, { type: 6 })).json.code).toBe(40060);
  }
});

test("an answer in an archived thread opens it again, an ephemeral one does not", async () => {
  await using emulator = await startEmulator();
  const { channels, users } = emulator.description;
  const path = `/channels/${channels.alerts.id}/threads`;
  const thread = (await asBot(emulator, "POST", path, { name: "t", type: 11 })).json;
  const body = { content: "c", components: [row(button("ok"))] };
  const message = (await asBot(emulator, "POST", `/channels/${thread.id}/messages`, body)).json;
  const press = { channel_id: thread.id, message_id: message.id, user_id: users.alice.id, custom_id: "ok" };
  const archived = async () => (await asBot(emulator, "GET", `/channels/${thread.id}`)).json.thread_metadata.archived;
  for (const [flags, isArchived] of [
    [EPHEMERAL, true],
    [0, false],
  ]) {
    const begun = await begin(emulator, "/clicks", press);
    await asBot(emulator, "PATCH", `/channels/${thread.id}`, { archived: true });
    await answer(emulator, begun, { type: 4, data: { content: "c", flags } });
    expect(await archived()).toBe(isArchived);
  }
});

test("in an archived thread nothing is edited, in a locked one nothing is said", async () => {
  await using emulator = await startEmulator();
  const { channels, users, application_id } = emulator.description;
  const thread = (await asBot(emulator, "POST", `/channels/${channels.alerts.id}/threads`, { name: "t", type: 11 }))
    .json;
  const body = { content: "c", components: [row(button("ok"))] };
  const message = (await asBot(emulator, "POST", `/channels/${thread.id}/messages`, body)).json;
  const press = { channel_id: thread.id, message_id: message.id, user_id: users.alice.id, custom_id: "ok" };
  const begun = await begin(emulator, "/clicks", press);
  await asBot(emulator, "PATCH", `/channels/${thread.id}`, { archived: true });
  expect(await answer(emulator, begun, { type: 7, data: { content: "d" } })).toMatchObject({
    status: 400,
    json: { code: 50083 },
  });
  await asBot(emulator, "PATCH", `/channels/${thread.id}`, { archived: false, locked: true });
  const rights = { channel_id: channels.alerts.id, user_id: application_id, deny: ["MANAGE_THREADS"] };
  await control(emulator, "PUT", "/permissions", rights);
  for (const type of [4, 7]) {
    const refused = await answer(emulator, begun, { type, data: { content: "d" } });
    expect(refused).toMatchObject({ status: 400, json: { code: 160005 } });
  }
  expect((await answer(emulator, begun, { type: 4, data: { content: "d", flags: EPHEMERAL } })).status).toBe(204);
});
