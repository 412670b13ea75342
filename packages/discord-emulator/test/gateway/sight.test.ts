import { expect, test } from "vitest";
import { asBot, control, startEmulator } from "../support.ts";
import { identify } from "./client.ts";

test("a role that opens a channel shows it with its threads; losing the role hides it again", async () => {
  await using emulator = await startEmulator();
  const { channels, guild_id } = emulator.description;
  const channel_id = channels.alerts.id;
  const second = await control(emulator, "POST", "/bots", { name: "second" });
  const role = await control(emulator, "POST", "/roles", { name: "ops" });
  await control(emulator, "PUT", "/permissions", { channel_id, role_id: role.id, allow: ["VIEW_CHANNEL"] });
  const bot = emulator.description.application_id;
  await control(emulator, "PUT", "/permissions", { channel_id, user_id: bot, allow: ["VIEW_CHANNEL"] });
  await control(emulator, "PUT", "/permissions", { channel_id, role_id: guild_id, deny: ["VIEW_CHANNEL"] });
  const { json: thread } = await asBot(emulator, "POST", `/channels/${channel_id}/threads`, { name: "t", type: 11 });
  using client = await identify(emulator, { token: second.bot_token });
  expect((await client.next("GUILD_CREATE")).d.threads).toEqual([]);

  await control(emulator, "POST", "/members", { user_id: second.id, role_ids: [role.id] });
  await client.next("GUILD_MEMBER_UPDATE");
  expect((await client.next("CHANNEL_UPDATE")).d).toMatchObject({ id: channel_id, name: "alerts" });
  expect((await client.next("THREAD_LIST_SYNC")).d).toMatchObject({
    guild_id,
    channel_ids: [channel_id],
    threads: [{ id: thread.id }],
    members: [],
  });
  await control(emulator, "POST", "/members", { user_id: second.id, role_ids: [] });
  expect((await client.next("CHANNEL_UPDATE")).d).toMatchObject({ id: channel_id, name: "___hidden___" });
  await control(emulator, "PUT", "/permissions", { channel_id, role_id: guild_id });
  expect((await client.next("CHANNEL_UPDATE")).d.name).toBe("alerts");
  await client.next("THREAD_LIST_SYNC");
  expect(client.frames.filter(({ t }) => t === "CHANNEL_UPDATE")).toHaveLength(3);
});

test("who belonged to a private thread hears of its end, nobody else does", async () => {
  await using emulator = await startEmulator();
  const { channels } = emulator.description;
  const [second, third] = [
    await control(emulator, "POST", "/bots", { name: "second" }),
    await control(emulator, "POST", "/bots", { name: "third" }),
  ];
  using member = await identify(emulator, { token: second.bot_token });
  using stranger = await identify(emulator, { token: third.bot_token });
  const path = `/channels/${channels.alerts.id}/threads`;
  const { json: thread } = await asBot(emulator, "POST", path, { name: "t", type: 12 });
  await asBot(emulator, "PUT", `/channels/${thread.id}/thread-members/${second.id}`);
  await asBot(emulator, "DELETE", `/channels/${thread.id}`);
  expect((await member.next("THREAD_DELETE")).d).toMatchObject({ id: thread.id, type: 12 });
  const { json: open } = await asBot(emulator, "POST", path, { name: "open", type: 11 });
  expect((await stranger.next("THREAD_CREATE")).d.id).toBe(open.id);
  expect(stranger.frames.filter(({ t }) => t === "THREAD_DELETE")).toEqual([]);
});
