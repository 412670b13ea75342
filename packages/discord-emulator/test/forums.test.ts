import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { asBot, control, postMessage, send, withToken } from "./support.ts";

const REQUIRE_TAG = 1 << 4;
let emulator: DiscordEmulator;
let forum = "";
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
});
afterAll(() => emulator.close());

const call = (method: string, path: string, body?: unknown) => asBot(emulator, method, path, body);
const change = (body: object) => call("PATCH", `/channels/${forum}`, body);
const start = (more: object = {}) =>
  call("POST", `/channels/${forum}/threads`, { name: "p", message: { content: "c" }, ...more });
const create = async (body: object = {}) =>
  (await call("POST", `/guilds/${emulator.description.guild_id}/channels`, { name: "f", type: 15, ...body })).json;

beforeEach(async () => {
  forum = (await create({ available_tags: [{ name: "firing" }, { name: "resolved", moderated: true }] })).id;
});

const tags = async (): Promise<{ id: string; name: string }[]> =>
  (await call("GET", `/channels/${forum}`)).json.available_tags;

describe("tags of a forum", () => {
  test("get ids, keep them when they are named by id, and go when they are not named", async () => {
    const [firing, resolved] = await tags();
    expect([firing, resolved]).toMatchObject([
      { name: "firing", moderated: false, emoji_id: null, emoji_name: null },
      { name: "resolved", moderated: true },
    ]);
    const changed = await change({
      available_tags: [
        { id: resolved?.id, name: "done" },
        { name: "new", emoji_name: "🔥" },
      ],
    });
    expect(changed.json.available_tags).toMatchObject([
      { id: resolved?.id, name: "done" },
      { name: "new", emoji_name: "🔥" },
    ]);
    expect((await change({ available_tags: [] })).json.available_tags).toEqual([]);
  });

  test.each([
    ["a tag that is not there", { id: "123456789012345678", name: "x" }, 10087],
    ["a name of 21", { name: "🔔".repeat(21) }, 50035],
    ["no name", {}, 50035],
    ["an emoji that does not exist", { name: "x", emoji_name: "x" }, 10014],
    ["a custom emoji that does not exist", { name: "x", emoji_id: "123456789012345678" }, 10014],
  ] as const)("%s is refused", async (_what, tag, code) => {
    expect((await change({ available_tags: [tag] })).json.code).toBe(code);
  });

  test("have names of their own, 20 characters and 20 tags at most", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `${index}` }));
    expect((await change({ available_tags: [{ name: "a" }, { name: "a" }] })).json.code).toBe(40061);
    expect((await change({ available_tags: [{ name: "🔔".repeat(20) }] })).status).toBe(200);
    expect((await change({ available_tags: many(20) })).json.available_tags).toHaveLength(20);
    expect((await change({ available_tags: many(21) })).json.code).toBe(50035);
    const { emojis } = emulator.description;
    const both = { name: "x", emoji_name: "🔥", emoji_id: emojis.thumbsup.split(":")[1] };
    expect((await change({ available_tags: [both] })).json.code).toBe(50035);
  });
});

test("forums and media channels take what text channels do not: long topics, layouts, a default reaction", async () => {
  const settings = {
    topic: "t".repeat(4096),
    default_sort_order: 1,
    default_forum_layout: 2,
    default_reaction_emoji: { emoji_name: "👍" },
    default_thread_rate_limit_per_user: 10,
    flags: REQUIRE_TAG | 2,
  };
  for (const type of [15, 16]) {
    const channel = (
      await call("POST", `/guilds/${emulator.description.guild_id}/channels`, { name: "c", type, ...settings })
    ).json;
    expect(channel).toMatchObject({
      ...settings,
      flags: REQUIRE_TAG,
      default_reaction_emoji: { emoji_id: null, emoji_name: "👍" },
    });
    const cleared = (
      await call("PATCH", `/channels/${channel.id}`, { default_reaction_emoji: null, topic: null, flags: 0 })
    ).json;
    expect(cleared).toMatchObject({ default_reaction_emoji: null, topic: null, flags: 0 });
  }
  const { alerts } = emulator.description.channels;
  expect((await call("PATCH", `/channels/${alerts.id}`, { topic: "t".repeat(1025) })).json.code).toBe(50035);
  expect(
    (await call("PATCH", `/channels/${alerts.id}`, { topic: "t".repeat(1024), default_sort_order: 1 })).json,
  ).not.toHaveProperty("default_sort_order");
  expect((await change({ topic: "t".repeat(4097) })).json.code).toBe(50035);
});

describe("posts", () => {
  test("have tags of their forum, five at most", async () => {
    await change({ available_tags: Array.from({ length: 6 }, (_, index) => ({ name: `t${index}` })) });
    const ids = (await tags()).map(({ id }) => id);
    const post = (await start({ applied_tags: ids.slice(0, 5) })).json;
    expect(post.applied_tags).toEqual(ids.slice(0, 5));
    expect((await start({ applied_tags: ids })).json.code).toBe(50035);
    expect(await start({ applied_tags: ["123456789012345678"] })).toMatchObject({ status: 404, json: { code: 10087 } });
    const retag = (applied_tags: string[]) => call("PATCH", `/channels/${post.id}`, { applied_tags });
    expect((await retag([ids[5] as string])).json.applied_tags).toEqual([ids[5]]);
    expect((await retag(["123456789012345678"])).json.code).toBe(10087);
    expect((await start()).json.applied_tags).toEqual([]);
  });

  test("need a tag where the forum says so, from the bot and from webhooks", async () => {
    await change({ flags: REQUIRE_TAG });
    const [firing] = await tags();
    expect((await start()).json.code).toBe(40067);
    expect((await start({ applied_tags: [] })).json.code).toBe(40067);
    const post = (await start({ applied_tags: [firing?.id] })).json;
    expect((await call("PATCH", `/channels/${post.id}`, { applied_tags: [] })).json.code).toBe(40067);
    const { url } = (await call("POST", `/channels/${forum}/webhooks`, { name: "w" })).json;
    const byHook = (more: object) => send("POST", `${url}?wait=true`, { content: "c", thread_name: "p", ...more });
    expect((await byHook({})).json.code).toBe(40067);
    expect((await byHook({ applied_tags: ["123456789012345678"] })).json.code).toBe(10087);
    const made = (await byHook({ applied_tags: [firing?.id] })).json;
    expect((await call("GET", `/channels/${made.channel_id}`)).json.applied_tags).toEqual([firing?.id]);
  });

  test("get moderated tags from moderators only", async () => {
    const [firing, resolved] = await tags();
    const permissions = ["SEND_MESSAGES", "SEND_MESSAGES_IN_THREADS"];
    const other = await control(emulator, "POST", "/bots", { name: "other", permissions });
    const asOther = withToken(emulator, other.bot_token);
    const startAs = (ids: unknown[]) =>
      asOther("POST", `/channels/${forum}/threads`, { name: "p", message: { content: "c" }, applied_tags: ids });
    expect((await startAs([resolved?.id])).json.code).toBe(50013);
    const post = (await startAs([firing?.id])).json;
    const both = { applied_tags: [firing?.id, resolved?.id] };
    expect((await asOther("PATCH", `/channels/${post.id}`, both)).json.code).toBe(50013);
    expect((await call("PATCH", `/channels/${post.id}`, both)).json.applied_tags).toHaveLength(2);
    // What a moderator has given, others may leave, but not take away.
    expect((await asOther("PATCH", `/channels/${post.id}`, { applied_tags: [resolved?.id] })).status).toBe(200);
    expect((await asOther("PATCH", `/channels/${post.id}`, { applied_tags: [] })).json.code).toBe(50013);
  });

  test("bring files, and their first message has their id and does not count", async () => {
    const body = new FormData();
    body.set("files[0]", new Blob(["log"]), "a.txt");
    const message = { content: "c", attachments: [{ id: 0, description: "the log" }] };
    body.set("payload_json", JSON.stringify({ name: "p", message }));
    const { status, json } = await call("POST", `/channels/${forum}/threads`, body);
    expect(status).toBe(201);
    expect(json).toMatchObject({
      message_count: 0,
      message: {
        id: json.id,
        channel_id: json.id,
        position: 0,
        attachments: [{ filename: "a.txt", description: "the log" }],
      },
    });
    expect((await call("POST", `/channels/${json.id}/messages`, { content: "d" })).json.position).toBe(0);
    expect((await call("GET", `/channels/${json.id}`)).json).toMatchObject({
      message_count: 1,
      last_message_id: expect.any(String),
    });
  });

  test("need a name and a message", async () => {
    const path = `/channels/${forum}/threads`;
    expect((await call("POST", path, { name: "p" })).json.errors.message._errors[0].code).toBe("BASE_TYPE_REQUIRED");
    expect((await call("POST", path, { message: { content: "c" } })).json.errors.name._errors[0].code).toBe(
      "BASE_TYPE_REQUIRED",
    );
    expect((await call("POST", path, { name: "p", message: {} })).json.code).toBe(50006);
    expect((await start({ message: { content: "c".repeat(2001) } })).json.code).toBe(50035);
  });

  test("are pinned to the top of their forum by a flag", async () => {
    const post = (await start()).json;
    expect((await call("PATCH", `/channels/${post.id}`, { flags: 2 | 64 })).json.flags).toBe(2);
    expect((await call("PATCH", `/channels/${post.id}`, { flags: 0 })).json.flags).toBe(0);
  });

  test("are all that a media channel holds, too", async () => {
    const media = await create({ type: 16 });
    expect((await call("POST", `/channels/${media.id}/messages`, { content: "c" })).json.code).toBe(50008);
    const post = await call("POST", `/channels/${media.id}/threads`, { name: "p", message: { content: "c" } });
    expect(post).toMatchObject({ status: 201, json: { type: 11, parent_id: media.id } });
    const { url } = (await call("POST", `/channels/${media.id}/webhooks`, { name: "w" })).json;
    expect((await send("POST", url, { content: "c" })).json.code).toBe(220001);
    expect((await postMessage(url, { content: "c", thread_name: "p" })).channel_id).toEqual(expect.any(String));
  });
});
