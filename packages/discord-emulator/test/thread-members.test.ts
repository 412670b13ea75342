import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { temporaryDirectory } from "@tocsin/testkit";
import { expect, test } from "vitest";
import type { DiscordEmulator } from "../src/index.ts";
import { eventsDuring } from "./events.ts";
import { asBot, control, postMessage, startEmulator, withToken } from "./support.ts";

async function startThread(emulator: DiscordEmulator, body: object = {}) {
  const { alerts } = emulator.description.channels;
  const thread = (await asBot(emulator, "POST", `/channels/${alerts.id}/threads`, { name: "t", type: 11, ...body }))
    .json;
  const path = `/channels/${thread.id}`;
  const members = async (query = "") => (await asBot(emulator, "GET", `${path}/thread-members${query}`)).json;
  const count = async () => (await asBot(emulator, "GET", path)).json.member_count;
  return { thread, path, members, count };
}

test("whoever starts a thread, writes in it or is mentioned there belongs to it", async () => {
  await using emulator = await startEmulator();
  const { users, application_id, channels } = emulator.description;
  const { thread, path, members, count } = await startThread(emulator);
  expect(await members()).toMatchObject([{ id: thread.id, user_id: application_id, flags: 0 }]);
  await control(emulator, "POST", "/messages", { channel_id: thread.id, user_id: users.bob.id, content: "me too" });
  const events = await eventsDuring(emulator, () =>
    asBot(emulator, "POST", `${path}/messages`, { content: `<@${users.alice.id}> <@${users.bob.id}> look` }),
  );
  expect(events).toMatchObject([
    { t: "MESSAGE_CREATE" },
    {
      t: "THREAD_MEMBERS_UPDATE",
      d: {
        id: thread.id,
        member_count: 3,
        added_members: [{ user_id: users.alice.id, member: { user: { username: "alice" } } }],
      },
    },
  ]);
  const ids = (await members()).map((member: { user_id: string }) => member.user_id);
  expect(new Set(ids)).toEqual(new Set([application_id, users.bob.id, users.alice.id]));
  expect(await count()).toBe(3);
  await postMessage(channels.alerts.webhook_url, { content: "webhooks belong to nothing" }, `&thread_id=${thread.id}`);
  expect(await count()).toBe(3);
});

test("members are added, shown, removed, and told of", async () => {
  await using emulator = await startEmulator();
  const { users } = emulator.description;
  const { thread, path, members, count } = await startThread(emulator);
  const one = `${path}/thread-members/${users.alice.id}`;
  expect((await asBot(emulator, "GET", one)).json.code).toBe(10007);
  expect((await asBot(emulator, "PUT", one)).status).toBe(204);
  expect((await asBot(emulator, "PUT", one)).status).toBe(204);
  const plain = (await asBot(emulator, "GET", one)).json;
  expect(plain).toMatchObject({ id: thread.id, user_id: users.alice.id });
  expect(plain).not.toHaveProperty("member");
  expect((await asBot(emulator, "GET", `${one}?with_member=true`)).json.member.user.username).toBe("alice");
  expect(await count()).toBe(2);
  const events = await eventsDuring(emulator, () => asBot(emulator, "DELETE", one));
  expect(events).toMatchObject([
    { t: "THREAD_MEMBERS_UPDATE", d: { member_count: 1, removed_member_ids: [users.alice.id] } },
    { t: "MESSAGE_CREATE", d: { type: 2, mentions: [{ id: users.alice.id }] } },
  ]);
  expect(await members()).toHaveLength(1);
  const notices = (await asBot(emulator, "GET", `${path}/messages`)).json;
  expect(notices).toMatchObject([{ type: 2 }, { type: 1, mentions: [{ id: users.alice.id }] }]);
  expect((await asBot(emulator, "PUT", `${path}/thread-members/123456789012345678`)).json.code).toBe(10013);
});

test("the bot joins and leaves by itself, without a word in the thread", async () => {
  await using emulator = await startEmulator();
  const { path, members } = await startThread(emulator);
  expect((await asBot(emulator, "DELETE", `${path}/thread-members/@me`)).status).toBe(204);
  expect(await members()).toEqual([]);
  expect((await asBot(emulator, "GET", path)).json).not.toHaveProperty("member");
  expect((await asBot(emulator, "PUT", `${path}/thread-members/%40me`)).status).toBe(204);
  expect(await members()).toHaveLength(1);
  expect((await asBot(emulator, "GET", `${path}/messages`)).json).toEqual([]);
});

test("lists come whole, or in pages together with the members", async () => {
  await using emulator = await startEmulator();
  const { users } = emulator.description;
  const { path, members } = await startThread(emulator);
  for (const { id } of Object.values(users)) await asBot(emulator, "PUT", `${path}/thread-members/${id}`);
  const all = (await members()).map((member: { user_id: string }) => member.user_id);
  expect(all).toHaveLength(4);
  const [first, second] = await members("?with_member=1&limit=2");
  expect([first.user_id, second.user_id]).toEqual(all.slice(0, 2));
  expect(first.member.user.id).toBe(first.user_id);
  expect(await members(`?with_member=1&after=${all[2]}`)).toMatchObject([{ user_id: all[3] }]);
  expect(await members("?limit=2")).toHaveLength(4);
  expect((await members("?limit=101")).code).toBe(50035);
});

test("only threads have members", async () => {
  await using emulator = await startEmulator();
  const { alerts } = emulator.description.channels;
  for (const [method, path] of [
    ["GET", ""],
    ["PUT", "/@me"],
    ["GET", `/${emulator.description.users.alice.id}`],
  ] as const) {
    const answer = await asBot(emulator, method, `/channels/${alerts.id}/thread-members${path}`);
    expect(answer).toMatchObject({ status: 400, json: { code: 50024 } });
  }
});

test("a private thread is seen by its members, and its starter removes them", async () => {
  await using emulator = await startEmulator();
  const { guild_id, channels } = emulator.description;
  const other = await control(emulator, "POST", "/bots", { name: "other", permissions: ["CREATE_PRIVATE_THREADS"] });
  const asOther = withToken(emulator, other.bot_token);
  const thread = (await asOther("POST", `/channels/${channels.alerts.id}/threads`, { name: "secret" })).json;
  const third = await control(emulator, "POST", "/bots", { name: "third", permissions: ["SEND_MESSAGES_IN_THREADS"] });
  const asThird = withToken(emulator, third.bot_token);
  const path = `/channels/${thread.id}`;
  expect((await asThird("GET", path)).json.code).toBe(50001);
  expect((await asOther("PUT", `${path}/thread-members/${third.application_id}`)).status).toBe(204);
  expect((await asThird("GET", path)).status).toBe(200);
  expect((await asThird("GET", `/guilds/${guild_id}/threads/active`)).json.threads).toHaveLength(1);
  expect((await asThird("DELETE", `${path}/thread-members/${other.application_id}`)).json.code).toBe(50013);
  expect((await asOther("DELETE", `${path}/thread-members/${third.application_id}`)).status).toBe(204);
  expect((await asThird("GET", path)).json.code).toBe(50001);
});

test("a private thread that is not open to invitations is filled by its starter and moderators only", async () => {
  await using emulator = await startEmulator();
  const { users, channels } = emulator.description;
  const { thread, path } = await startThread(emulator, { type: 12, invitable: false });
  const other = await control(emulator, "POST", "/bots", { name: "other", permissions: ["SEND_MESSAGES_IN_THREADS"] });
  const asOther = withToken(emulator, other.bot_token);
  await asBot(emulator, "PUT", `${path}/thread-members/${other.application_id}`);
  expect((await asOther("PUT", `${path}/thread-members/${users.alice.id}`)).json.code).toBe(50013);
  expect((await asBot(emulator, "PUT", `${path}/thread-members/${users.alice.id}`)).status).toBe(204);
  expect([thread.parent_id, thread.type]).toEqual([channels.alerts.id, 12]);
});

test("1,000 belong to a thread, 50 of them are counted, and one more is refused; all survive a restart", async () => {
  await using directory = await temporaryDirectory();
  const dataDir = directory.path;
  const first = await startEmulator({ dataDir });
  const { thread } = await startThread(first);
  const { users } = first.description;
  await first.close();
  // So many people joining by themselves would take long.
  const database = new DatabaseSync(join(dataDir, "emulator.sqlite"));
  const insert = database.prepare("INSERT INTO thread_members (thread_id, user_id, joined_at) VALUES (?, ?, 0)");
  for (let count = 0; count < 998; count += 1) insert.run(BigInt(thread.id), 900_000_000_000_000_000n + BigInt(count));
  database.close();
  await using emulator = await startEmulator({ dataDir });
  const path = `/channels/${thread.id}`;
  const add = (id: string) => asBot(emulator, "PUT", `${path}/thread-members/${id}`);
  expect((await add(users.alice.id)).status).toBe(204);
  expect((await asBot(emulator, "GET", path)).json.member_count).toBe(50);
  expect(await add(users.bob.id)).toMatchObject({ status: 400, json: { code: 30033 } });
  // Who is mentioned in a full thread is told, but does not belong to it.
  await asBot(emulator, "POST", `${path}/messages`, { content: `<@${users.bob.id}>` });
  expect((await asBot(emulator, "GET", `${path}/thread-members`)).json).toHaveLength(1000);
});
