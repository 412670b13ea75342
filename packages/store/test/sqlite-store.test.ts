import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import fc from "fast-check";
import { sql } from "kysely";
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
  test("a resolved write is there after closing and opening again", async () => {
    const first = await open();
    await insert(first, 1);
    await first.close();
    expect(await ids(await open())).toEqual([1]);
  });

  test("the file is its owner's alone, and a clean close leaves nothing beside it but the lock", async () => {
    const store = await open();
    await insert(store, 1);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(`${file}-wal`)).mode & 0o777).toBe(0o600);
    await store.close();
    expect(await readdir(directory)).toEqual(["store.sqlite", "store.sqlite.lock"]);
  });

  test("a work that throws is undone alone, although it shares the commit with others", async () => {
    const store = await open();
    const results = await Promise.allSettled([
      insert(store, 1),
      store.write(async (tx) => {
        await tx.withTables<Tables>().insertInto("notes").values({ id: 2, text: "lost" }).execute();
        throw new Error("changed my mind");
      }),
      insert(store, 3),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await ids(store)).toEqual([1, 3]);
  });

  test("a constraint that fails rejects that write with the database's own error", async () => {
    const store = await open();
    await insert(store, 1);
    await expect(insert(store, 1)).rejects.toMatchObject({ code: "ERR_SQLITE_ERROR" });
    await insert(store, 2);
    expect(await ids(store)).toEqual([1, 2]);
  });

  test("a read does not see what is not committed yet", async () => {
    const store = await open();
    let seenInside: number[] = [];
    await store.write(async (tx) => {
      await tx.withTables<Tables>().insertInto("notes").values({ id: 1, text: "x" }).execute();
      seenInside = await ids(store);
    });
    expect(seenInside).toEqual([]);
    expect(await ids(store)).toEqual([1]);
  });

  test("the reader cannot write", async () => {
    const store = await open();
    await expect(
      store.read.withTables<Tables>().insertInto("notes").values({ id: 1, text: "x" }).execute(),
    ).rejects.toThrow(/readonly/);
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

  test("waits for a foreign lock without blocking the event loop, then writes", async () => {
    const store = await open();
    const foreign = new DatabaseSync(file);
    foreign.exec("BEGIN IMMEDIATE");
    const write = insert(store, 1);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    await delay(150);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
    foreign.exec("COMMIT");
    foreign.close();
    await write;
    expect(await ids(store)).toEqual([1]);
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

  test("closing finishes what was accepted and refuses what comes later", async () => {
    const store = await open();
    const accepted = insert(store, 1);
    const closing = store.close();
    await expect(insert(store, 2)).rejects.toMatchObject({ code: "STORE_CLOSED" });
    await accepted;
    await closing;
    expect(await ids(await open())).toEqual([1]);
  });

  test("runs a new step on an existing database once, and refuses a database from the future", async () => {
    const extended: MigrationSet = {
      name: "notes",
      migrations: {
        ...notes.migrations,
        "0002-seed": { up: (db) => sql`insert into notes (id, text) values (7, 'seven')`.execute(db).then(() => {}) },
      },
    };
    await (await open()).close();
    await (await open({ migrations: [extended] })).close();
    const again = await open({ migrations: [extended] });
    expect(await ids(again)).toEqual([7]);
    await again.close();
    await expect(open({ migrations: [notes] })).rejects.toMatchObject({ code: "STORE_MIGRATION_FAILED" });
  });

  test("a step that fails leaves no trace and frees the lock", async () => {
    const broken: MigrationSet = {
      name: "broken",
      migrations: {
        "0001-half": {
          async up(db) {
            await sql`create table half (id integer)`.execute(db);
            throw new Error("no");
          },
        },
      },
    };
    await expect(open({ migrations: [broken] })).rejects.toMatchObject({ code: "STORE_MIGRATION_FAILED" });
    const store = await open();
    const tables = await sql<{ name: string }>`select name from sqlite_master where name = 'half'`.execute(store.read);
    expect(tables.rows).toEqual([]);
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
