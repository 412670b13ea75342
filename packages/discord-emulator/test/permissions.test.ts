import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DiscordEmulator } from "../src/index.ts";
import { type Answered, asBot, control, postMessage, startEmulator } from "./support.ts";

/** What a call needs besides seeing the channel. `call` makes it on a fresh message of somebody else. */
interface Rule {
  readonly permission: string;
  readonly code?: number;
  call(place: Place): Promise<Answered>;
}

interface Place {
  readonly emulator: DiscordEmulator;
  readonly channelId: string;
  /** Written by a webhook of nobody. */
  readonly messageId: string;
  readonly otherId: string;
  readonly channel: string;
  readonly message: string;
}

const bot = ({ emulator }: Place, method: string, path: string, body?: unknown) => asBot(emulator, method, path, body);
const webhook = async (place: Place) => (await bot(place, "POST", `${place.channel}/webhooks`, { name: "w" })).json;

function upload(content?: string): FormData {
  const form = new FormData();
  form.set("payload_json", JSON.stringify(content === undefined ? {} : { content }));
  form.set("files[0]", new Blob(["x"]), "x.txt");
  return form;
}

const RULES: Readonly<Record<string, Rule>> = {
  "sending a message": {
    permission: "SEND_MESSAGES",
    call: (place) => bot(place, "POST", `${place.channel}/messages`, { content: "c" }),
  },
  typing: { permission: "SEND_MESSAGES", call: (place) => bot(place, "POST", `${place.channel}/typing`) },
  "sending a file": {
    permission: "ATTACH_FILES",
    call: (place) => bot(place, "POST", `${place.channel}/messages`, upload("with text")),
  },
  "sending nothing but an embed": {
    permission: "EMBED_LINKS",
    call: (place) => bot(place, "POST", `${place.channel}/messages`, { embeds: [{ title: "t" }] }),
  },
  "having a message read aloud": {
    permission: "SEND_TTS_MESSAGES",
    call: (place) => bot(place, "POST", `${place.channel}/messages`, { content: "c", tts: true }),
  },
  "sending a poll": {
    permission: "SEND_POLLS",
    call(place) {
      const poll = { question: { text: "?" }, answers: [{ poll_media: { text: "a" } }] };
      return bot(place, "POST", `${place.channel}/messages`, { poll });
    },
  },
  replying: {
    permission: "READ_MESSAGE_HISTORY",
    code: 160002,
    call(place) {
      const message_reference = { message_id: place.messageId };
      return bot(place, "POST", `${place.channel}/messages`, { content: "c", message_reference });
    },
  },
  "reading one message": {
    permission: "READ_MESSAGE_HISTORY",
    call: (place) => bot(place, "GET", place.message),
  },
  "changing the flags of another's message": {
    permission: "MANAGE_MESSAGES",
    call: (place) => bot(place, "PATCH", place.message, { flags: 4 }),
  },
  "deleting another's message": { permission: "MANAGE_MESSAGES", call: (place) => bot(place, "DELETE", place.message) },
  "deleting many messages": {
    permission: "MANAGE_MESSAGES",
    call(place) {
      const messages = [place.messageId, place.otherId];
      return bot(place, "POST", `${place.channel}/messages/bulk-delete`, { messages });
    },
  },
  "the first reaction with an emoji": {
    permission: "ADD_REACTIONS",
    call: (place) => bot(place, "PUT", `${place.message}/reactions/✅/@me`),
  },
  "reacting at all": {
    permission: "READ_MESSAGE_HISTORY",
    call: (place) => bot(place, "PUT", `${place.message}/reactions/✅/@me`),
  },
  "removing another's reaction": {
    permission: "MANAGE_MESSAGES",
    call: (place) => bot(place, "DELETE", `${place.message}/reactions/✅/${place.emulator.description.users.alice.id}`),
  },
  "removing an emoji": {
    permission: "MANAGE_MESSAGES",
    call: (place) => bot(place, "DELETE", `${place.message}/reactions/✅`),
  },
  "removing all reactions": {
    permission: "MANAGE_MESSAGES",
    call: (place) => bot(place, "DELETE", `${place.message}/reactions`),
  },
  pinning: {
    permission: "PIN_MESSAGES",
    call: (place) => bot(place, "PUT", `${place.channel}/messages/pins/${place.messageId}`),
  },
  "pinning under the old path": {
    permission: "PIN_MESSAGES",
    call: (place) => bot(place, "PUT", `${place.channel}/pins/${place.messageId}`),
  },
  unpinning: {
    permission: "PIN_MESSAGES",
    call: (place) => bot(place, "DELETE", `${place.channel}/messages/pins/${place.messageId}`),
  },
  "starting a thread from a message": {
    permission: "CREATE_PUBLIC_THREADS",
    call: (place) => bot(place, "POST", `${place.message}/threads`, { name: "t" }),
  },
  "starting a public thread": {
    permission: "CREATE_PUBLIC_THREADS",
    call: (place) => bot(place, "POST", `${place.channel}/threads`, { name: "t", type: 11 }),
  },
  "starting a private thread": {
    permission: "CREATE_PRIVATE_THREADS",
    call: (place) => bot(place, "POST", `${place.channel}/threads`, { name: "t" }),
  },
  "listing archived threads": {
    permission: "READ_MESSAGE_HISTORY",
    call: (place) => bot(place, "GET", `${place.channel}/threads/archived/public`),
  },
  "changing a channel": {
    permission: "MANAGE_CHANNELS",
    call: (place) => bot(place, "PATCH", place.channel, { nsfw: false }),
  },
  "making a webhook": {
    permission: "MANAGE_WEBHOOKS",
    call: (place) => bot(place, "POST", `${place.channel}/webhooks`, { name: "w" }),
  },
  "listing webhooks": {
    permission: "MANAGE_WEBHOOKS",
    call: (place) => bot(place, "GET", `${place.channel}/webhooks`),
  },
  "renaming a webhook": {
    permission: "MANAGE_WEBHOOKS",
    async call(place) {
      return bot(place, "PATCH", `/webhooks/${webhookIdOf(place.emulator)}`, { name: "new" });
    },
  },
};

const webhookIdOf = ({ description }: DiscordEmulator) =>
  description.channels.alerts.webhook_url.split("/").at(-2) as string;

describe("needs exactly its permission in the channel:", () => {
  let emulator: Awaited<ReturnType<typeof startEmulator>>;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator[Symbol.asyncDispose]());

  async function prepare(): Promise<Place> {
    const { alerts } = emulator.description.channels;
    const message = await postMessage(alerts.webhook_url, { content: "of a webhook" });
    const other = await postMessage(alerts.webhook_url, { content: "another" });
    const channel = `/channels/${alerts.id}`;
    const ids = { channelId: alerts.id, messageId: message.id, otherId: other.id };
    return { emulator, ...ids, channel, message: `${channel}/messages/${message.id}` };
  }

  async function overwrite(change: { allow?: string[]; deny?: string[] }): Promise<void> {
    const { channels, application_id } = emulator.description;
    await control(emulator, "PUT", "/permissions", {
      channel_id: channels.alerts.id,
      user_id: application_id,
      ...change,
    });
  }

  test.each(Object.entries(RULES))("%s", async (_name, { permission, code = 50013, call }) => {
    const place = await prepare();
    await overwrite({ deny: [permission] });
    expect(await call(place)).toMatchObject({ status: 403, json: { code } });
    await overwrite({ allow: [permission] });
    expect((await call(place)).status).toBeLessThan(300);
    await overwrite({});
  });

  test.each(Object.entries(RULES))("%s, and seeing the channel", async (_name, { permission, call }) => {
    const place = await prepare();
    await overwrite({ deny: ["VIEW_CHANNEL"], allow: [permission] });
    expect(await call(place)).toMatchObject({ status: 403, json: { code: 50001 } });
    await overwrite({});
  });

  test("looking at a channel takes seeing it", async () => {
    const { channel } = await prepare();
    await overwrite({ deny: ["VIEW_CHANNEL"] });
    for (const path of [channel, `${channel}/messages`, `${channel}/messages/pins`]) {
      expect(await asBot(emulator, "GET", path)).toMatchObject({ status: 403, json: { code: 50001 } });
    }
    expect((await asBot(emulator, "GET", "/channels/123456789012345678")).json.code).toBe(10003);
    await overwrite({});
    expect((await asBot(emulator, "GET", channel)).status).toBe(200);
  });

  test("what is wrong with the body is told only to those who may make the call", async () => {
    const { channel } = await prepare();
    await overwrite({ deny: ["SEND_MESSAGES"] });
    expect((await asBot(emulator, "POST", `${channel}/messages`, {})).json.code).toBe(50013);
    await overwrite({});
    expect((await asBot(emulator, "POST", `${channel}/messages`, {})).json.code).toBe(50006);
  });

  test("a bot's own messages, reactions and webhooks are its own to change", async () => {
    const { channel } = await prepare();
    const place = await prepare();
    const hook = await webhook(place);
    const denied = ["MANAGE_MESSAGES", "MANAGE_WEBHOOKS", "ADD_REACTIONS"];
    const own = (await asBot(emulator, "POST", `${channel}/messages`, { content: "own" })).json;
    await asBot(emulator, "PUT", `${channel}/messages/${own.id}/reactions/✅/@me`);
    await overwrite({ deny: denied });
    // The emoji is there: that it is the bot's own does not matter.
    expect((await asBot(emulator, "PUT", `${channel}/messages/${own.id}/reactions/✅/@me`)).status).toBe(204);
    expect((await asBot(emulator, "DELETE", `${channel}/messages/${own.id}/reactions/✅/@me`)).status).toBe(204);
    expect((await asBot(emulator, "PATCH", `${channel}/messages/${own.id}`, { content: "new" })).status).toBe(200);
    expect((await asBot(emulator, "DELETE", `${channel}/messages/${own.id}`)).status).toBe(204);
    expect((await asBot(emulator, "GET", `/webhooks/${hook.id}`)).json.token).toBe(hook.token);
    await overwrite({});
    await asBot(emulator, "DELETE", `/webhooks/${hook.id}`);
  });

  test("history that may not be read is an empty list", async () => {
    const { channel, messageId } = await prepare();
    await asBot(emulator, "PUT", `${channel}/messages/pins/${messageId}`);
    await overwrite({ deny: ["READ_MESSAGE_HISTORY"] });
    expect(await asBot(emulator, "GET", `${channel}/messages`)).toMatchObject({ status: 200, json: [] });
    expect((await asBot(emulator, "GET", `${channel}/messages/pins`)).json).toEqual({ items: [], has_more: false });
    expect((await asBot(emulator, "GET", `${channel}/pins`)).json).toEqual([]);
    await overwrite({});
    expect((await asBot(emulator, "GET", `${channel}/messages/pins`)).json.items).not.toEqual([]);
  });

  test("without EMBED_LINKS embeds are left out where something else remains, also on an edit", async () => {
    const { channel } = await prepare();
    const message = { content: "c", embeds: [{ title: "t" }] };
    await overwrite({ deny: ["EMBED_LINKS"] });
    const sent = (await asBot(emulator, "POST", `${channel}/messages`, message)).json;
    expect(sent).toMatchObject({ content: "c", embeds: [] });
    const form = upload();
    form.set("payload_json", JSON.stringify({ embeds: [{ title: "t" }] }));
    expect((await asBot(emulator, "POST", `${channel}/messages`, form)).json).toMatchObject({ embeds: [] });
    await overwrite({});
    const whole = (await asBot(emulator, "POST", `${channel}/messages`, message)).json;
    expect(whole.embeds).toMatchObject([{ title: "t" }]);
    await overwrite({ deny: ["EMBED_LINKS"] });
    const edit = { embeds: [{ title: "u" }] };
    expect((await asBot(emulator, "PATCH", `${channel}/messages/${whole.id}`, edit)).json.embeds).toEqual([]);
    expect((await asBot(emulator, "PATCH", `${channel}/messages/${whole.id}`, { content: "d" })).json.embeds).toEqual(
      [],
    );
    await overwrite({});
  });

  test("webhooks need no permission", async () => {
    const { alerts } = emulator.description.channels;
    await overwrite({ deny: ["VIEW_CHANNEL"] });
    expect((await postMessage(alerts.webhook_url, { embeds: [{ title: "t" }] })).embeds).toHaveLength(1);
    await overwrite({});
  });
});

test("only MENTION_EVERYONE pings everyone and roles that are not mentionable; webhooks always may", async () => {
  await using emulator = await startEmulator();
  const { channels, application_id, guild_id } = emulator.description;
  const { id, webhook_url } = channels.alerts;
  const shy = await control(emulator, "POST", "/roles", { name: "shy" });
  const open = await control(emulator, "POST", "/roles", { name: "open", mentionable: true });
  const content = `@everyone <@&${shy.id}> <@&${open.id}> <@&123456789012345678>`;
  const ping = async () => (await asBot(emulator, "POST", `/channels/${id}/messages`, { content })).json;
  const both = { mention_everyone: true, mention_roles: [shy.id, open.id] };
  expect(await ping()).toMatchObject(both);
  const deny = { channel_id: id, user_id: application_id, deny: ["MENTION_EVERYONE"] };
  await control(emulator, "PUT", "/permissions", deny);
  const quiet = await ping();
  expect(quiet).toMatchObject({ mention_everyone: false, mention_roles: [open.id] });
  const edited = await asBot(emulator, "PATCH", `/channels/${id}/messages/${quiet.id}`, { content: `${content}!` });
  expect(edited.json).toMatchObject({ mention_everyone: false, mention_roles: [open.id] });
  const allowed_mentions = { parse: ["everyone", "roles"] };
  expect(await postMessage(webhook_url, { content, allowed_mentions })).toMatchObject(both);
  // Not being able to send takes the ping with it: a person without SEND_MESSAGES, by way of the control API.
  await control(emulator, "PUT", "/permissions", { channel_id: id, role_id: guild_id, allow: ["MENTION_EVERYONE"] });
  const user_id = emulator.description.users.alice.id;
  const say = () => control(emulator, "POST", "/messages", { channel_id: id, user_id, content });
  expect(await say()).toMatchObject(both);
  await control(emulator, "PUT", "/permissions", {
    channel_id: id,
    role_id: guild_id,
    allow: ["MENTION_EVERYONE"],
    deny: ["SEND_MESSAGES"],
  });
  expect(await say()).toMatchObject({ mention_everyone: false, mention_roles: [open.id] });
});
