import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { findBinaries } from "./find-binaries.ts";
import { skipUnless } from "./skip-unless.ts";
import { hasPostgresServer, startPostgresServer } from "./start-postgres-server.ts";
import type { TestServer } from "./test-server.ts";
import { waitFor } from "./wait-for.ts";

const folder = findBinaries(["initdb", "postgres", "psql"]);
const psql = join(folder ?? "", "psql");
const flags = (server: TestServer, sql: string) => [
  "--no-psqlrc",
  "--tuples-only",
  "--no-align",
  "-c",
  sql,
  server.url,
];

/** Runs a statement and gives the rows as text. */
async function query(server: TestServer, sql: string): Promise<string> {
  return (await promisify(execFile)(psql, flags(server, sql))).stdout.trim();
}

const isMissing = skipUnless(hasPostgresServer() && folder !== undefined, "postgres with psql");

describe.skipIf(isMissing)("a Postgres of one's own", () => {
  test("brings back after a kill and after a stop what it had committed", async () => {
    await using server = await startPostgresServer();
    expect(new URL(server.url).port).toBe(String(server.port));
    await query(server, "create table kept (word text)");
    await query(server, "insert into kept values ('killed')");
    await server.kill();
    await expect(query(server, "select 1")).rejects.toThrow(/refused/);
    await server.start();
    await query(server, "insert into kept values ('stopped')");
    await server.stop();
    await server.start();
    expect(await query(server, "select string_agg(word, ' ' order by word) from kept")).toBe("killed stopped");
  });

  test("is as durable as a real one", async () => {
    await using server = await startPostgresServer();
    const settings = "concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit'))";
    expect(await query(server, `select ${settings}`)).toBe("on on");
  });

  test("a kill takes the processes that serve connections along, in the middle of their work", async () => {
    await using server = await startPostgresServer();
    const client = spawn(psql, flags(server, "select pg_sleep(60)"), { stdio: ["ignore", "ignore", "pipe"] });
    const exited = once(client, "exit");
    const busy = "select count(*) from pg_stat_activity where query = 'select pg_sleep(60)'";
    await waitFor(async () => (await query(server, busy)) === "1");
    await server.kill();
    expect(await exited).toEqual([2, null]);
    await server.start();
    expect(await query(server, busy)).toBe("0");
  });
});
