/** Works run once in a second, with each store: two calls to the store for a new key, one for a known one. */
import { join } from "node:path";
import { createIdempotency, type IdempotencyStore } from "@tocsin/idempotency";
import { createMemoryStore } from "@tocsin/idempotency/drivers/memory";
import { createRedisStore } from "@tocsin/idempotency/drivers/redis";
import { createSqlStore } from "@tocsin/idempotency/drivers/sql";
import {
  compare,
  hasRedisServer,
  isQuickBench,
  ratePerSecond,
  reportMissing,
  sharedPostgres,
  startRedisServer,
  temporaryDirectory,
} from "@tocsin/testkit";
import { Redis } from "ioredis";
import { createPostgresSchema } from "../test/support/postgres-harness.ts";
import { openSqliteDatabase } from "../test/support/sqlite-database.ts";
import { migrate } from "../test/support/sqlite-harness.ts";

const BENCH = "idempotency";
const COUNT = isQuickBench() ? 300 : 1_000;
const AT_ONCE_COUNT = 64;

await using resources = new AsyncDisposableStack();
const stores = new Map<string, IdempotencyStore>();

stores.set("memory", createMemoryStore({ maxCount: 1_000_000 }));
if (hasRedisServer()) {
  const server = resources.use(await startRedisServer());
  const redis = new Redis(server.url);
  resources.defer(() => redis.disconnect());
  stores.set("Redis", createRedisStore({ redis, prefix: "bench" }));
} else reportMissing({ bench: BENCH, case: "all", candidate: "Redis" }, "redis-server");

const directory = resources.use(await temporaryDirectory());
const sqlite = resources.use(openSqliteDatabase(join(directory.path, "bench.sqlite")));
await migrate(sqlite.db);
stores.set("SQLite", createSqlStore({ database: sqlite }));

const postgres = await sharedPostgres();
if (postgres.isReachable) {
  const schema = resources.use(await createPostgresSchema(postgres.url));
  stores.set("Postgres", createSqlStore({ database: schema.database }));
} else reportMissing({ bench: BENCH, case: "all", candidate: "Postgres" }, "Postgres");

let keyCount = 0;

/** Runs a small work `COUNT` times, `workerCount` of them at once. */
async function run(store: IdempotencyStore, workerCount: number, newKey: () => string, kind: string): Promise<number> {
  const { runOnce } = createIdempotency({ store });
  let started = 0;
  const worker = async (): Promise<void> => {
    while (started < COUNT) {
      started += 1;
      const result = await runOnce({ scope: "bench", key: newKey() }, { fingerprint: "payload" }, () => ({ ok: true }));
      if (result.kind !== kind) throw new Error(`expected ${kind}, got ${result.kind}`);
    }
  };
  return ratePerSecond(COUNT, () => Promise.all(Array.from({ length: workerCount }, worker)));
}

const newKey = (): string => {
  keyCount += 1;
  return `new-${keyCount}`;
};
const candidates = (workerCount: number, key: () => string, kind: string) =>
  Object.fromEntries([...stores].map(([name, store]) => [name, () => run(store, workerCount, key, kind)]));

const common = { bench: BENCH, unit: "runs/s", baseline: "memory" };
await compare({ ...common, case: "new keys, one at a time", candidates: candidates(1, newKey, "ran") });
await compare({
  ...common,
  case: `new keys, ${AT_ONCE_COUNT} at once`,
  candidates: candidates(AT_ONCE_COUNT, newKey, "ran"),
  notes: { SQLite: "a commit each: no store with group commit" },
});
const KNOWN_COUNT = 100;
let knownCount = 0;
const knownKey = (): string => {
  knownCount += 1;
  return `known-${knownCount % KNOWN_COUNT}`;
};
for (const store of stores.values()) {
  const { runOnce } = createIdempotency({ store });
  for (let index = 0; index < KNOWN_COUNT; index += 1) {
    await runOnce({ scope: "bench", key: knownKey() }, { fingerprint: "payload" }, () => ({ ok: true }));
  }
}
await compare({
  ...common,
  case: `replays, ${AT_ONCE_COUNT} at once`,
  candidates: candidates(AT_ONCE_COUNT, knownKey, "replayed"),
});
