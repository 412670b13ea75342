/** What a durable write costs in Postgres: this store beside `pg` alone, one at a time and many at once. */
import { openPostgresStore } from "@tocsin/store";
import { compare, isQuickBench, randomPrefix, ratePerSecond, reportMissing, sharedPostgres } from "@tocsin/testkit";
import { Pool } from "pg";
import { insertNote, newId, notes, TEXT } from "./notes.ts";

const ONE_BY_ONE_COUNT = isQuickBench() ? 200 : 1_000;
const AT_ONCE_COUNT = isQuickBench() ? 1_000 : 5_000;
const WRITER_COUNT = 256;
/** Both get as many. */
const CONNECTION_COUNT = 8;

/** Calls `write` `count` times, `workerCount` of them at once. */
async function repeat(count: number, workerCount: number, write: () => Promise<unknown>): Promise<void> {
  let started = 0;
  const worker = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      await write();
    }
  };
  await Promise.all(Array.from({ length: workerCount }, worker));
}

async function run(url: string): Promise<void> {
  const schema = randomPrefix();
  const store = openPostgresStore({ url, schema, migrations: [notes], poolSize: CONNECTION_COUNT });
  const pool = new Pool({ connectionString: url, max: CONNECTION_COUNT });
  try {
    await store.ready();
    const insert = { name: "insert", text: `insert into ${schema}.notes values ($1, $2)` };
    const alone = () => pool.query({ ...insert, values: [newId(), TEXT] });
    const grouped = () => store.write(insertNote);
    for (const [name, count, workerCount] of [
      ["one at a time", ONE_BY_ONE_COUNT, 1],
      [`${WRITER_COUNT} writers`, AT_ONCE_COUNT, WRITER_COUNT],
    ] as const) {
      await compare({
        bench: "store",
        case: `Postgres, ${name}`,
        unit: "writes/s",
        candidates: {
          pg: () => ratePerSecond(count, () => repeat(count, workerCount, alone)),
          store: () => ratePerSecond(count, () => repeat(count, workerCount, grouped)),
        },
        notes: { pg: `one statement each, ${CONNECTION_COUNT} connections` },
      });
    }
  } finally {
    await store.close();
    await pool.query(`drop schema if exists ${schema} cascade`);
    await pool.end();
  }
}

const postgres = await sharedPostgres();
if (postgres.isReachable) await run(postgres.url);
else reportMissing({ bench: "store", case: "Postgres", candidate: "all" }, "Postgres");
