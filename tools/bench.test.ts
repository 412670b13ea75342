import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { benchTable } from "./bench-table.ts";
import { ROOT } from "./checks/workspace.ts";
import { runBench } from "./run-bench.ts";

const question = { bench: "queue", case: "drain", unit: "sends/s", baseline: "ours" };

describe("the table", () => {
  test("shows figures, ranges and ratios to the baseline", () => {
    const table = benchTable([
      { ...question, candidate: "ours", value: 12_345.6, range: [1_000, 20_000] },
      { ...question, candidate: "theirs", value: 6_172.8, note: "version 9" },
    ]);
    expect(table.split("\n")).toEqual([
      "bench  case   candidate          median           range  ratio  note",
      "-----  -----  ---------  --------------  --------------  -----  ---------",
      "queue  drain  ours       12,300 sends/s  1,000 – 20,000   1.00",
      "queue  drain  theirs      6,170 sends/s                   0.50  version 9",
    ]);
  });

  test("compares only what has the same bench, case and unit", () => {
    const lines = benchTable([
      { ...question, candidate: "ours", value: 2 },
      { ...question, candidate: "theirs", value: 4, case: "accept" },
      { ...question, candidate: "theirs", value: 4, unit: "ms" },
      { ...question, candidate: "theirs", value: 4, bench: "store" },
    ]).split("\n");
    expect(lines.filter((line) => line.includes("2.00"))).toEqual([]);
  });

  test("shows what could not be measured, and why", () => {
    const missing = { ...question, candidate: "postgres", value: null, unit: "", note: "Postgres is not available" };
    expect(benchTable([missing])).toMatch(/postgres +– +Postgres is not available$/);
  });
});

describe("a bench", () => {
  const bench = (code: string): string => {
    const folder = mkdtempSync(join(tmpdir(), "tocsin-bench-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "one.bench.mjs"), code);
    return join(folder, "one.bench.mjs");
  };
  const report = `process.send(${JSON.stringify({ ...question, candidate: "ours", value: 1 })});`;

  test("gives its rows", async () => {
    const { rows, failure } = await runBench(bench(report), { quick: false });
    expect(rows).toEqual([{ ...question, candidate: "ours", value: 1 }]);
    expect(failure).toBeUndefined();
  });

  test.each([true, false])(
    "knows whether a short look is wanted, and may collect garbage (quick %s)",
    async (quick) => {
      const code = `gc(); process.send({ value: process.env.TOCSIN_BENCH_QUICK === "1" });`;
      expect((await runBench(bench(code), { quick })).rows).toEqual([{ value: quick }]);
    },
  );

  test.each([
    ["exits with an error", `${report} process.exitCode = 3;`, "exit code 3, see its output above", 1],
    ["is ended by a signal", 'process.kill(process.pid, "SIGKILL");', "ended by SIGKILL", 0],
    ["takes too long", "setInterval(() => {}, 1_000);", "ended after 0.25 s", 0],
    ["reports nothing", "", "reported nothing", 0],
  ])("that %s has failed, and keeps its rows", async (_what, code, failure, count) => {
    const result = await runBench(bench(code), {
      quick: true,
      timeoutMs: failure.startsWith("ended after") ? 250 : 20_000,
    });
    expect(result.failure).toBe(failure);
    expect(result.rows).toHaveLength(count);
  });

  test("that does not exist is an error that lists those that do", () => {
    const parameters = [join(ROOT, "tools/bench.ts"), "--only", "no-such-bench"];
    expect(spawnSync(process.execPath, parameters, { encoding: "utf8" })).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(/^no such bench; there are:\n/),
    });
  });
});
