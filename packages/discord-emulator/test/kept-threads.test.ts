import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { temporaryDirectory } from "@tocsin/testkit";
import { expect, test } from "vitest";
import type { DiscordEmulator } from "../src/index.ts";
import { asBot, startEmulator } from "./support.ts";

const MINUTE_MS = 60_000;

/** What the database had not yet when threads had no members and did not archive themselves. */
const FORGET_NEWER = `
  DROP INDEX threads_archived; DROP INDEX threads_due; DROP INDEX threads_active;
  ALTER TABLE channels DROP COLUMN archived_at; ALTER TABLE channels DROP COLUMN archive_due_at;
  DROP TABLE thread_members; DROP INDEX messages_pinned; DROP INDEX nonces_by_age;
  DROP TABLE commands; DROP TABLE command_creates; DROP TABLE command_permissions;
  DROP TABLE interactions; DROP TABLE ephemeral_messages;
  PRAGMA user_version = 2;
`;

async function describeThreads(emulator: DiscordEmulator) {
  const { guild_id, channels } = emulator.description;
  const ids = (json: { threads: { id: string }[] }) => json.threads.map(({ id }) => id);
  const list = async (path: string) => ids((await asBot(emulator, "GET", path)).json);
  return {
    active: await list(`/guilds/${guild_id}/threads/active`),
    archived: await list(`/channels/${channels.alerts.id}/threads/archived/public`),
  };
}

test("threads keep their state, their members and their time over a restart and from an older version", async () => {
  const clock = { now: Date.UTC(2026, 0, 1) };
  await using directory = await temporaryDirectory();
  const dataDir = directory.path;
  const open = () => startEmulator({ dataDir, now: () => clock.now });
  let emulator = await open();
  const { alerts } = emulator.description.channels;
  const start = async () =>
    (
      await asBot(emulator, "POST", `/channels/${alerts.id}/threads`, {
        name: "t",
        type: 11,
        auto_archive_duration: 60,
      })
    ).json.id as string;
  const [quiet, busy, closed] = [await start(), await start(), await start()];
  await asBot(emulator, "PATCH", `/channels/${closed}`, { archived: true });
  clock.now += 30 * MINUTE_MS;
  await asBot(emulator, "POST", `/channels/${busy}/messages`, { content: "still busy" });
  const before = await describeThreads(emulator);
  expect(before).toEqual({ active: [busy, quiet], archived: [closed] });
  await emulator.close();

  const database = new DatabaseSync(join(dataDir, "emulator.sqlite"));
  database.exec(FORGET_NEWER);
  database.close();
  emulator = await open();
  expect(await describeThreads(emulator)).toEqual(before);
  expect((await asBot(emulator, "GET", `/channels/${busy}/thread-members`)).json).toMatchObject([
    { id: busy, user_id: emulator.description.application_id },
  ]);
  clock.now += 30 * MINUTE_MS;
  expect(await describeThreads(emulator)).toEqual({ active: [busy], archived: [quiet, closed] });
  await emulator.close();

  emulator = await open();
  expect(await describeThreads(emulator)).toEqual({ active: [busy], archived: [quiet, closed] });
  clock.now += 30 * MINUTE_MS;
  expect((await describeThreads(emulator)).active).toEqual([]);
  await emulator.close();
});
