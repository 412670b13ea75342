import { expect, test } from "vitest";
import type { DiscordEmulator } from "../../src/index.ts";
import { control, startEmulator } from "../support.ts";
import { identify, type RawClient, resume } from "./client.ts";

/** Alice writes; resolves when the emulator has taken it. */
function say(emulator: DiscordEmulator, content: string): Promise<{ id: string }> {
  const { channels, users } = emulator.description;
  return control(emulator, "POST", "/messages", { channel_id: channels.alerts.id, user_id: users.alice.id, content });
}

/** Contents of the messages that a client was told of, in order. */
function heard({ frames }: RawClient): string[] {
  return frames.filter(({ t }) => t === "MESSAGE_CREATE").map(({ d }) => d.content);
}

test.each(["dropped", "4000", "4009"])(
  "a session whose connection was lost (%s) gets what it missed, then RESUMED",
  async (how) => {
    await using emulator = await startEmulator();
    using client = await identify(emulator);
    await say(emulator, "before");
    await client.next("MESSAGE_CREATE");
    if (how === "dropped") client.drop();
    else client.socket.close(Number(how));
    await client.closed;
    await say(emulator, "missed 1");
    await say(emulator, "missed 2");
    using again = await resume(emulator, client.ready.d, client.seq());
    const resumed = await again.next("RESUMED");
    expect(heard(again)).toEqual(["missed 1", "missed 2"]);
    expect(again.frames.slice(1).map(({ s }) => s)).toEqual([4, 5, 6]);
    expect(resumed.d).toEqual({ _trace: [] });
    await say(emulator, "after");
    expect((await again.next("MESSAGE_CREATE")).d.content).toBe("after");
  },
);

test.each([1000, 1001])("a client that closes with %s has given its session up", async (code) => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  client.socket.close(code);
  await client.closed;
  using again = await resume(emulator, client.ready.d, 2);
  expect(await again.next(9)).toMatchObject({ op: 9, d: false });
});

test("another's token, an unknown session and one that is too old are invalid; the connection may identify", async () => {
  let now = Date.UTC(2026, 0, 1);
  await using emulator = await startEmulator({ now: () => now });
  using client = await identify(emulator);
  const { token } = await control(emulator, "POST", "/bots", { name: "other" }).then(({ bot_token }) => ({
    token: bot_token,
  }));
  using other = await resume(emulator, { ...client.ready.d, session_id: "0".repeat(32) }, 1);
  expect((await other.next(9)).d).toBe(false);
  other.send(6, { token, session_id: client.ready.d.session_id, seq: 1 });
  expect((await other.next(9)).d).toBe(false);
  client.drop();
  await client.closed;
  await expect.poll(async () => (await gatewayState(emulator)).sessions[0]?.connected).toBe(false);
  now += 120_001;
  other.send(6, { token: emulator.description.bot_token, session_id: client.ready.d.session_id, seq: 1 });
  expect((await other.next(9)).d).toBe(false);
  other.send(2, { token, intents: 0, properties: {} });
  await other.next("READY");
});

async function gatewayState(emulator: DiscordEmulator) {
  const response = await fetch(`${emulator.description.control_url}/gateway`);
  return response.json() as Promise<{ sessions: { connected: boolean; seq: number }[] }>;
}

test("a sequence number that was never reached is 4007 and ends the session", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  client.drop();
  await client.closed;
  using ahead = await resume(emulator, client.ready.d, 99);
  expect(await ahead.closed).toBe(4007);
  using again = await resume(emulator, client.ready.d, 2);
  expect((await again.next(9)).d).toBe(false);
});

test("what is no longer remembered cannot be resumed", async () => {
  await using emulator = await startEmulator({ maxReplayCount: 3 });
  using client = await identify(emulator);
  await client.next("GUILD_CREATE");
  client.drop();
  await client.closed;
  for (const content of ["1", "2", "3"]) await say(emulator, content);
  using again = await resume(emulator, client.ready.d, 2);
  await again.next("RESUMED");
  expect(heard(again)).toEqual(["1", "2", "3"]);
  again.drop();
  await again.closed;
  for (const content of ["4", "5", "6", "7"]) await say(emulator, content);
  using late = await resume(emulator, client.ready.d, again.seq());
  expect((await late.next(9)).d).toBe(false);
});

test("whoever resumes a session takes it from the connection that had it", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await client.next("GUILD_CREATE");
  using again = await resume(emulator, client.ready.d, 2);
  await again.next("RESUMED");
  expect(await client.closed).toBe(4000);
  await say(emulator, "for the new one");
  expect((await again.next("MESSAGE_CREATE")).s).toBe(4);
});

test("a session may be resumed on the connection that was told it is invalid but resumable", async () => {
  await using emulator = await startEmulator();
  using client = await identify(emulator);
  await client.next("GUILD_CREATE");
  await control(emulator, "POST", "/gateway", { kind: "invalid_session", resumable: true });
  expect((await client.next(9)).d).toBe(true);
  await say(emulator, "meanwhile");
  const { session_id } = client.ready.d;
  client.send(6, { token: emulator.description.bot_token, session_id, seq: client.seq() });
  await client.next("RESUMED");
  expect(heard(client)).toEqual(["meanwhile"]);
});

test("an emulator that closes sends clients away with a code after which they resume", async () => {
  const emulator = await startEmulator();
  using client = await identify(emulator);
  await emulator.close();
  expect(await client.closed).toBe(4000);
});

test("the session of an earlier run is invalid", async () => {
  const first = await startEmulator({ seed: 1 });
  using client = await identify(first);
  await first.close();
  await using second = await startEmulator({ seed: 1, port: Number(new URL(first.url).port) });
  using again = await resume(second, client.ready.d, 2);
  expect((await again.next(9)).d).toBe(false);
});
