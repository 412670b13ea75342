import { setTimeout as delay } from "node:timers/promises";
import { hasPostgresServer, skipUnless, startPostgresServer, type TestServer, waitFor } from "@tocsin/testkit";
import { sql } from "kysely";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PostgresState, Store } from "../src/index.ts";
import { insertNote, noteIds, openNotes } from "./notes.ts";
import { postgresSchema } from "./postgres-schema.ts";

const RETRYABLE = { retryable: true, code: expect.stringMatching(/^STORE_(UNAVAILABLE|COMMIT_UNKNOWN)$/) };

describe.skipIf(skipUnless(hasPostgresServer(), "a Postgres of the test's own"))("Postgres in trouble", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgresServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => server.start());

  const open = (options: { onStateChange?: (state: PostgresState) => void } = {}) => {
    const schema = postgresSchema(server.url);
    return openNotes({ url: server.url, schema: schema.name, ...options });
  };

  /** Every connection but the asking one. */
  async function terminateAll(): Promise<void> {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    await client.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tocsin'");
    await client.end();
  }

  /** Writes one note after the other until told to stop, and tells which are stored for sure. */
  function startStream(store: Store) {
    const stored: number[] = [];
    const refused: unknown[] = [];
    let stopping = false;
    let next = 0;
    const writer = async (): Promise<void> => {
      while (!stopping) {
        const id = next++;
        await store
          .write((tx) => insertNote(tx, id))
          .then(
            () => stored.push(id),
            (error) => refused.push(error),
          );
        if (refused.length > 0) await delay(1);
      }
    };
    const ended = Promise.all(Array.from({ length: 8 }, writer));
    return {
      stored,
      refused,
      async stop() {
        stopping = true;
        await ended;
      },
    };
  }

  test("absent at the start: refuses with a retryable error, then goes on by itself when it comes", async () => {
    await server.stop();
    const states: string[] = [];
    await using store = open({ onStateChange: ({ state }) => states.push(state) });
    await expect(store.write((tx) => insertNote(tx, 1))).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await expect(noteIds(store.read)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", retryable: true });
    expect(store.isWritable()).toBe(false);
    await server.start();
    await store.ready();
    expect(store.isWritable()).toBe(true);
    await store.write((tx) => insertNote(tx, 1));
    expect(await noteIds(store.read)).toEqual([1]);
    expect(states).toEqual(["unavailable", "available"]);
  });

  test("killed and brought back under a stream of writes: what was promised is there, and it goes on by itself", async () => {
    await using store = open();
    await store.ready();
    const stream = startStream(store);
    for (let round = 0; round < 2; round++) {
      const storedCount = stream.stored.length;
      const refusedCount = stream.refused.length;
      await waitFor(() => stream.stored.length > storedCount + 100);
      await server.kill();
      await waitFor(() => stream.refused.length > refusedCount + 8);
      await server.start();
      await waitFor(() => stream.stored.length > storedCount + 200);
    }
    await stream.stop();
    const found = new Set(await noteIds(store.read));
    expect(stream.stored.filter((id) => !found.has(id))).toEqual([]);
    for (const error of stream.refused) expect(error).toMatchObject(RETRYABLE);
  });

  test("shut down in order under a stream of writes: the same", async () => {
    await using store = open();
    await store.ready();
    const stream = startStream(store);
    await waitFor(() => stream.stored.length > 100);
    await server.stop();
    await waitFor(() => stream.refused.length > 8);
    const storedCount = stream.stored.length;
    await server.start();
    await waitFor(() => stream.stored.length > storedCount);
    await stream.stop();
    const found = new Set(await noteIds(store.read));
    expect(stream.stored.filter((id) => !found.has(id))).toEqual([]);
    for (const error of stream.refused) expect(error).toMatchObject(RETRYABLE);
  });

  test("connections that an administrator ends are made anew, under a stream of writes", async () => {
    await using store = open();
    await store.ready();
    const stream = startStream(store);
    for (let round = 0; round < 5; round++) {
      const storedCount = stream.stored.length;
      await waitFor(() => stream.stored.length > storedCount + 50);
      await terminateAll();
    }
    const storedCount = stream.stored.length;
    await waitFor(() => stream.stored.length > storedCount + 50);
    await stream.stop();
    const found = new Set(await noteIds(store.read));
    expect(stream.stored.filter((id) => !found.has(id))).toEqual([]);
    for (const error of stream.refused) expect(error).toMatchObject(RETRYABLE);
  });

  test("a store that nobody uses finds out that Postgres is gone, and that it is back", async () => {
    const states: PostgresState[] = [];
    await using store = open({ onStateChange: (state) => states.push(state) });
    await store.ready();
    await server.kill();
    await waitFor(() => !store.isWritable());
    await waitFor(() => states.length === 2);
    await server.start();
    await waitFor(() => store.isWritable());
    expect(states).toMatchObject([
      { state: "available" },
      { state: "unavailable", error: { code: "STORE_UNAVAILABLE", message: expect.not.stringMatching(/STORE_/) } },
      { state: "available" },
    ]);
  });

  test("killed while it is being migrated: the steps run from the start when it is back, once", async () => {
    let startedCount = 0;
    const held = Promise.withResolvers<void>();
    await using store = openNotes({
      url: server.url,
      schema: postgresSchema(server.url).name,
      migrations: [
        {
          name: "slow",
          migrations: {
            "0001-slow": {
              async up(db) {
                startedCount++;
                await sql`create table slow (id integer)`.execute(db);
                if (startedCount === 1) await held.promise;
                await sql`insert into slow values (1)`.execute(db);
              },
            },
          },
        },
      ],
    });
    await waitFor(() => startedCount === 1);
    await server.kill();
    held.resolve();
    await server.start();
    await store.ready();
    const { rows } = await sql`select id from slow`.execute(store.read);
    expect(rows).toEqual([{ id: 1 }]);
    expect(startedCount).toBe(2);
  });

  test("a database made read-only is not writable, and is again when that ends", async () => {
    await using store = open();
    await store.ready();
    const { run } = postgresSchema(server.url);
    await run("alter database postgres set default_transaction_read_only = on");
    await terminateAll();
    await waitFor(() => !store.isWritable());
    await expect(store.write((tx) => insertNote(tx, 1))).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    await run("begin read write; alter database postgres reset default_transaction_read_only; commit");
    await waitFor(() => store.isWritable());
    await store.write((tx) => insertNote(tx, 1));
  });

  test("closing while it is gone ends the waiting", async () => {
    await server.kill();
    const store = open();
    const ready = store.ready();
    ready.catch(() => {});
    await store.close();
    await expect(ready).rejects.toMatchObject({ code: "STORE_CLOSED" });
    await expect(store.write((tx) => insertNote(tx, 1))).rejects.toMatchObject({ code: "STORE_CLOSED" });
    await expect(noteIds(store.read)).rejects.toMatchObject({ code: "STORE_CLOSED" });
  });
});
