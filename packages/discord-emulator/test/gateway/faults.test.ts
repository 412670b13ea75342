import { expect, test } from "vitest";
import type { DiscordEmulator } from "../../src/index.ts";
import { asBot, control, send, startEmulator } from "../support.ts";
import { connect, gatewayUrl, identify, identity, type RawClient, resume } from "./client.ts";

/** Alice writes. */
function say(emulator: DiscordEmulator, content: string) {
  const { channels, users } = emulator.description;
  return control(emulator, "POST", "/messages", { channel_id: channels.alerts.id, user_id: users.alice.id, content });
}

function misbehave(emulator: DiscordEmulator, fault: object) {
  return control(emulator, "POST", "/gateway", fault);
}

async function gatewayState(emulator: DiscordEmulator) {
  return (await send("GET", `${emulator.description.control_url}/gateway`)).json;
}

const heard = ({ frames }: RawClient) => frames.filter(({ t }) => t === "MESSAGE_CREATE").map(({ d }) => d.content);

/** Waits until so many messages have come. */
async function hear(client: RawClient, count: number): Promise<string[]> {
  while (heard(client).length < count) await client.next("MESSAGE_CREATE");
  return heard(client);
}

test("asks for a reconnect, after which the client resumes", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  expect(await misbehave(emulator, { kind: "reconnect" })).toEqual({ kind: "reconnect", affected: 1 });
  expect(await client.next(7)).toMatchObject({ op: 7, d: null });
  client.socket.close(4200);
  await client.closed;
  await say(emulator, "meanwhile");
  using again = await resume(emulator, client.ready.d, client.seq());
  await again.next("RESUMED");
  expect(heard(again)).toEqual(["meanwhile"]);
});

test("asks for a heartbeat", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await misbehave(emulator, { kind: "heartbeat" });
  expect(await client.next(1)).toMatchObject({ op: 1 });
});

test("invalidates a session: it cannot be resumed, the connection may identify again", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await misbehave(emulator, { kind: "invalid_session" });
  expect((await client.next(9)).d).toBe(false);
  client.send(2, identity(emulator));
  const { d } = await client.next("READY");
  expect(d.session_id).not.toBe(client.ready.d.session_id);
  using again = await resume(emulator, client.ready.d, 1);
  expect((await again.next(9)).d).toBe(false);
});

test.each([
  [4000, "RESUMED"],
  [4009, 9],
  [1000, 9],
])("closes with %i, after which a resume is answered by %s", async (code, answer) => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await misbehave(emulator, { kind: "close", code });
  expect(await client.closed).toBe(code);
  using again = await resume(emulator, client.ready.d, 1);
  await again.next(answer);
});

test("ends sessions, also those that wait to be resumed", async () => {
  await using emulator = await startEmulator();
  using waiting = await identify(emulator);
  waiting.drop();
  await waiting.closed;
  using client = await identify(emulator);
  expect(await misbehave(emulator, { kind: "end_sessions" })).toMatchObject({ affected: 2 });
  expect(await client.closed).toBe(4000);
  expect((await gatewayState(emulator)).sessions).toEqual([]);
});

test("goes dead without a word; the session waits for another connection", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await client.next("GUILD_CREATE");
  await misbehave(emulator, { kind: "half_open" });
  client.send(1);
  await say(emulator, "into the void");
  using again = await resume(emulator, client.ready.d, 2);
  await again.next("RESUMED");
  expect(heard(again)).toEqual(["into the void"]);
  expect(client.socket.readyState).toBe(client.socket.OPEN);
  expect(client.frames.map(({ op }) => op)).toEqual([10, 0, 0]);
});

test("drops acknowledgements as often as asked", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await misbehave(emulator, { kind: "drop_acks", count: 2 });
  for (let beat = 0; beat < 3; beat += 1) client.send(1);
  await client.next(11);
  await misbehave(emulator, { kind: "heartbeat" });
  await client.next(1);
  expect(client.frames.filter(({ op }) => op === 11)).toHaveLength(1);
});

test("refuses to resume until that is taken back", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await misbehave(emulator, { kind: "refuse_resume" });
  using first = await resume(emulator, client.ready.d, 1);
  expect((await first.next(9)).d).toBe(false);
  await send("DELETE", `${emulator.description.control_url}/gateway`);
  first.send(2, identity(emulator));
  const { d } = await first.next("READY");
  using second = await resume(emulator, d, 1);
  await second.next("RESUMED");
});

test("cuts new connections as often as asked", async () => {
  await using emulator = await startEmulator();
  const url = await gatewayUrl(emulator);
  await misbehave(emulator, { kind: "refuse_connections", count: 1 });
  using refused = connect(url);
  expect(await refused.closed).toBe(1006);
  expect(refused.frames).toEqual([]);
  using taken = connect(url);
  await taken.next(10);
});

test("tells a dispatch twice, under two numbers, to those who are there and to those who resume", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await misbehave(emulator, { kind: "duplicate", event: "MESSAGE_CREATE", count: 1 });
  await say(emulator, "twice");
  await say(emulator, "once");
  expect(await hear(client, 3)).toEqual(["twice", "twice", "once"]);
  expect(client.seq()).toBe(5);
  client.drop();
  using again = await resume(emulator, client.ready.d, 2);
  await again.next("RESUMED");
  expect(heard(again)).toEqual(["twice", "twice", "once"]);
});

test("tells dispatches out of order, and the last one all the same", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await misbehave(emulator, { kind: "reorder", count: 2 });
  for (const content of ["1", "2", "3"]) await say(emulator, content);
  expect(await hear(client, 3)).toEqual(["2", "1", "3"]);
  await misbehave(emulator, { kind: "reorder", count: 1 });
  await say(emulator, "4");
  expect((await hear(client, 4)).at(-1)).toBe("4");
});

test("the same seed gives the same luck", async () => {
  const luck = async () => {
    await using emulator = await startEmulator({ seed: 7 });
    using client = await identify(emulator);
    await misbehave(emulator, { kind: "duplicate", probability: 0.5 });
    for (let count = 0; count < 12; count += 1) await say(emulator, String(count));
    await send("DELETE", `${emulator.description.control_url}/gateway`);
    await say(emulator, "end");
    while (heard(client).at(-1) !== "end") await client.next("MESSAGE_CREATE");
    return heard(client);
  };
  const [first, second] = [await luck(), await luck()];
  expect(first).toEqual(second);
  expect(first.length).toBeGreaterThan(13);
  expect(first.length).toBeLessThan(25);
});

test("delays dispatches and keeps their order", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await misbehave(emulator, { kind: "delay", delay_ms: 50, count: 1 });
  await say(emulator, "late");
  await say(emulator, "later");
  expect(await hear(client, 2)).toEqual(["late", "later"]);
});

test("a guild has an outage: it is gone, silent, and comes back", async () => {
  await using emulator = await startEmulator();
  const { guild_id } = emulator.description;
  using client = await identify(emulator);
  await client.next("GUILD_CREATE");
  await misbehave(emulator, { kind: "guild_unavailable" });
  expect((await client.next("GUILD_DELETE")).d).toEqual({ id: guild_id, unavailable: true });
  await say(emulator, "unheard");
  using late = await identify(emulator);
  expect(late.ready.d.guilds).toEqual([{ id: guild_id, unavailable: true }]);
  await misbehave(emulator, { kind: "guild_available", guild_id });
  expect((await client.next("GUILD_CREATE")).d.id).toBe(guild_id);
  await late.next("GUILD_CREATE");
  expect(heard(client)).toEqual([]);
});

test("lists sessions and faults without secrets", async () => {
  await using emulator = await startEmulator();
  const { guild_id, application_id, bot_token } = emulator.description;
  using client = await identify(emulator, { intents: 513 });
  await client.next("GUILD_CREATE");
  using unknown = connect(await gatewayUrl(emulator));
  await unknown.next(10);
  await misbehave(emulator, { kind: "delay", delay_ms: 1, event: "TYPING_START", probability: 0.5 });
  const state = await gatewayState(emulator);
  expect(state).toEqual({
    events: "after",
    connections: 2,
    sessions: [
      {
        id: client.ready.d.session_id.slice(0, 8),
        bot_id: application_id,
        shard: [0, 1],
        intents: 513,
        seq: 2,
        guild_ids: [guild_id],
        connected: true,
      },
    ],
    faults: [{ kind: "delay", delay_ms: 1, event: "TYPING_START", probability: 0.5, struck: 0 }],
  });
  expect(JSON.stringify(state)).not.toContain(bot_token);
  expect(JSON.stringify(state)).not.toContain(client.ready.d.session_id);
});

test.each([
  [{}, "kind"],
  [{ kind: "nonsense" }, "kind"],
  [{ kind: "close" }, "code"],
  [{ kind: "close", code: 1006 }, "code"],
  [{ kind: "close", code: 2000 }, "code"],
  [{ kind: "delay" }, "delay_ms"],
  [{ kind: "duplicate", probability: 2 }, "probability"],
  [{ kind: "reconnect", session_id: "ab" }, "session_id"],
])("says what is wrong with %j", async (body, where) => {
  await using emulator = await startEmulator();
  const { status, json } = await send("POST", `${emulator.description.control_url}/gateway`, body);
  expect([status, json.error.details[0].where]).toEqual([400, where]);
});

test("meets the bot or session that is named, and knows no others", async () => {
  await using emulator = await startEmulator();
  const second = await control(emulator, "POST", "/bots", { name: "second" });
  using client = await identify(emulator);
  using other = await identify(emulator, { token: second.bot_token });
  expect((await misbehave(emulator, { kind: "close", code: 4000, bot_id: second.id })).affected).toBe(1);
  expect(await other.closed).toBe(4000);
  const session_id = client.ready.d.session_id.slice(0, 8);
  expect((await misbehave(emulator, { kind: "close", code: 4001, session_id })).affected).toBe(1);
  expect(await client.closed).toBe(4001);
  for (const body of [{ bot_id: "1" }, { guild_id: "1" }]) {
    const answer = await send("POST", `${emulator.description.control_url}/gateway`, {
      kind: "guild_available",
      ...body,
    });
    expect(answer.status).toBe(404);
  }
});

/** Expects that the event of a message arrives before the answer to the request that makes it. */
async function expectEventFirst(emulator: DiscordEmulator, client: RawClient): Promise<void> {
  const { id } = emulator.description.channels.alerts;
  const arrivedCount = client.messages.length;
  const event = client.next("MESSAGE_CREATE");
  await asBot(emulator, "POST", `/channels/${id}/messages`, { content: "!" });
  expect(client.messages.length).toBeGreaterThan(arrivedCount);
  await event;
}

/** Whether the event of a message came before the answer to the request that made it. */
async function isEventFirst(emulator: DiscordEmulator, client: RawClient): Promise<boolean> {
  const { id } = emulator.description.channels.alerts;
  const seen: string[] = [];
  const event = client.next("MESSAGE_CREATE").then(() => seen.push("event"));
  const answer = asBot(emulator, "POST", `/channels/${id}/messages`, { content: "!" }).then(() => seen.push("answer"));
  await Promise.all([event, answer]);
  return seen[0] === "event";
}

test.each(["none", "zlib-stream"] as const)(
  "events come after the answer, or before it when that is asked for (%s)",
  async (compress) => {
    await using emulator = await startEmulator({ events: "before" });
    using client = await identify(emulator, {}, compress === "none" ? {} : { compress });
    for (let count = 0; count < 5; count += 1) await expectEventFirst(emulator, client);
    const answer = await send("PUT", `${emulator.description.control_url}/gateway`, { events: "after" });
    expect(answer.json).toEqual({ events: "after" });
    for (let count = 0; count < 5; count += 1) expect(await isEventFirst(emulator, client)).toBe(false);
    expect((await send("PUT", `${emulator.description.control_url}/gateway`, { events: "never" })).status).toBe(400);
  },
);

test("events of a call whose answer is lost go out", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await control(emulator, "POST", "/faults", { effect: { kind: "reset_after_commit" }, count: 1 });
  const { id } = emulator.description.channels.alerts;
  await asBot(emulator, "POST", `/channels/${id}/messages`, { content: "committed" }).catch(() => {});
  expect((await client.next("MESSAGE_CREATE")).d.content).toBe("committed");
});
