import { describe, expect, test } from "vitest";
import type { DiscordEmulator, EmulatorOptions } from "../src/index.ts";
import { eventsDuring } from "./events.ts";
import { asBot, control, postMessage, send, startEmulator } from "./support.ts";

const HOUR_MS = 3_600_000;

/** An emulator whose time stands still until the test moves it, and calls as its bot. */
async function start(options: EmulatorOptions = {}) {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const emulator = await startEmulator({ now: () => clock.now, ...options });
  const { alerts } = emulator.description.channels;
  const call = (method: string, path: string, body?: unknown) => asBot(emulator, method, path, body);
  const loose = async (body: object = {}) =>
    (await call("POST", `/channels/${alerts.id}/threads`, { name: "t", type: 11, ...body })).json;
  const get = async (id: string) => (await call("GET", `/channels/${id}`)).json;
  return { clock, emulator, call, loose, get, alerts, [Symbol.asyncDispose]: emulator[Symbol.asyncDispose] };
}

async function createAnnouncements(emulator: DiscordEmulator): Promise<string> {
  const path = `/guilds/${emulator.description.guild_id}/channels`;
  return (await asBot(emulator, "POST", path, { name: "news", type: 5 })).json.id;
}

describe("a thread from a message", () => {
  test("begins with a message that points back, which does not count", async () => {
    await using world = await start();
    const { call, alerts, get } = world;
    const message = await postMessage(alerts.webhook_url, { content: "disk full" });
    const path = `/channels/${alerts.id}/messages/${message.id}`;
    await call("POST", `${path}/threads`, { name: "disk" });
    expect(await get(message.id)).toMatchObject({
      id: message.id,
      type: 11,
      message_count: 0,
      total_message_sent: 0,
      member_count: 1,
      member: { id: message.id, user_id: world.emulator.description.application_id },
    });
    const [first] = (await call("GET", `/channels/${message.id}/messages`)).json;
    expect(first).toMatchObject({
      type: 21,
      content: "",
      message_reference: { message_id: message.id, channel_id: alerts.id },
      referenced_message: { id: message.id, content: "disk full" },
    });
    expect((await call("DELETE", `/channels/${message.id}/messages/${first.id}`)).json.code).toBe(50021);
    await call("DELETE", path);
    expect((await call("GET", `/channels/${message.id}/messages`)).json[0].referenced_message).toBeNull();
    expect((await call("POST", `/channels/${message.id}/messages`, { content: "still here" })).status).toBe(200);
  });

  test("is of type 10 in announcements; forums, threads and system messages have none", async () => {
    await using world = await start();
    const { call, alerts, emulator, loose } = world;
    const news = await createAnnouncements(emulator);
    const { id } = (await call("POST", `/channels/${news}/messages`, { content: "c" })).json;
    expect((await call("POST", `/channels/${news}/messages/${id}/threads`, { name: "t" })).json.type).toBe(10);
    const { forum } = emulator.description.channels;
    expect((await call("POST", `/channels/${forum.id}/messages/${id}/threads`, { name: "t" })).json.code).toBe(50024);
    const thread = await loose();
    const inner = (await call("POST", `/channels/${thread.id}/messages`, { content: "c" })).json;
    expect((await call("POST", `/channels/${thread.id}/messages/${inner.id}/threads`, { name: "t" })).json.code).toBe(
      50024,
    );
    const [notice] = (await call("GET", `/channels/${alerts.id}/messages?limit=1`)).json;
    expect((await call("POST", `/channels/${alerts.id}/messages/${notice.id}/threads`, { name: "t" })).json.code).toBe(
      50021,
    );
  });
});

describe("a thread without a message", () => {
  test("is told of in the channel when it is public, and not when it is private", async () => {
    await using world = await start();
    const { call, alerts, loose } = world;
    const list = async () => (await call("GET", `/channels/${alerts.id}/messages`)).json;
    await loose({ type: undefined, name: "secret" });
    expect(await list()).toEqual([]);
    const thread = await loose({ name: "rollout" });
    expect(await list()).toMatchObject([
      { type: 18, content: "rollout", message_reference: { channel_id: thread.id, guild_id: thread.guild_id } },
    ]);
    expect((await call("GET", `/channels/${thread.id}/messages`)).json).toEqual([]);
  });

  test("is of a type that its channel can have", async () => {
    await using world = await start();
    const { call, alerts, emulator } = world;
    const news = await createAnnouncements(emulator);
    const open = async (id: string, type?: number) =>
      (await call("POST", `/channels/${id}/threads`, { name: "t", ...(type ? { type } : {}) })).json;
    expect((await open(alerts.id, 10)).code).toBe(50024);
    expect((await open(news)).code).toBe(50024);
    expect((await open(news, 11)).code).toBe(50024);
    expect((await open(news, 10)).type).toBe(10);
    const secret = await open(alerts.id);
    expect(secret).toMatchObject({ type: 12, thread_metadata: { invitable: true } });
  });

  test("takes slowmode from its channel unless it brings its own", async () => {
    await using world = await start();
    const { call, alerts, loose } = world;
    await call("PATCH", `/channels/${alerts.id}`, { default_thread_rate_limit_per_user: 30 });
    expect((await loose()).rate_limit_per_user).toBe(30);
    expect((await loose({ rate_limit_per_user: 0 })).rate_limit_per_user).toBe(0);
  });
});

test("counts messages, also deleted ones where they count, and says where in the thread they stand", async () => {
  await using world = await start();
  const { call, loose, get } = world;
  const thread = await loose();
  const path = `/channels/${thread.id}/messages`;
  const sent = [];
  for (let count = 0; count < 3; count += 1) sent.push((await call("POST", path, { content: "c" })).json);
  expect(sent.map(({ position }) => position)).toEqual([0, 1, 2]);
  await call("DELETE", `${path}/${sent[0].id}`);
  await call("POST", `${path}/bulk-delete`, { messages: [sent[1].id, sent[2].id] });
  expect(await get(thread.id)).toMatchObject({ message_count: 0, total_message_sent: 3 });
});

describe("archiving", () => {
  test("happens by itself when nobody has written for so long", async () => {
    await using world = await start();
    const { clock, call, loose, get } = world;
    const startAt = clock.now;
    const thread = await loose({ auto_archive_duration: 60 });
    clock.now += HOUR_MS - 1000;
    await call("POST", `/channels/${thread.id}/messages`, { content: "still busy" });
    clock.now += HOUR_MS - 1;
    expect((await get(thread.id)).thread_metadata.archived).toBe(false);
    const events = await eventsDuring(world.emulator, async () => {
      clock.now += 1000;
      await get(thread.id);
    });
    expect(events).toMatchObject([{ t: "THREAD_UPDATE", d: { id: thread.id, thread_metadata: { archived: true } } }]);
    const { archive_timestamp } = (await get(thread.id)).thread_metadata;
    expect(Date.parse(archive_timestamp)).toBe(startAt + 2 * HOUR_MS - 1000);
  });

  test("is undone by a message, from the bot or a webhook, and waits anew", async () => {
    await using world = await start();
    const { clock, call, loose, get, alerts } = world;
    const thread = await loose({ auto_archive_duration: 60 });
    for (const write of [
      () => call("POST", `/channels/${thread.id}/messages`, { content: "c" }),
      () => send("POST", `${alerts.webhook_url}?thread_id=${thread.id}`, { content: "c" }),
    ]) {
      await call("PATCH", `/channels/${thread.id}`, { archived: true });
      clock.now += 1000;
      expect((await write()).status).toBeLessThan(300);
      const { thread_metadata } = await get(thread.id);
      expect(thread_metadata.archived).toBe(false);
      expect(Date.parse(thread_metadata.archive_timestamp)).toBe(clock.now);
    }
  });

  test("leaves nothing to be changed except by reopening", async () => {
    await using world = await start();
    const { call, loose, emulator } = world;
    const thread = await loose();
    const path = `/channels/${thread.id}`;
    const message = (await call("POST", `${path}/messages`, { content: "c" })).json;
    await call("PATCH", path, { archived: true });
    const { alice } = emulator.description.users;
    for (const [method, where, body] of [
      ["PATCH", path, { name: "other" }],
      ["PATCH", path, { locked: true }],
      ["PATCH", `${path}/messages/${message.id}`, { content: "d" }],
      ["PUT", `${path}/messages/${message.id}/reactions/✅/@me`],
      ["PUT", `${path}/messages/pins/${message.id}`],
      ["PUT", `${path}/thread-members/${alice.id}`],
      ["PUT", `${path}/thread-members/@me`],
      ["DELETE", `${path}/thread-members/@me`],
    ] as const) {
      expect([where, await call(method, where, body)]).toMatchObject([where, { status: 400, json: { code: 50083 } }]);
    }
    expect((await call("PATCH", path, { archived: false, name: "reopened", locked: true })).json).toMatchObject({
      name: "reopened",
      thread_metadata: { archived: false, locked: true },
    });
    await call("PATCH", path, { archived: true });
    expect((await call("DELETE", `${path}/messages/${message.id}`)).status).toBe(204);
  });

  test("a locked thread takes no messages of webhooks", async () => {
    await using world = await start();
    const { call, loose, alerts } = world;
    const thread = await loose();
    await call("PATCH", `/channels/${thread.id}`, { locked: true, archived: true });
    const refused = await send("POST", `${alerts.webhook_url}?thread_id=${thread.id}`, { content: "c" });
    expect(refused.json.code).toBe(160005);
  });

  test("only so many threads are active; archived ones make room", async () => {
    await using world = await start({ maxActiveThreadCount: 2 });
    const { call, loose, alerts, emulator } = world;
    const [first] = [await loose(), await loose()];
    const message = await postMessage(alerts.webhook_url, { content: "c" });
    const { forum } = emulator.description.channels;
    const refusals = async () => [
      (await loose()).code,
      (await call("POST", `/channels/${alerts.id}/messages/${message.id}/threads`, { name: "t" })).json.code,
      (await call("POST", `/channels/${forum.id}/threads`, { name: "t", message: { content: "c" } })).json.code,
      (await send("POST", forum.webhook_url, { content: "c", thread_name: "t" })).json.code,
    ];
    expect(await refusals()).toEqual([160006, 160006, 160006, 160006]);
    const news = await createAnnouncements(emulator);
    expect((await call("POST", `/channels/${news}/threads`, { name: "t", type: 10 })).json.code).toBe(160007);
    await call("PATCH", `/channels/${first.id}`, { archived: true });
    await loose();
    for (const reopen of [
      () => call("PATCH", `/channels/${first.id}`, { archived: false }),
      () => call("POST", `/channels/${first.id}/messages`, { content: "c" }),
      () => send("POST", `${alerts.webhook_url}?thread_id=${first.id}`, { content: "c" }),
    ]) {
      expect((await reopen()).json.code).toBe(160006);
    }
  });
});

test("changes name, slowmode, archiving and, of private ones, invitations; a new name is said in the thread", async () => {
  await using world = await start();
  const { clock, call, loose } = world;
  const secret = await loose({ type: 12 });
  const path = `/channels/${secret.id}`;
  clock.now += 1000;
  const change = { name: "renamed", rate_limit_per_user: 5, auto_archive_duration: 60, invitable: false };
  expect((await call("PATCH", path, change)).json).toMatchObject({
    name: "renamed",
    rate_limit_per_user: 5,
    thread_metadata: { auto_archive_duration: 60, invitable: false, archived: false },
  });
  expect((await call("GET", `${path}/messages`)).json).toMatchObject([{ type: 4, content: "renamed" }]);
  const open = await loose();
  expect((await call("PATCH", `/channels/${open.id}`, { invitable: false })).json.thread_metadata).not.toHaveProperty(
    "invitable",
  );
  expect((await call("PATCH", path, { name: "n".repeat(101) })).json.code).toBe(50035);
  expect((await call("PATCH", path, { auto_archive_duration: 61 })).json.code).toBe(50035);
  const closed = (await call("PATCH", path, { name: "over", archived: true })).json;
  expect(closed).toMatchObject({ name: "over", thread_metadata: { archived: true } });
});

describe("lists", () => {
  test("active threads of the guild, newest first, with the bot's membership", async () => {
    await using world = await start();
    const { call, loose, emulator } = world;
    const threads = [await loose(), await loose({ type: 12 }), await loose()];
    await call("DELETE", `/channels/${threads[2].id}/thread-members/@me`);
    await call("PATCH", `/channels/${threads[0].id}`, { archived: true });
    const { json } = await call("GET", `/guilds/${emulator.description.guild_id}/threads/active`);
    expect(json.threads.map(({ id }: { id: string }) => id)).toEqual([threads[2].id, threads[1].id]);
    expect(json.members).toMatchObject([{ id: threads[1].id, user_id: emulator.description.application_id }]);
  });

  test("archived ones page by the time of their archiving, joined private ones by id, and lose nothing", async () => {
    await using world = await start();
    const { call, loose, alerts } = world;
    const made = { 11: [] as string[], 12: [] as string[] };
    for (const type of [11, 12] as const) {
      for (let count = 0; count < 5; count += 1) made[type].push((await loose({ type })).id);
      // All in the same moment: the clock stands still.
      for (const id of made[type]) await call("PATCH", `/channels/${id}`, { archived: true });
    }
    await control(world.emulator, "PUT", "/permissions", {
      channel_id: alerts.id,
      user_id: world.emulator.description.application_id,
      allow: ["MANAGE_THREADS"],
    });
    type Listed = { id: string; thread_metadata: { archive_timestamp: string } };
    const readAll = async (path: string, next: (last: Listed) => string) => {
      const ids: string[] = [];
      for (let query = "?limit=2"; ; ) {
        const { threads, has_more } = (await call("GET", `/channels/${alerts.id}${path}${query}`)).json;
        ids.push(...threads.map((thread: Listed) => thread.id));
        if (!has_more) return ids;
        query = `?limit=2&before=${encodeURIComponent(next(threads.at(-1)))}`;
      }
    };
    const byTime = (last: Listed) => last.thread_metadata.archive_timestamp;
    expect(await readAll("/threads/archived/public", byTime)).toEqual(made[11].toReversed());
    expect(await readAll("/threads/archived/private", byTime)).toEqual(made[12].toReversed());
    await call("PATCH", `/channels/${made[12][4]}`, { archived: false });
    await call("DELETE", `/channels/${made[12][4]}/thread-members/@me`);
    await call("PATCH", `/channels/${made[12][4]}`, { archived: true });
    expect(await readAll("/users/@me/threads/archived/private", (last) => last.id)).toEqual(
      made[12].slice(0, 4).toReversed(),
    );
    for (const path of ["/threads/archived/public?limit=1", "/threads/archived/public?before=noon"]) {
      expect((await call("GET", `/channels/${alerts.id}${path}`)).json.code).toBe(50035);
    }
  });
});

test("a deleted thread takes its messages along, a deleted channel its threads", async () => {
  await using world = await start();
  const { call, loose, alerts } = world;
  const thread = await loose();
  const message = (await call("POST", `/channels/${thread.id}/messages`, { content: "c" })).json;
  const reply = (where: string) =>
    call("POST", where, {
      content: "f",
      message_reference: { type: 1, message_id: message.id, channel_id: thread.id },
    });
  const events = await eventsDuring(world.emulator, () => call("DELETE", `/channels/${thread.id}`));
  expect(events).toEqual([
    { t: "THREAD_DELETE", d: { id: thread.id, guild_id: thread.guild_id, parent_id: alerts.id, type: 11 } },
  ]);
  expect((await reply(`/channels/${alerts.id}/messages`)).json.code).toBe(10003);
  const second = await loose();
  await call("DELETE", `/channels/${alerts.id}`);
  expect((await call("GET", `/channels/${second.id}/messages`)).json.code).toBe(10003);
});
