import { createIdempotency } from "@tocsin/idempotency";
import { createSqlStore } from "@tocsin/idempotency/drivers/sql";
import { hasPostgresServer, skipUnless, startPostgresServer } from "@tocsin/testkit";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { openPostgresDatabase } from "./support/postgres-harness.ts";
import { migrate } from "./support/sqlite-harness.ts";

const OPTIONS = { fingerprint: "payload" };

describe.skipIf(skipUnless(hasPostgresServer(), "postgres"))("when Postgres is killed", () => {
  test("what was committed is kept, what was under way in a transaction never happened, effects included", async () => {
    await using server = await startPostgresServer();
    const database = openPostgresDatabase(server.url, "public");
    await migrate(database.db);
    await sql`create table effects (name text)`.execute(database.db);
    const { runOnce } = createIdempotency({ store: createSqlStore({ database }) });

    await runOnce("done", OPTIONS, () => "result");
    const held = await runOnce("held", OPTIONS, async () => {
      const undone = database.write(async (tx) => {
        await runOnce("in transaction", { ...OPTIONS, tx }, async () => {
          await sql`insert into effects values ('undone')`.execute(tx);
          await server.kill();
          return "never kept";
        });
      });
      await expect(undone).rejects.toThrow();
      return "ran";
    });
    expect(held).toMatchObject({
      kind: "unkept",
      value: "ran",
      cause: { code: "IDEMPOTENCY_UNAVAILABLE", retryable: true },
    });
    await expect(runOnce("other", OPTIONS, () => "not run")).rejects.toMatchObject({
      code: "IDEMPOTENCY_UNAVAILABLE",
      retryable: true,
    });

    await server.start();
    expect(await runOnce("done", OPTIONS, () => "again")).toEqual({ kind: "replayed", value: "result" });
    expect((await runOnce("held", OPTIONS, () => "again")).kind).toBe("in-flight");
    expect((await sql`select * from effects`.execute(database.db)).rows).toEqual([]);
    const again = await database.write((tx) => runOnce("in transaction", { ...OPTIONS, tx }, () => "again"));
    expect(again).toEqual({ kind: "ran", value: "again" });
    await database.db.destroy();
  });
});
