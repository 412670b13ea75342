import { TocsinError } from "@tocsin/errors";
import { createIdempotency } from "@tocsin/idempotency";
import { createSqlStore, type SqlDatabase } from "@tocsin/idempotency/drivers/sql";
import { createFakeClock, sharedPostgres, skipUnless, temporaryDirectory } from "@tocsin/testkit";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { createPostgresSchema, openPostgresDatabase } from "./support/postgres-harness.ts";
import { openSqliteDatabase } from "./support/sqlite-database.ts";
import { migrate } from "./support/sqlite-harness.ts";

const OPTIONS = { fingerprint: "payload", leaseMs: 60_000, ttlMs: 60_000 };
const postgres = await sharedPostgres();

async function openSqlite(onStatement?: (sql: string) => void) {
  const database = openSqliteDatabase(":memory:", onStatement);
  await migrate(database.db);
  return { ...database, database };
}

const countKeys = async (database: SqlDatabase) =>
  database.write(async (tx) => {
    const { rows } = await sql<{ count: number }>`select count(*) as count from idempotency_keys`.execute(tx);
    return Number(rows[0]?.count);
  });

/** Five records that have ended, one that is held and one that is done. */
async function fill(database: SqlDatabase): Promise<void> {
  const store = createSqlStore({ database });
  const { runOnce } = createIdempotency({ store });
  for (let index = 0; index < 5; index++) await runOnce(`ended ${index}`, { ...OPTIONS, ttlMs: 1 }, () => index);
  await store.begin("held", OPTIONS);
  await runOnce("done", OPTIONS, () => "result");
}

async function prunesInBounds(database: SqlDatabase, store = createSqlStore({ database })): Promise<void> {
  const counts = [];
  for (let round = 0; round < 4; round++) counts.push(await store.prune({ maxCount: 2 }));
  expect(counts).toEqual([2, 2, 1, 0]);
  expect(await countKeys(database)).toBe(2);
  expect((await store.begin("held", OPTIONS)).kind).toBe("in-flight");
  expect((await store.begin("done", OPTIONS)).kind).toBe("replayed");
}

describe("on SQLite", () => {
  test("prune deletes what has ended, as many as it may, and nothing else", async () => {
    await using opened = await openSqlite();
    await fill(opened.database);
    const now = Date.now() + 1_000;
    await prunesInBounds(opened.database, createSqlStore({ database: opened.database, now: () => now }));
  });

  test("a start and its result inside a transaction are two statements, a replay two", async () => {
    const statements: string[] = [];
    await using opened = await openSqlite((statement) => statements.push(statement));
    const { runOnce } = createIdempotency({ store: createSqlStore({ database: opened.database }) });
    const run = async () => {
      statements.length = 0;
      await opened.write((tx) => runOnce("key", { ...OPTIONS, tx }, () => "result"));
      return statements.filter((each) => !/^(begin|commit)/.test(each)).map((each) => each.split(" ")[0]);
    };
    expect(await run()).toEqual(["insert", "update"]);
    expect(await run()).toEqual(["insert", "select"]);
  });

  test("what was kept is there when the file is opened again, and leases go on by the clock", async () => {
    await using directory = await temporaryDirectory();
    const file = `${directory.path}/keys.sqlite`;
    const clock = createFakeClock();
    {
      await using database = openSqliteDatabase(file);
      await migrate(database.db);
      const store = createSqlStore({ database, now: clock.now });
      await store.begin("held", OPTIONS);
      await createIdempotency({ store }).runOnce("done", OPTIONS, () => "result");
    }
    await using database = openSqliteDatabase(file);
    const store = createSqlStore({ database, now: clock.now });
    expect(await store.begin("done", OPTIONS)).toEqual({ kind: "replayed", value: "result" });
    expect((await store.begin("held", OPTIONS)).kind).toBe("in-flight");
    clock.advance(60_000);
    expect((await store.begin("held", OPTIONS)).kind).toBe("started");
  });

  test("a missing table is an error that repetition does not cure; inside a transaction it comes as it is", async () => {
    await using database = openSqliteDatabase(":memory:");
    const store = createSqlStore({ database });
    await expect(store.begin("key", OPTIONS)).rejects.toMatchObject({
      code: "IDEMPOTENCY_UNAVAILABLE",
      retryable: false,
    });
    await expect(database.write((tx) => store.begin("key", { ...OPTIONS, tx }))).rejects.toMatchObject({
      code: "ERR_SQLITE_ERROR",
    });
  });

  test("what the store beneath refuses is told as out of reach, retryable where the store says so", async () => {
    for (const retryable of [true, false]) {
      const cause = new TocsinError("busy", { code: "STORE_BUSY", retryable });
      const store = createSqlStore({ database: { dialect: "sqlite", write: () => Promise.reject(cause) } });
      const failure = { code: "IDEMPOTENCY_UNAVAILABLE", retryable, cause };
      await expect(store.begin("key", OPTIONS)).rejects.toMatchObject(failure);
    }
  });

  test("a clock that was set back only makes others wait longer", async () => {
    await using opened = await openSqlite();
    let nowMs = 10_000_000;
    const store = createSqlStore({ database: opened.database, now: () => nowMs });
    const begun = await store.begin("key", OPTIONS);
    nowMs -= 3_600_000;
    expect(await store.begin("key", OPTIONS)).toEqual({ kind: "in-flight", retryAfterMs: 3_660_000 });
    if (begun.kind !== "started") expect.unreachable(begun.kind);
    expect(await store.complete(begun.token, "result")).toBe("stored");
    expect(await store.begin("key", OPTIONS)).toEqual({ kind: "replayed", value: "result" });
  });
});

describe.skipIf(skipUnless(postgres.isReachable, "Postgres"))("on Postgres", () => {
  test("prune deletes what has ended, as many as it may, and nothing else", async () => {
    await using schema = await createPostgresSchema(postgres.url);
    await fill(schema.database);
    await prunesInBounds(schema.database);
  });

  test("prune passes by what a transaction is about to start again", async () => {
    await using schema = await createPostgresSchema(postgres.url);
    await fill(schema.database);
    const store = createSqlStore({ database: schema.database });
    await schema.database.write(async (tx) => {
      expect((await store.begin("ended 0", { ...OPTIONS, tx })).kind).toBe("started");
      expect(await store.prune({ maxCount: 100 })).toBe(4);
    });
    expect((await store.begin("ended 0", OPTIONS)).kind).toBe("in-flight");
  });

  test("a missing table is an error that repetition does not cure, a server out of reach one that it may", async () => {
    const nowhere = openPostgresDatabase(postgres.url, "no_such_schema");
    const store = createSqlStore({ database: nowhere });
    await expect(store.begin("key", OPTIONS)).rejects.toMatchObject({
      code: "IDEMPOTENCY_UNAVAILABLE",
      retryable: false,
    });
    await nowhere.db.destroy();
    const gone = openPostgresDatabase("postgres://postgres@127.0.0.1:1/test", "public");
    await expect(createSqlStore({ database: gone }).begin("key", OPTIONS)).rejects.toMatchObject({
      code: "IDEMPOTENCY_UNAVAILABLE",
      retryable: true,
    });
    await gone.db.destroy();
  });
});
