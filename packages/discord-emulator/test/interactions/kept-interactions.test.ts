import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { temporaryDirectory } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { createDispatchBus } from "../../src/dispatch/bus.ts";
import { createSnowflakes } from "../../src/snowflake.ts";
import { openDatabase } from "../../src/state/database.ts";
import { createState } from "../../src/state/state.ts";
import { asBot, startEmulator } from "../support.ts";
import { answer, byToken, click, createClock, register, runCommand } from "./support.ts";

/** What the database had not yet when nobody could run commands, and what everyone's role was then. */
const FORGET_NEWER = `
  DROP TABLE interactions; DROP TABLE ephemeral_messages;
  UPDATE roles SET body = json_set(body, '$.permissions', '309237763136') WHERE id = guild_id;
  PRAGMA user_version = 3;
`;

test("interactions, their tokens and ephemeral messages survive a restart", async () => {
  await using directory = await temporaryDirectory();
  const clock = createClock();
  const open = () => startEmulator({ dataDir: directory.path, now: clock.now });
  const first = await open();
  const pending = await click(first);
  const answered = await click(first);
  await answer(first, answered, { type: 4, data: { content: "c", flags: 64 } });
  await first.close();
  await using second = await open();
  expect((await byToken(second, answered, "GET", "/messages/@original")).json.content).toBe("c");
  expect((await answer(second, pending, { type: 4, data: { content: "c" } })).status).toBe(204);
  const next = await click(second);
  expect(BigInt(next.view.id)).toBeGreaterThan(BigInt(answered.view.id));
});

test("what nobody has answered before a restart fails in time, though nobody asks", async () => {
  await using directory = await temporaryDirectory();
  const first = await startEmulator({ dataDir: directory.path });
  const { view } = await click(first);
  await first.close();
  await using second = await startEmulator({ dataDir: directory.path });
  const { body } = await fetch(`${second.description.control_url}/events`);
  const reader = (body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("INTERACTION_STATUS")) text += (await reader.read()).value;
  await reader.cancel();
  expect(text).toContain(`"id":"${view.id}"`);
  expect(text).toContain('"status":"failed"');
});

test("in a directory from before there were interactions everyone may run commands", async () => {
  await using directory = await temporaryDirectory();
  const first = await startEmulator({ dataDir: directory.path });
  await register(first, { name: "ack", description: "d" });
  await first.close();
  const database = new DatabaseSync(join(directory.path, "emulator.sqlite"));
  database.exec(FORGET_NEWER);
  database.close();
  await using second = await startEmulator({ dataDir: directory.path });
  const begun = await runCommand(second, "ack");
  expect((await answer(second, begun, { type: 4, data: { content: "c" } })).status).toBe(204);
  const { guild_id } = second.description;
  expect((await asBot(second, "GET", `/guilds/${guild_id}/roles`)).json[0].permissions).toBe("311385246784");
});

test("a channel that is deleted takes its ephemeral messages with it", async () => {
  await using emulator = await startEmulator();
  const begun = await click(emulator);
  await answer(emulator, begun, { type: 4, data: { content: "c", flags: 64 } });
  expect((await byToken(emulator, begun, "GET", "/messages/@original")).status).toBe(200);
  const { alerts } = emulator.description.channels;
  expect((await asBot(emulator, "DELETE", `/channels/${alerts.id}`)).status).toBe(200);
  expect((await byToken(emulator, begun, "GET", "/messages/@original")).json.code).toBe(10008);
  expect((await byToken(emulator, begun, "POST", "", { content: "c" })).json.code).toBe(10003);
});

test("of too many interactions the oldest are forgotten, with their files", () => {
  const { now } = createClock();
  const database = openDatabase(undefined);
  const state = createState(database, createSnowflakes(now), createDispatchBus(), now);
  const ids = [1, 2, 3].map(() => state.nextId());
  for (const id of ids) {
    state.interactions.put({
      id,
      type: 2,
      application_id: "1",
      token: "t",
      channel_id: "1",
      user_id: "1",
      created_at: now(),
      data: {},
      metadata: {},
    });
    state.attachments.put(id, id, { contentType: undefined, content: Buffer.from("log") });
  }
  state.interactions.prune(0, 2);
  expect(ids.map((id) => state.interactions.get(id) !== undefined)).toEqual([false, true, true]);
  expect(ids.map((id) => state.attachments.get(id) !== undefined)).toEqual([false, true, true]);
  database.close();
});
