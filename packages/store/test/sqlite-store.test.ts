import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { startProcess } from "@tocsin/testkit";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MigrationSet, openSqliteStore, type Store } from "../src/index.ts";

type Tables = {
  notes: { id: number; text: string };
};

const notes: MigrationSet = {
  name: "notes",
  migrations: {
    "0001-notes": {
      up: (db) =>
        db.schema
          .createTable("notes")
          .addColumn("id", "integer", (column) => column.primaryKey())
          .addColumn("text", "text", (column) => column.notNull())
          .execute(),
    },
  },
};

let directory: string;
let file: string;
const opened: Store[] = [];

async function open(options: { busyTimeoutMs?: number; maxGroupCount?: number; migrations?: MigrationSet[] } = {}) {
  const store = await openSqliteStore({ file, migrations: [notes], ...options });
  opened.push(store);
  return store;
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "tocsin-store-"));
  file = join(directory, "store.sqlite");
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(directory, { recursive: true });
});

const insert = (store: Store, id: number, text = `note ${id}`) =>
  store.write((tx) => tx.withTables<Tables>().insertInto("notes").values({ id, text }).execute());

const ids = async (store: Store) =>
  (await store.read.withTables<Tables>().selectFrom("notes").select("id").orderBy("id").execute()).map(({ id }) => id);

describe("openSqliteStore", () => {
  test("the file is its owner's alone, and a clean close leaves nothing beside it but the lock", async () => {
    const store = await open();
    await insert(store, 1);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(`${file}-wal`)).mode & 0o777).toBe(0o600);
    await store.close();
    expect(await readdir(directory)).toEqual(["store.sqlite", "store.sqlite.lock"]);
  });

  test("a constraint that fails rejects that write with the database's own error", async () => {
    const store = await open();
    await insert(store, 1);
    await expect(insert(store, 1)).rejects.toMatchObject({ code: "ERR_SQLITE_ERROR" });
    await insert(store, 2);
    expect(await ids(store)).toEqual([1, 2]);
  });

  test("a second opener is refused with the reason, and let in after the first has closed", async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: "STORE_LOCKED", retryable: false });
    await first.close();
    await expect(open()).resolves.toBeDefined();
  });

  test("a refused second opener does not free the first one's lock", async () => {
    await open();
    await expect(open()).rejects.toMatchObject({ code: "STORE_LOCKED" });
    const script = `
      import { openSqliteStore } from "@tocsin/store";
      await openSqliteStore({ file: ${JSON.stringify(file)}, migrations: [] }).then(
        () => console.log("opened"), (error) => console.log(error.code));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--conditions=@tocsin/source", "--input-type=module", "-e", script],
      { cwd: import.meta.dirname },
    );
    expect(stdout).toBe("STORE_LOCKED\n");
  });

  test("a foreign lock that stays rejects with STORE_BUSY, retryable, and stores nothing", async () => {
    const store = await open({ busyTimeoutMs: 50 });
    const foreign = new DatabaseSync(file);
    foreign.exec("BEGIN IMMEDIATE");
    await expect(insert(store, 1)).rejects.toMatchObject({ code: "STORE_BUSY", retryable: true });
    expect(store.isWritable()).toBe(false);
    foreign.exec("ROLLBACK");
    foreign.close();
    expect(await ids(store)).toEqual([]);
    await insert(store, 2);
    expect(store.isWritable()).toBe(true);
    expect(await ids(store)).toEqual([2]);
  });

  test("a failed migration frees the lock", async () => {
    const broken: MigrationSet = {
      name: "broken",
      migrations: { "0001-no": { up: () => Promise.reject(new Error("no")) } },
    };
    await expect(open({ migrations: [broken] })).rejects.toMatchObject({ code: "STORE_MIGRATION_FAILED" });
    await expect(open()).resolves.toBeDefined();
  });

  test("while another process holds the file the event loop stays free, and the write goes through afterwards", async () => {
    const store = await open();
    const script = `
      import { DatabaseSync } from "node:sqlite";
      new DatabaseSync(${JSON.stringify(file)}).exec("BEGIN IMMEDIATE");
      console.log("locked");
      setInterval(() => {}, 1_000);`;
    await using holder = startProcess({ args: ["--input-type=module", "-e", script], readyPattern: /locked/ });
    await holder.ready;
    let settled = false;
    const write = insert(store, 1).finally(() => {
      settled = true;
    });
    const turns = { timers: 0, immediates: 0 };
    while (turns.timers < 10) {
      const timer = delay(5).then(() => turns.timers++);
      await new Promise((resolve) => setImmediate(resolve));
      turns.immediates++;
      await timer;
    }
    expect({ ...turns, settled }).toEqual({ timers: 10, immediates: 10, settled: false });
    await holder.kill("SIGKILL");
    await write;
    expect(await ids(store)).toEqual([1]);
  });

  test("a file that cannot be opened is STORE_UNAVAILABLE", async () => {
    file = join(directory, "missing", "store.sqlite");
    await expect(open()).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  });

  test("for any mix of writes that succeed and throw, exactly the successful ones are stored", async () => {
    const store = await open({ maxGroupCount: 7 });
    let next = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), async (outcomes) => {
        const expected: number[] = [];
        const start = next;
        await Promise.allSettled(
          outcomes.map((succeeds) => {
            const id = next++;
            if (succeeds) expected.push(id);
            return store.write(async (tx) => {
              await tx.withTables<Tables>().insertInto("notes").values({ id, text: "x" }).execute();
              if (!succeeds) throw new Error("undone");
            });
          }),
        );
        expect((await ids(store)).filter((id) => id >= start)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});
