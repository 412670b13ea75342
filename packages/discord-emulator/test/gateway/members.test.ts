import { expect, test } from "vitest";
import { control, startEmulator } from "../support.ts";
import { ALL_INTENTS, identify } from "./client.ts";

const MEMBERS = 1 << 1;

test("finds members by ids, by how their names begin, or all of them, and repeats the nonce", async () => {
  await using emulator = await startEmulator();
  const { guild_id, users } = emulator.description;
  await control(emulator, "POST", "/members", { user_id: users.mallory.id, nick: "Alfred" });
  using client = await identify(emulator);
  const ask = async (wish: object) => {
    client.send(8, { guild_id, nonce: "n", ...wish });
    return (await client.next("GUILD_MEMBERS_CHUNK")).d;
  };
  const byIds = await ask({ user_ids: [users.bob.id, "17"], presences: true });
  expect(byIds).toMatchObject({
    guild_id,
    chunk_index: 0,
    chunk_count: 1,
    nonce: "n",
    not_found: ["17"],
    presences: [],
    members: [{ user: { id: users.bob.id } }],
  });
  const named = await ask({ query: "al", limit: 10 });
  expect(named.members.map(({ user }: { user: { id: string } }) => user.id)).toEqual([
    users.alice.id,
    users.mallory.id,
  ]);
  expect((await ask({ query: "al", limit: 1 })).members).toHaveLength(1);
  expect((await ask({ query: "", limit: 0 })).members).toHaveLength(5);
  expect(await ask({ query: "", limit: 0, nonce: "x".repeat(33) })).not.toHaveProperty("nonce");
});

test("sends more than 1,000 members in several chunks", async () => {
  await using emulator = await startEmulator();
  const { guild_id } = emulator.description;
  for (let count = 0; count < 1000; count += 1) await control(emulator, "POST", "/members", { name: `m${count}` });
  using client = await identify(emulator, {}, { compress: "zlib-stream" });
  client.send(8, { guild_id, query: "", limit: 0 });
  const chunks = [await client.next("GUILD_MEMBERS_CHUNK"), await client.next("GUILD_MEMBERS_CHUNK")];
  expect(chunks.map(({ d }) => [d.chunk_index, d.chunk_count, d.members.length])).toEqual([
    [0, 2, 1000],
    [1, 2, 5],
  ]);
});

test("everybody may be asked for once in 30 s and guild; then the wait is told", async () => {
  let now = Date.UTC(2026, 0, 1);
  await using emulator = await startEmulator({ limits: "documented", now: () => now });
  const { guild_id } = emulator.description;
  using client = await identify(emulator);
  client.send(8, { guild_id, query: "", limit: 0 });
  await client.next("GUILD_MEMBERS_CHUNK");
  now += 10_000;
  client.send(8, { guild_id, query: "", limit: 0, nonce: "again" });
  expect((await client.next("RATE_LIMITED")).d).toEqual({
    opcode: 8,
    retry_after: 20,
    meta: { guild_id, nonce: "again" },
  });
  now += 20_000;
  client.send(8, { guild_id, query: "", limit: 0 });
  await client.next("GUILD_MEMBERS_CHUNK");
});

test("without the intent, or about a foreign guild, nothing is answered", async () => {
  await using emulator = await startEmulator();
  const { guild_id, users } = emulator.description;
  const { id: foreignId } = await control(emulator, "POST", "/guilds", { name: "foreign" });
  using client = await identify(emulator, { intents: ALL_INTENTS & ~MEMBERS & ~(1 << 8) });
  client.send(8, { guild_id, query: "", limit: 0 });
  client.send(8, { guild_id, user_ids: users.bob.id, presences: true });
  client.send(8, { guild_id: foreignId, query: "", limit: 0 });
  client.send(8, { guild_id, user_ids: users.bob.id, nonce: "answered" });
  expect((await client.next("GUILD_MEMBERS_CHUNK")).d.nonce).toBe("answered");
});
