import { join } from "node:path";
import { openSqliteStore } from "@tocsin/store";
import { temporaryDirectory } from "@tocsin/testkit";
import { expect, test } from "vitest";
import { entriesOfSubject } from "../src/ledger/ledger.ts";
import { engineMigrations } from "../src/migrations.ts";
import { withEngine } from "../src/tables.ts";

const FIRST = "0001-records";

test("messages of the first version are known after the second, told of as they are now, and get no threads", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "relay.sqlite");
  const firstOnly = engineMigrations.map((set) =>
    set.name === "engine" ? { ...set, migrations: { [FIRST]: set.migrations[FIRST] as never } } : set,
  );
  const old = await openSqliteStore({ file, migrations: firstOnly });
  const row = {
    organization_id: "default",
    lane_id: "alerts",
    subject_id: "alt_1",
    revision: 3,
    channel_id: "100000000000000001",
    message_id: "200000000000000001",
    thread_id: null,
    sent_at: 1_800_000_000_000,
    possible_duplicate_count: 1,
  };
  await old.write((tx) =>
    withEngine(tx)
      .insertInto("messages")
      .values(row as never)
      .execute(),
  );
  await old.close();
  const store = await openSqliteStore({ file, migrations: engineMigrations });
  expect(await entriesOfSubject(store.read, "default", "alt_1")).toEqual([
    {
      laneId: "alerts",
      subjectId: "alt_1",
      revision: 3,
      channelId: "100000000000000001",
      messageId: "200000000000000001",
      sentAt: 1_800_000_000_000,
      postedAt: 1_800_000_000_000,
      possibleDuplicateCount: 1,
      face: "alert",
      position: 0,
      memberCount: 1,
      toldSeverity: null,
      toldStatus: "active",
      ownThreadId: null,
      threadState: "refused",
      threadTags: null,
    },
  ]);
  await store.close();
});
