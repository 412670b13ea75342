import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type DiscordEmulator, startDiscordEmulator } from "../src/index.ts";
import { eventsDuring } from "./events.ts";
import { asBot, control, postMessage } from "./support.ts";

let emulator: DiscordEmulator;
let message: { id: string; channel_id: string } = { id: "", channel_id: "" };
beforeAll(async () => {
  emulator = await startDiscordEmulator({ limits: "off" });
});
afterAll(() => emulator.close());
beforeEach(async () => {
  message = await postMessage(emulator.description.channels.alerts.webhook_url, { content: "c" });
});

const path = () => `/channels/${message.channel_id}/messages/${message.id}`;
const call = (method: string, where = "") => asBot(emulator, method, `${path()}/reactions${where}`);
const react = (emoji: string) => call("PUT", `/${encodeURIComponent(emoji)}/@me`);
const byPerson = (name: "alice" | "bob" | "mallory", emoji: string, op: "add" | "remove" = "add") =>
  control(emulator, "POST", "/reactions", {
    channel_id: message.channel_id,
    message_id: message.id,
    user_id: emulator.description.users[name].id,
    emoji,
    op,
  });
const shown = async () => {
  const { reactions = [] } = (await asBot(emulator, "GET", path())).json;
  return reactions.map(({ emoji, count, me }: { emoji: { name: string }; count: number; me: boolean }) => [
    emoji.name,
    count,
    me,
  ]);
};

test("keep the order in which each emoji came first, also when whoever brought it has left", async () => {
  await react("✅");
  await byPerson("alice", "👀");
  await byPerson("bob", "✅");
  await react("🔥");
  await call("DELETE", `/${encodeURIComponent("✅")}/@me`);
  expect(await shown()).toEqual([
    ["✅", 1, false],
    ["👀", 1, false],
    ["🔥", 1, true],
  ]);
  await byPerson("bob", "✅", "remove");
  await byPerson("bob", "✅");
  expect((await shown()).map(([name]: [string]) => name)).toEqual(["👀", "🔥", "✅"]);
});

test("are one emoji with and without variation selector, spelt as the first has spelt it", async () => {
  const events = await eventsDuring(emulator, async () => {
    await react("✔️");
    await byPerson("alice", "✔");
    await call("DELETE", `/${encodeURIComponent("✔")}/${emulator.description.users.alice.id}`);
    await call("DELETE", `/${encodeURIComponent("✔")}`);
  });
  const emoji = { id: null, name: "✔️" };
  const { users, application_id } = emulator.description;
  expect(events).toMatchObject([
    { t: "MESSAGE_REACTION_ADD", d: { user_id: application_id, emoji } },
    { t: "MESSAGE_REACTION_ADD", d: { user_id: users.alice.id, emoji } },
    { t: "MESSAGE_REACTION_REMOVE", d: { user_id: users.alice.id, emoji } },
    { t: "MESSAGE_REACTION_REMOVE_EMOJI", d: { message_id: message.id, emoji } },
  ]);
});

test("removals tell whose reaction is gone, and have no member; what was not there is not announced", async () => {
  const { users, application_id, guild_id, emojis } = emulator.description;
  const place = { channel_id: message.channel_id, message_id: message.id, guild_id };
  await react(emojis.thumbsup);
  await byPerson("mallory", emojis.thumbsup);
  const events = await eventsDuring(emulator, async () => {
    await call("DELETE", `/${emojis.thumbsup}/${users.mallory.id}`);
    await call("DELETE", `/${emojis.thumbsup}/${users.mallory.id}`);
    await call("DELETE", `/${emojis.thumbsup}/@me`);
    await call("DELETE");
  });
  const emoji = { id: emojis.thumbsup.split(":")[1], name: "thumbsup" };
  expect(events).toEqual([
    { t: "MESSAGE_REACTION_REMOVE", d: { ...place, user_id: users.mallory.id, emoji, burst: false, type: 0 } },
    { t: "MESSAGE_REACTION_REMOVE", d: { ...place, user_id: application_id, emoji, burst: false, type: 0 } },
  ]);
  await react("✅");
  expect(await eventsDuring(emulator, () => call("DELETE"))).toEqual([{ t: "MESSAGE_REACTION_REMOVE_ALL", d: place }]);
});

test("list those who reacted by id, page by page", async () => {
  for (const name of ["alice", "bob", "mallory"] as const) await byPerson(name, "✅");
  await react("✅");
  const list = async (query: string) =>
    (await call("GET", `/${encodeURIComponent("✅")}${query}`)).json.map(({ id }: { id: string }) => id);
  const all = await list("");
  expect(all).toHaveLength(4);
  expect(all).toEqual([...all].sort());
  expect(await list("?limit=2")).toEqual(all.slice(0, 2));
  expect(await list(`?limit=2&after=${all[1]}`)).toEqual(all.slice(2));
  expect(await list(`?after=${all[3]}`)).toEqual([]);
  // Without the selector it is the same emoji; of burst reactions there are none.
  expect(await list("?type=1")).toEqual([]);
  for (const query of ["?limit=0", "?limit=101", "?after=x"]) {
    expect((await call("GET", `/${encodeURIComponent("✅")}${query}`)).json.code).toBe(50035);
  }
  expect((await call("GET", "/nothing")).json.code).toBe(10014);
});
