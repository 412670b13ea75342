import { inspect } from "node:util";
import { sharedPostgres, skipUnless, waitFor } from "@tocsin/testkit";
import fc from "fast-check";
import { sql } from "kysely";
import { Client } from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { openPostgresStore, type PostgresState, type PostgresStoreOptions, type Tx } from "../src/index.ts";
import { insertNote, noteIds, notesMigrations, openNotes, updateNote, withNotes } from "./notes.ts";
import { type PostgresSchema, postgresSchema } from "./postgres-schema.ts";

describe("openPostgresStore without a server", () => {
  const nowhere = "postgres://somebody:hush%20hush@127.0.0.1:1/nothing";

  test.each<[string, Partial<PostgresStoreOptions>]>([
    ["a url that cannot be read", { url: "postgres://somebody:hush%20hush@:x/%%" }],
    ["a schema that is no plain name", { schema: 'x"; drop schema public' }],
    ["a schema that belongs to Postgres", { schema: "pg_temp" }],
    ["no writer", { writerCount: 0 }],
    ["a time limit that is no number", { statementTimeoutMs: Number.NaN }],
    ["no connection left for reads", { writerCount: 3, poolSize: 4 }],
  ])("refuses %s, without the password", (_, options) => {
    let error: unknown;
    try {
      openPostgresStore({ url: nowhere, migrations: [], ...options });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "STORE_OPTION_INVALID" });
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/hush/);
  });

  test("no error and no state tells the password, but which server cannot be reached", async () => {
    const states: PostgresState[] = [];
    await using store = openNotes({ url: nowhere, onStateChange: (state) => states.push(state) });
    const errors = [
      await store.write((tx) => insertNote(tx, 1)).catch((error: unknown) => error),
      await noteIds(store.read).catch((error: unknown) => error),
      ...states,
    ];
    expect(states).toHaveLength(1);
    for (const error of errors) {
      const shown = inspect(error, { depth: 20, showHidden: true });
      expect(shown).toMatch(/127\.0\.0\.1:1.*nothing.*ECONNREFUSED/);
      expect(shown).not.toMatch(/hush/);
    }
  });

  test("what a listener throws stops nothing", async () => {
    let toldCount = 0;
    await using store = openNotes({
      url: nowhere,
      onStateChange() {
        toldCount++;
        throw new Error("a listener's mistake");
      },
    });
    await expect(store.write((tx) => insertNote(tx, 1))).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(toldCount).toBe(1);
  });
});

const postgres = await sharedPostgres();

describe.skipIf(skipUnless(postgres.isReachable, "Postgres"))("openPostgresStore", () => {
  const schemas: PostgresSchema[] = [];
  afterEach(async () => {
    for (const schema of schemas.splice(0)) await schema.remove();
  });

  /** A database of its own with the notes 1 and 2, and a way to be somebody else in it. */
  async function open(options: Partial<PostgresStoreOptions> = {}) {
    const schema = postgresSchema(postgres.url);
    schemas.push(schema);
    const another = () => openNotes({ url: postgres.url, schema: schema.name, ...options });
    const store = another();
    await store.ready();
    await Promise.all([1, 2].map((id) => store.write((tx) => insertNote(tx, id))));
    return { ...store, another, schema };
  }

  /** Somebody else's open transaction that has changed the note. */
  async function holdNote(schema: PostgresSchema, id: number) {
    const client = new Client({ connectionString: postgres.url, options: `-c search_path=${schema.name}` });
    await client.connect();
    await client.query("begin");
    await client.query("update notes set text = 'held' where id = $1", [id]);
    let isHeld = true;
    const release = async (): Promise<void> => {
      if (!isHeld) return;
      isHeld = false;
      await client.query("commit");
      await client.end();
    };
    return { release, [Symbol.asyncDispose]: release };
  }

  test("keeps its tables in its schema, and says who is connected", async () => {
    await using store = await open();
    const { rows } = await sql<{ schema: string; application: string; isolation: string }>`
      select current_schema() as schema, current_setting('application_name') as application,
        current_setting('transaction_isolation') as isolation`.execute(store.read);
    expect(rows).toEqual([{ schema: store.schema.name, application: "tocsin", isolation: "read committed" }]);
    expect(await store.schema.run("select id from notes order by id")).toEqual([{ id: "1" }, { id: "2" }]);
  });

  test("works in a schema that is there, as a user who may not make one", async () => {
    const schema = postgresSchema(postgres.url);
    schemas.push(schema);
    await schema.run(`create role ${schema.name} login; create schema ${schema.name} authorization ${schema.name}`);
    try {
      const url = new URL(postgres.url);
      url.username = schema.name;
      await using store = openNotes({ url: url.href, schema: schema.name });
      await store.ready();
      await store.write((tx) => insertNote(tx, 1));
      expect(await noteIds(store.read)).toEqual([1]);
    } finally {
      await schema.run(`drop owned by ${schema.name}; drop role ${schema.name}`);
    }
  });

  test("answers after the flush, also where the server is set to answer before", async () => {
    const schema = postgresSchema(postgres.url);
    schemas.push(schema);
    const url = new URL(postgres.url);
    url.searchParams.set("options", "-c synchronous_commit=off");
    await using store = openNotes({ url: url.href, schema: schema.name });
    await store.ready();
    const { rows } = await store.write((tx) => sql`show synchronous_commit`.execute(tx));
    expect(rows).toEqual([{ synchronous_commit: "on" }]);
  });

  test("a work that goes on after an error of the database is refused alone and told so", async () => {
    await using store = await open({ writerCount: 1 });
    const results = await Promise.allSettled([
      store.write((tx) => insertNote(tx, 3)),
      store.write(async (tx) => {
        await insertNote(tx, 4);
        await insertNote(tx, 1).catch(() => {});
      }),
      store.write((tx) => insertNote(tx, 5)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { code: "STORE_WRITE_FAILED", retryable: false } });
    const alone = store.write(async (tx) => {
      await insertNote(tx, 6);
      await insertNote(tx, 1).catch(() => {});
    });
    await expect(alone).rejects.toMatchObject({ code: "STORE_WRITE_FAILED", retryable: false });
    expect(await noteIds(store.read)).toEqual([1, 2, 3, 5]);
  });

  test("a statement that a work has left behind belongs to that work, and is undone with it", async () => {
    await using store = await open({ writerCount: 1 });
    const results = await Promise.allSettled([
      store.write(async (tx) => {
        await Promise.all([insertNote(tx, 1), insertNote(tx, 3), insertNote(tx, 4)]);
      }),
      store.write((tx) => insertNote(tx, 5)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(await noteIds(store.read)).toEqual([1, 2, 5]);
  });

  test("when only the commit shows that a work was wrong, that work alone is refused", async () => {
    await using store = await open({ writerCount: 1 });
    await store.schema.run(
      "delete from notes; alter table notes add constraint texts unique (text) deferrable initially deferred",
    );
    const write = (id: number, text: string) => store.write((tx) => insertNote(tx, id, text));
    const results = await Promise.allSettled([write(1, "a"), write(2, "b"), write(3, "a"), write(4, "c")]);
    expect(results.filter(({ status }) => status === "rejected")).toMatchObject([{ reason: { code: "23505" } }]);
    expect(await noteIds(store.read)).toHaveLength(3);
  });

  test("two works that lock the same rows in opposite orders both go through", async () => {
    await using store = await open();
    await using other = store.another();
    const bothHoldOne = Promise.withResolvers<void>();
    let runCount = 0;
    const change = (order: readonly [number, number], text: string) => async (tx: Tx) => {
      await updateNote(tx, order[0], text);
      runCount++;
      if (runCount === 2) bothHoldOne.resolve();
      await bothHoldOne.promise;
      await updateNote(tx, order[1], text);
    };
    await Promise.all([store.write(change([1, 2], "one")), other.write(change([2, 1], "other"))]);
    expect(runCount).toBeGreaterThan(2);
    const texts = await withNotes(store.read).selectFrom("notes").select("text").distinct().execute();
    expect(texts).toHaveLength(1);
  });

  test.each(["40P01", "40001"])("a work that Postgres ends with %s runs again, a few times", async (code) => {
    await using store = await open({ writerCount: 1 });
    const run = { once: 0, always: 0 };
    const failWith = (tx: Tx) =>
      sql.raw(`do $$ begin raise exception 'no' using errcode = '${code}'; end $$`).execute(tx);
    const results = await Promise.allSettled([
      store.write((tx) => insertNote(tx, 3)),
      store.write(async (tx) => {
        run.once++;
        await insertNote(tx, 4);
        if (run.once === 1) await failWith(tx);
      }),
      store.write(async (tx) => {
        run.always++;
        await insertNote(tx, 5);
        await failWith(tx);
      }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(results[2]).toMatchObject({ reason: { code: "STORE_BUSY", retryable: true, cause: { code } } });
    expect(run).toEqual({ once: 2, always: 7 });
    expect(await noteIds(store.read)).toEqual([1, 2, 3, 4]);
  });

  test("a work that somebody's lock keeps waiting does not hold up those that share its group", async () => {
    await using store = await open({ writerCount: 1 });
    await using holder = await holdNote(store.schema, 1);
    let settled = false;
    const waiting = store
      .write((tx) => updateNote(tx, 1, "mine"))
      .finally(() => {
        settled = true;
      });
    await Promise.all([store.write((tx) => insertNote(tx, 3)), store.write((tx) => insertNote(tx, 4))]);
    expect(settled).toBe(false);
    await holder.release();
    await waiting;
    expect(await withNotes(store.read).selectFrom("notes").select("text").where("id", "=", 1).execute()).toEqual([
      { text: "mine" },
    ]);
  });

  test("a lock that somebody keeps for longer than the limit is STORE_BUSY, and says nothing about the server", async () => {
    await using store = await open({ busyTimeoutMs: 50 });
    await using _holder = await holdNote(store.schema, 1);
    let runCount = 0;
    const write = store.write(async (tx) => {
      runCount++;
      await updateNote(tx, 1, "mine").catch((error: unknown) => {
        throw new Error("a work may wrap it", { cause: error });
      });
    });
    await expect(write).rejects.toMatchObject({
      message: "a work may wrap it",
      cause: { code: "STORE_BUSY", retryable: true },
    });
    expect(runCount).toBe(3);
    expect(store.isWritable()).toBe(true);
  });

  test("a statement that takes too long is STORE_BUSY", async () => {
    await using store = await open({ statementTimeoutMs: 300 });
    await expect(sql`select pg_sleep(10)`.execute(store.read)).rejects.toMatchObject({ code: "STORE_BUSY" });
    await expect(store.write((tx) => sql`select pg_sleep(10)`.execute(tx))).rejects.toMatchObject({
      code: "STORE_BUSY",
    });
    expect(await noteIds(store.read)).toEqual([1, 2]);
  });

  test("a read that finds every connection taken is STORE_BUSY, and the store stays available", async () => {
    await using store = await open({ writerCount: 2, poolSize: 4, connectTimeoutMs: 700 });
    const ended = Promise.withResolvers<void>();
    const taken = store.read.connection().execute(() => ended.promise);
    await expect(noteIds(store.read)).rejects.toMatchObject({ code: "STORE_BUSY", retryable: true });
    expect(store.isWritable()).toBe(true);
    ended.resolve();
    await taken;
    expect(await noteIds(store.read)).toEqual([1, 2]);
  });

  test("keeps to its number of connections under load", async () => {
    await using store = await open({ writerCount: 2, poolSize: 4 });
    let most = 0;
    const work = Array.from({ length: 200 }, (_, index) => [
      store.write((tx) => insertNote(tx, 100 + index)),
      noteIds(store.read),
    ]).flat();
    const all = Promise.all(work);
    await waitFor(async () => {
      const [row] = await store.schema.run(
        `select count(*)::int as count from pg_stat_activity where application_name = 'tocsin' and query like '%notes%'`,
      );
      most = Math.max(most, Number(row?.count));
      return most > 0;
    });
    await all;
    expect(most).toBeLessThanOrEqual(4);
  });

  test("a key that an undone work had taken is not taken for the next work of its group", async () => {
    await using store = await open({ writerCount: 1 });
    const lockedKeys = (tx: Tx) =>
      sql<{ count: number }>`
        select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`.execute(tx);
    const lockAndCount = async (tx: Tx): Promise<number | undefined> => {
      await store.lock(tx, ["one"]);
      return (await lockedKeys(tx)).rows[0]?.count;
    };
    const undone = store.write(async (tx) => {
      await lockAndCount(tx);
      throw new Error("undone");
    });
    const next = store.write(lockAndCount);
    await expect(undone).rejects.toThrow("undone");
    await expect(next).resolves.toBe(1);
  });

  test("works that read and then write under any mixture of keys, from two stores, lose nothing", async () => {
    await using store = await open({ writerCount: 2, maxGroupCount: 7 });
    await using other = store.another();
    const keys = ["a", "b", "c", "d"];
    await store.write((tx) => sql`create table counters (name text primary key, value bigint not null)`.execute(tx));
    await store.write((tx) => sql`insert into counters select unnest(${keys}::text[]), 0`.execute(tx));
    const raise = async (tx: Tx, name: string): Promise<void> => {
      const { rows } = await sql<{ value: number }>`select value from counters where name = ${name}`.execute(tx);
      await sql`update counters set value = ${(rows[0]?.value ?? 0) + 1} where name = ${name}`.execute(tx);
    };
    const expected = new Map(keys.map((key) => [key, 0]));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ wanted: fc.subarray(keys, { minLength: 1 }), isOther: fc.boolean() }), { maxLength: 40 }),
        async (works) => {
          await Promise.all(
            works.map(({ wanted, isOther }) => {
              for (const key of wanted) expected.set(key, (expected.get(key) ?? 0) + 1);
              const on = isOther ? other : store;
              return on.write(async (tx) => {
                await on.lock(tx, wanted);
                for (const key of wanted) await raise(tx, key);
              });
            }),
          );
          const { rows } = await sql<{ name: string; value: number }>`select * from counters`.execute(store.read);
          expect(new Map(rows.map(({ name, value }) => [name, value]))).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("for any mix of writes that succeed, throw and fail, exactly the successful ones are stored", async () => {
    await using store = await open({ writerCount: 2, maxGroupCount: 7 });
    let next = 100;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom("stored", "thrown", "failed"), { maxLength: 40 }), async (outcomes) => {
        const start = next;
        const expected: number[] = [];
        const results = await Promise.allSettled(
          outcomes.map((outcome) => {
            const id = next++;
            if (outcome === "stored") expected.push(id);
            return store.write(async (tx) => {
              await insertNote(tx, id);
              if (outcome === "thrown") throw new Error("undone");
              if (outcome === "failed") await insertNote(tx, 1);
            });
          }),
        );
        expect(results.map(({ status }) => status === "fulfilled")).toEqual(outcomes.map((each) => each === "stored"));
        expect((await noteIds(store.read)).filter((id) => id >= start)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  test("two sets with a table of the same name live in two schemas of one database", async () => {
    await using one = await open();
    await using two = await open();
    await one.write((tx) => insertNote(tx, 3));
    expect([await noteIds(one.read), await noteIds(two.read)]).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
    await using again = openNotes({ url: postgres.url, schema: two.schema.name, migrations: [notesMigrations] });
    await again.ready();
    expect(await noteIds(again.read)).toEqual([1, 2]);
  });
});
