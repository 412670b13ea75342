import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { eventsDuring } from "./events.ts";
import { asBot, control, postMessage, send } from "./support.ts";

const V2 = 1 << 15;
const HOUR_MS = 3_600_000;
let emulator: DiscordEmulator;
let now = Date.UTC(2026, 0, 1);
let path = "";
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off", now: () => now });
});
afterAll(() => emulator.close());
beforeEach(() => {
  path = `/channels/${emulator.description.channels.alerts.id}/messages`;
});

const call = (method: string, where: string, body?: unknown) => asBot(emulator, method, where, body);
const post = (body: unknown) => call("POST", path, body);
const complaint = (json: { errors?: object }) => JSON.stringify(json.errors);

describe("polls", () => {
  const poll = {
    question: { text: "Roll back?" },
    answers: [{ poll_media: { text: "Yes" } }, { poll_media: { text: "No" } }],
  };

  test("are shown with numbered answers, an end and no votes yet", async () => {
    const sent = await post({ poll: { ...poll, duration: 2, allow_multiselect: true } });
    expect(sent.json.poll).toEqual({
      question: { text: "Roll back?" },
      answers: [
        { answer_id: 1, poll_media: { text: "Yes" } },
        { answer_id: 2, poll_media: { text: "No" } },
      ],
      expiry: new Date(now + 2 * HOUR_MS).toISOString().replace("Z", "000+00:00"),
      allow_multiselect: true,
      layout_type: 1,
      results: { is_finalized: false, answer_counts: [] },
    });
    now += 2 * HOUR_MS;
    expect((await call("GET", `${path}/${sent.json.id}`)).json.poll.results.is_finalized).toBe(true);
  });

  test("end after a day unless told otherwise, 32 days at the latest", async () => {
    const { expiry } = (await post({ poll })).json.poll;
    expect(Date.parse(expiry)).toBe(now + 24 * HOUR_MS);
    expect((await post({ poll: { ...poll, duration: 768 } })).status).toBe(200);
    expect(complaint((await post({ poll: { ...poll, duration: 769 } })).json)).toContain("NUMBER_TYPE_MAX");
    expect(complaint((await post({ poll: { ...poll, answers: [{ poll_media: {} }] } })).json)).toContain("REQUIRED");
  });

  test("cannot be edited, nor edited in, nor be part of components V2", async () => {
    const message = (await post({ poll })).json;
    expect((await call("PATCH", `${path}/${message.id}`, { content: "x" })).json.code).toBe(520003);
    const plain = (await post({ content: "c" })).json;
    expect((await call("PATCH", `${path}/${plain.id}`, { poll })).json.code).toBe(520003);
    const mixed = await post({ poll, flags: V2, components: [{ type: 10, content: "t" }] });
    expect(complaint(mixed.json)).toContain("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2");
  });
});

test("stickers: at most three, and none that the guild does not have", async () => {
  const id = "749054660769218631";
  expect(complaint((await post({ sticker_ids: [id, id, id, id] })).json)).toContain("BASE_TYPE_MAX_LENGTH");
  expect(await post({ sticker_ids: [id] })).toMatchObject({ status: 400, json: { code: 50081 } });
});

describe("forwards", () => {
  const forward = (message: { id: string; channel_id: string }, where = path, more: object = {}) =>
    call("POST", where, {
      message_reference: { type: 1, message_id: message.id, channel_id: message.channel_id },
      ...more,
    });

  test("keep a copy of the message, whatever becomes of it, with its files", async () => {
    const body = new FormData();
    body.set("files[0]", new Blob(["log"]), "a.txt");
    body.set("payload_json", JSON.stringify({ content: "original", embeds: [{ title: "t" }] }));
    const { webhook_url } = emulator.description.channels.alerts;
    const original = (await send("POST", `${webhook_url}?wait=true`, body)).json;
    const elsewhere = `/channels/${emulator.description.channels.critical.id}/messages`;
    const sent = (await forward(original, elsewhere)).json;
    expect(sent).toMatchObject({
      type: 0,
      content: "",
      flags: 1 << 14,
      message_reference: { type: 1, message_id: original.id, channel_id: original.channel_id },
      message_snapshots: [{ message: { type: 0, content: "original", embeds: [{ title: "t" }] } }],
    });
    expect(sent.message_snapshots[0].message).not.toHaveProperty("author");
    expect(sent).not.toHaveProperty("referenced_message");
    await call("DELETE", `${path}/${original.id}`);
    const kept = (await call("GET", `${elsewhere}/${sent.id}`)).json.message_snapshots[0].message;
    expect((await send("GET", kept.attachments[0].url)).text).toBe("log");
    const again = (await forward(sent)).json;
    expect(again.message_snapshots).toMatchObject([{ message: { content: "original" } }]);
  });

  test("need a channel, a message in it, and one that can be forwarded", async () => {
    const message = (await post({ content: "c" })).json;
    const lost = await post({ message_reference: { type: 1, message_id: message.id } });
    expect(lost.json.errors.message_reference.channel_id._errors[0].code).toBe("BASE_TYPE_REQUIRED");
    const elsewhere = { id: message.id, channel_id: emulator.description.channels.critical.id };
    expect(complaint((await forward(elsewhere)).json)).toContain("REPLIES_UNKNOWN_MESSAGE");
    expect((await forward({ id: message.id, channel_id: "123456789012345678" })).json.code).toBe(10003);
    const asked = (await post({ poll: { question: { text: "q" }, answers: [{ poll_media: { text: "a" } }] } })).json;
    expect((await forward(asked)).json.code).toBe(50035);
  });
});

describe("replies", () => {
  test("ping whom they answer, unless allowed_mentions does not say so", async () => {
    const { alice } = emulator.description.users;
    const { id: channel_id } = emulator.description.channels.alerts;
    const target = await control(emulator, "POST", "/messages", { channel_id, user_id: alice.id, content: "help" });
    const reply = async (more: object) =>
      (await post({ content: "r", message_reference: { message_id: target.id }, ...more })).json;
    expect((await reply({})).mentions).toMatchObject([{ id: alice.id }]);
    expect((await reply({ allowed_mentions: { parse: ["users"] } })).mentions).toEqual([]);
    expect((await reply({ allowed_mentions: { replied_user: true } })).mentions).toMatchObject([{ id: alice.id }]);
    const twice = await reply({
      content: `<@${alice.id}>`,
      allowed_mentions: { parse: ["users"], replied_user: true },
    });
    expect(twice.mentions).toHaveLength(1);
    const byHook = await postMessage(emulator.description.channels.alerts.webhook_url, { content: "w" });
    expect((await post({ content: "r", message_reference: { message_id: byHook.id } })).json.mentions).toEqual([]);
  });

  test("are not taken by system messages, nor across channels", async () => {
    const message = (await post({ content: "pinned" })).json;
    await call("PUT", `${path}/pins/${message.id}`);
    const [system] = (await call("GET", `${path}?limit=1`)).json;
    expect(system).toMatchObject({ type: 6, message_reference: { message_id: message.id } });
    const refused = await post({
      content: "r",
      message_reference: { message_id: system.id, fail_if_not_exists: false },
    });
    expect(complaint(refused.json)).toContain("REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE");
    const elsewhere = { message_id: message.id, channel_id: emulator.description.channels.critical.id };
    expect(complaint((await post({ content: "r", message_reference: elsewhere })).json)).toContain(
      "REPLIES_UNKNOWN_MESSAGE",
    );
  });
});

test("system messages are not edited; a pin's notice can be deleted", async () => {
  const message = (await post({ content: "c" })).json;
  await call("PUT", `${path}/pins/${message.id}`);
  const [notice] = (await call("GET", `${path}?limit=1`)).json;
  expect(await call("PATCH", `${path}/${notice.id}`, { content: "x" })).toMatchObject({
    status: 403,
    json: { code: 50021 },
  });
  expect((await call("DELETE", `${path}/${notice.id}`)).status).toBe(204);
});

describe("announcements", () => {
  test("are published once, in announcement channels only", async () => {
    const { guild_id } = emulator.description;
    const news = (await call("POST", `/guilds/${guild_id}/channels`, { name: "news", type: 5 })).json;
    const where = `/channels/${news.id}/messages`;
    const message = (await call("POST", where, { content: "4.2 is out" })).json;
    const events = await eventsDuring(emulator, async () => {
      expect(await call("POST", `${where}/${message.id}/crosspost`)).toMatchObject({
        status: 200,
        json: { id: message.id, flags: 1 },
      });
    });
    expect(events).toMatchObject([{ t: "MESSAGE_UPDATE", d: { id: message.id, flags: 1 } }]);
    expect((await call("POST", `${where}/${message.id}/crosspost`)).json.code).toBe(40033);
    const plain = (await post({ content: "c" })).json;
    expect((await call("POST", `${path}/${plain.id}/crosspost`)).json.code).toBe(50024);
    expect((await call("POST", `${where}/123456789012345678/crosspost`)).json.code).toBe(10008);
  });
});

describe("flags", () => {
  test("SUPPRESS_EMBEDS hides the embeds and gives them back", async () => {
    const message = (await post({ content: "c", embeds: [{ title: "t" }], flags: 4 })).json;
    expect(message).toMatchObject({ flags: 4, embeds: [] });
    expect((await call("PATCH", `${path}/${message.id}`, { flags: 0 })).json.embeds).toMatchObject([{ title: "t" }]);
  });

  test("components V2 is set on an edit only with everything else emptied, and never taken away", async () => {
    const message = (await post({ content: "c", embeds: [{ title: "t" }] })).json;
    const edit = (body: object) => call("PATCH", `${path}/${message.id}`, body);
    const components = [{ type: 10, content: "now in V2" }];
    const kept = await edit({ flags: V2, components, content: null });
    expect(kept.json.errors.embeds._errors[0].code).toBe("MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2");
    const turned = await edit({ flags: V2, components, content: null, embeds: [] });
    expect(turned.json).toMatchObject({ flags: V2, content: "", embeds: [], components: [{ content: "now in V2" }] });
    expect((await edit({ flags: 0 })).json.flags).toBe(V2);
    expect(complaint((await edit({ content: "back" })).json)).toContain("LEGACY_FIELDS");
    const fresh = await post({ flags: V2, content: "c", components });
    expect(complaint(fresh.json)).toContain("LEGACY_FIELDS");
  });

  test("components V2 text pings", async () => {
    const { alice } = emulator.description.users;
    const components = [{ type: 17, components: [{ type: 10, content: `<@${alice.id}>` }] }];
    const message = (await post({ flags: V2, components })).json;
    expect(message.mentions).toMatchObject([{ id: alice.id }]);
    const edited = await call("PATCH", `${path}/${message.id}`, { components: [{ type: 10, content: "nobody" }] });
    expect(edited.json.mentions).toEqual([]);
  });
});

describe("voice messages", () => {
  const VOICE = 1 << 13;
  const sound = (body: object, type = "audio/ogg") => {
    const form = new FormData();
    form.set("files[0]", new Blob(["ogg"], { type }), "voice-message.ogg");
    form.set(
      "payload_json",
      JSON.stringify({ flags: VOICE, attachments: [{ id: "0", duration_secs: 1.5, waveform: "AAA=" }], ...body }),
    );
    return form;
  };

  test("take a permission of their own", async () => {
    expect(await post(sound({}))).toMatchObject({ status: 403, json: { code: 50173 } });
    await control(emulator, "PUT", "/permissions", {
      channel_id: emulator.description.channels.alerts.id,
      user_id: emulator.description.application_id,
      allow: ["SEND_VOICE_MESSAGES"],
    });
  });

  test("are one sound file with its length and shape, and stay as they are", async () => {
    const sent = (await post(sound({}))).json;
    expect(sent).toMatchObject({
      flags: VOICE,
      attachments: [{ duration_secs: 1.5, waveform: "AAA=", content_type: "audio/ogg" }],
    });
    expect((await call("PATCH", `${path}/${sent.id}`, { content: "x" })).json.code).toBe(50162);
  });

  test("are refused with anything else", async () => {
    expect((await post(sound({ content: "c" }))).json.code).toBe(50159);
    expect((await post(sound({}, "text/plain"))).json.code).toBe(50160);
    expect((await post(sound({ attachments: [{ id: "0" }] }))).json.code).toBe(50161);
    expect((await post({ flags: VOICE, content: "" })).json.code).toBe(50160);
  });

  test("are not sent by webhooks: the flag is ignored", async () => {
    const { webhook_url } = emulator.description.channels.alerts;
    expect((await send("POST", `${webhook_url}?wait=1`, sound({ content: "c" }))).json.flags).toBe(0);
  });
});

describe("nonces", () => {
  test("are echoed where a message is made, and not where it is read", async () => {
    const nonce = "n-17";
    let created: { id: string; nonce?: string } = { id: "" };
    const events = await eventsDuring(emulator, async () => {
      created = (await post({ content: "c", nonce, enforce_nonce: true })).json;
    });
    expect(created.nonce).toBe(nonce);
    expect(events).toMatchObject([{ t: "MESSAGE_CREATE", d: { id: created.id, nonce } }]);
    expect((await post({ content: "again", nonce, enforce_nonce: true })).json).toMatchObject({
      id: created.id,
      nonce,
    });
    expect((await call("GET", `${path}/${created.id}`)).json).not.toHaveProperty("nonce");
    expect((await call("GET", `${path}?limit=1`)).json[0]).not.toHaveProperty("nonce");
    expect((await call("PATCH", `${path}/${created.id}`, { content: "d" })).json).not.toHaveProperty("nonce");
  });

  test("do nothing for webhooks and forum posts", async () => {
    const { alerts, forum } = emulator.description.channels;
    const body = { content: "c", nonce: "n-18", enforce_nonce: true };
    const first = await postMessage(alerts.webhook_url, body);
    const second = await postMessage(alerts.webhook_url, body);
    expect(second.id).not.toBe(first.id);
    expect(first).not.toHaveProperty("nonce");
    const start = async () => (await call("POST", `/channels/${forum.id}/threads`, { name: "p", message: body })).json;
    const posts = [await start(), await start()];
    expect(posts[0].id).not.toBe(posts[1].id);
    expect(posts[0].message).not.toHaveProperty("nonce");
  });

  test("are remembered as long as the option says", async () => {
    let at = Date.UTC(2026, 0, 1);
    const short = await startDiscordEmulator({ limits: "off", now: () => at, nonceWindowMs: 60_000 });
    try {
      const where = `/channels/${short.description.channels.alerts.id}/messages`;
      const create = async () =>
        (await asBot(short, "POST", where, { content: "c", nonce: "n", enforce_nonce: true })).json;
      const first = await create();
      at += 59_999;
      expect((await create()).id).toBe(first.id);
      at += 1;
      expect((await create()).id).not.toBe(first.id);
    } finally {
      await short.close();
    }
  });
});

test("a message deleted together with its channel leaves its nonce behind", async () => {
  const { guild_id } = emulator.description;
  const doomed = (await call("POST", `/guilds/${guild_id}/channels`, { name: "doomed" })).json;
  const body = { content: "c", nonce: "n-19", enforce_nonce: true };
  await call("POST", `/channels/${doomed.id}/messages`, body);
  await call("DELETE", `/channels/${doomed.id}`);
  expect(await post(body)).toMatchObject({ status: 404, json: { code: 10008 } });
});
