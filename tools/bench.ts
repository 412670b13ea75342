/**
 * Every benchmark of the repository, one after the other, and one table at the end: `npm run bench`.
 *
 *   --only TEXT   only benches whose path contains TEXT, such as `queue`; may be given more than once
 *   --quick       a short look: smaller counts, fewer rounds
 *   --json FILE   where the figures go, default .tocsin/bench.json
 *
 * Figures gate nothing. The exit code is 1 when a bench failed, and 2 when no bench has such a name.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { benchTable } from "./bench-table.ts";
import { listFiles, ROOT } from "./checks/workspace.ts";
import { type BenchResult, runBench } from "./run-bench.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    quick: { type: "boolean", default: false },
    json: { type: "string", default: join(ROOT, ".tocsin", "bench.json") },
  },
});

const all = listFiles("{packages,apps}/*/bench/*.bench.ts");
const files = values.only.length === 0 ? all : all.filter((file) => values.only.some((text) => file.includes(text)));
if (files.length === 0) {
  console.error(`no such bench; there are:\n${all.join("\n")}`);
  process.exit(2);
}

const results: BenchResult[] = [];
for (const file of files) {
  console.log(`running ${file}`);
  const result = await runBench(join(ROOT, file), { quick: values.quick });
  results.push({ ...result, file });
}

const rows = results.flatMap(({ file, rows, failure }) => {
  if (failure === undefined) return rows;
  const name = rows[0]?.bench ?? file.split("/")[1] ?? file;
  return [...rows, { bench: name, case: "FAILED", candidate: "", value: null, unit: "", note: `${file}: ${failure}` }];
});
console.log(`\n${benchTable(rows)}`);

const path = resolve(values.json);
mkdirSync(dirname(path), { recursive: true });
const machine = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cpuCount: cpus().length };
writeFileSync(
  path,
  `${JSON.stringify({ at: new Date().toISOString(), quick: values.quick, machine, rows }, null, 2)}\n`,
);
if (results.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
