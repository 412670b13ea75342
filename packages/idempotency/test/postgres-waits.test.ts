import { setTimeout as sleep } from "node:timers/promises";
import { createSqlStore, type SqlTx } from "@tocsin/idempotency/drivers/sql";
import { sharedPostgres, skipUnless, waitFor } from "@tocsin/testkit";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { createPostgresSchema, type PostgresSchema } from "./support/postgres-harness.ts";

const OPTIONS = { fingerprint: "payload", leaseMs: 60_000, ttlMs: 60_000 };
const postgres = await sharedPostgres();

/** Resolves when some connection of the test waits for another one's lock. */
const somebodyWaits = ({ db, name }: PostgresSchema) =>
  waitFor(async () => {
    const { rows } = await sql`select 1 from pg_stat_activity
      where application_name = ${name} and wait_event_type = 'Lock'`.execute(db);
    return rows.length > 0;
  });

const serverTime = async (tx: SqlTx): Promise<number> => {
  const { rows } = await sql<{
    now: string;
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(tx);
  return Number(rows[0]?.now);
};

describe.skipIf(skipUnless(postgres.isReachable, "Postgres"))(
  "begin beside a transaction that has the same key",
  () => {
    test("waits for its commit, and replays its result", async () => {
      await using schema = await createPostgresSchema(postgres.url);
      const store = createSqlStore({ database: schema.database });
      let waiting: Promise<unknown> | undefined;
      await schema.database.write(async (tx) => {
        const begun = await store.begin("key", { ...OPTIONS, tx });
        if (begun.kind !== "started") expect.unreachable(begun.kind);
        waiting = store.begin("key", OPTIONS);
        await somebodyWaits(schema);
        await store.complete(begun.token, "result", tx);
      });
      expect(await waiting).toEqual({ kind: "replayed", value: "result" });
    });

    test("waits for its end, and starts when it is undone, with a whole lease from then on", async () => {
      await using schema = await createPostgresSchema(postgres.url);
      const store = createSqlStore({ database: schema.database });
      const leaseMs = 200;
      let waiting: Promise<{ readonly kind: string }> | undefined;
      let undoneAt = 0;
      const undone = schema.database.write(async (tx) => {
        await store.begin("key", { ...OPTIONS, fingerprint: "other", tx });
        waiting = store.begin("key", { ...OPTIONS, leaseMs });
        await somebodyWaits(schema);
        await sleep(leaseMs);
        undoneAt = await serverTime(tx);
        throw new Error("undone");
      });
      await expect(undone).rejects.toThrow("undone");
      expect((await waiting)?.kind).toBe("started");
      const { rows } = await sql<{ lease_ends_at: string }>`select lease_ends_at from idempotency_keys`.execute(
        schema.db,
      );
      expect(Number(rows[0]?.lease_ends_at)).toBeGreaterThanOrEqual(undoneAt + leaseMs);
    });

    test("does not wait for transactions with other keys", async () => {
      await using schema = await createPostgresSchema(postgres.url);
      const store = createSqlStore({ database: schema.database });
      await schema.database.write(async (tx) => {
        await store.begin({ scope: "one", key: "key" }, { ...OPTIONS, tx });
        expect((await store.begin({ scope: "other", key: "key" }, OPTIONS)).kind).toBe("started");
      });
    });

    test("many transactions with the same keys in the same order end without a deadlock, and each key starts once", async () => {
      await using schema = await createPostgresSchema(postgres.url);
      const store = createSqlStore({ database: schema.database });
      const keys = ["a", "b", "c", "d"];
      const startCounts = await Promise.all(
        Array.from({ length: 8 }, () =>
          schema.database.write(async (tx) => {
            let startCount = 0;
            for (const key of keys) {
              const begun = await store.begin(key, { ...OPTIONS, tx });
              if (begun.kind === "started") startCount += 1;
            }
            return startCount;
          }),
        ),
      );
      expect(startCounts.reduce((sum, count) => sum + count)).toBe(keys.length);
    });
  },
);
