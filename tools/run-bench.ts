import { fork } from "node:child_process";
import { once } from "node:events";
import type { BenchRow } from "../packages/testkit/src/bench/report-row.ts";

/** What a bench reported, and why it failed if it did. */
export interface BenchResult {
  readonly file: string;
  readonly rows: readonly BenchRow[];
  readonly failure: string | undefined;
}

export interface RunBenchOptions {
  readonly quick: boolean;
  /** @default 600000 */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10 * 60_000;

/**
 * Runs a bench to its end in a process of its own, with the sources of the workspace and `gc()` at hand. Its output goes
 * straight to ours. A bench that fails keeps the rows that it had reported.
 */
export async function runBench(file: string, options: RunBenchOptions): Promise<BenchResult> {
  const { quick, timeoutMs = TIMEOUT_MS } = options;
  const child = fork(file, {
    execArgv: ["--conditions=@tocsin/source", "--expose-gc"],
    env: { ...process.env, NODE_OPTIONS: undefined, TOCSIN_BENCH_QUICK: quick ? "1" : "" },
  });
  const killWithUs = (): boolean => child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const rows: BenchRow[] = [];
  child.on("message", (row) => rows.push(row as BenchRow));
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  clearTimeout(deadline);
  process.off("exit", killWithUs);
  return { file, rows, failure: failureOf() };

  function failureOf(): string | undefined {
    if (isLate) return `ended after ${timeoutMs / 1_000} s`;
    if (signal !== null) return `ended by ${signal}`;
    if (code !== 0) return `exit code ${code}, see its output above`;
    return rows.length === 0 ? "reported nothing" : undefined;
  }
}
