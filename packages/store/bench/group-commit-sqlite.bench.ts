/** What a durable write costs in SQLite: this store beside `node:sqlite` alone, one at a time and many at once. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteStore } from "@tocsin/store";
import { compare, isQuickBench, ratePerSecond, temporaryDirectory } from "@tocsin/testkit";
import { insertNote, newId, notes, TEXT } from "./notes.ts";

const ONE_BY_ONE_COUNT = isQuickBench() ? 200 : 1_000;
const AT_ONCE_COUNT = isQuickBench() ? 2_000 : 10_000;
/** As many as a relay has under way when its callers wait for their answers. */
const WRITER_COUNT = 256;

await using directory = await temporaryDirectory();
const store = await openSqliteStore({ file: join(directory.path, "store.sqlite"), migrations: [notes] });

const raw = new DatabaseSync(join(directory.path, "raw.sqlite"));
raw.exec(
  "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE notes (id text primary key, text text not null)",
);
const rawInsert = raw.prepare("INSERT INTO notes VALUES (?, ?)");

/** Every insert by itself is a transaction, as without a BEGIN it is. */
const rawOneByOne = (count: number): void => {
  for (let index = 0; index < count; index += 1) rawInsert.run(newId(), TEXT);
};
const storeOneByOne = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) await store.write(insertNote);
};
/** Writers side by side, each of which waits for its commit before the next write. */
const storeAtOnce = async (count: number): Promise<void> => {
  const each = Math.ceil(count / WRITER_COUNT);
  await Promise.all(Array.from({ length: WRITER_COUNT }, () => storeOneByOne(each)));
};

const common = { bench: "store", unit: "writes/s", baseline: "node:sqlite" } as const;
await compare({
  ...common,
  case: "SQLite, one at a time",
  candidates: {
    "node:sqlite": () => ratePerSecond(ONE_BY_ONE_COUNT, () => rawOneByOne(ONE_BY_ONE_COUNT)),
    store: () => ratePerSecond(ONE_BY_ONE_COUNT, () => storeOneByOne(ONE_BY_ONE_COUNT)),
  },
});
await compare({
  ...common,
  case: `SQLite, ${WRITER_COUNT} writers`,
  candidates: {
    "node:sqlite": () => ratePerSecond(ONE_BY_ONE_COUNT, () => rawOneByOne(ONE_BY_ONE_COUNT)),
    store: () => ratePerSecond(AT_ONCE_COUNT, () => storeAtOnce(AT_ONCE_COUNT)),
  },
  notes: { "node:sqlite": "synchronous: its writers queue" },
});

raw.close();
await store.close();
