/** Alerts accepted and delivered in a second. What bounds it is the commit: it is on disk before anybody is answered. */
import { fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { compare, isQuickBench, ratePerSecond } from "@tocsin/testkit";
import { acceptRate, createBenchEngine, deliveryRate } from "./bench-engine.ts";
import { openBenchStores } from "./open-bench-stores.ts";

const ONE_BY_ONE_COUNT = isQuickBench() ? 100 : 300;
const AT_ONCE_COUNT = isQuickBench() ? 500 : 1_500;
const DELIVERED_COUNT = isQuickBench() ? 200 : 500;
/** A page of a database. */
const PAGE = Buffer.alloc(4_096, 1);

await using opened = await openBenchStores();
const engines = opened.stores.map(({ name, store }) => ({ name, bench: createBenchEngine(store, 1) }));
const forEach = (run: (bench: (typeof engines)[number]["bench"]) => Promise<number>) =>
  Object.fromEntries(engines.map(({ name, bench }) => [name, () => run(bench)]));

const file = openSync(join(opened.directory, "pages"), "w");
const syncPages = (): void => {
  for (let index = 0; index < ONE_BY_ONE_COUNT; index += 1) {
    writeSync(file, PAGE);
    fdatasyncSync(file);
  }
};
const disk = { "write and fdatasync": () => ratePerSecond(ONE_BY_ONE_COUNT, syncPages) };
const common = { bench: "engine", unit: "alerts/s", baseline: "write and fdatasync" } as const;
const notes = { "write and fdatasync": "the disk alone, a page each" };

await compare({
  ...common,
  notes,
  case: "accept, one at a time",
  candidates: { ...disk, ...forEach((bench) => acceptRate(bench, ONE_BY_ONE_COUNT, 1)) },
});
for (const workerCount of [16, 256]) {
  await compare({
    ...common,
    notes,
    case: `accept, ${workerCount} at once`,
    candidates: { ...disk, ...forEach((bench) => acceptRate(bench, AT_ONCE_COUNT, workerCount)) },
  });
}

for (const { bench } of engines) bench.engine.start();
await compare({
  bench: "engine",
  case: "accept and deliver, one destination",
  unit: "deliveries/s",
  candidates: forEach((bench) => deliveryRate(bench, DELIVERED_COUNT, 1)),
});
for (const { bench } of engines) await bench.engine.stop(5_000);
