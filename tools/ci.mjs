/**
 * Everything that must hold before a change lands: `npm run ci`. A failing step does not stop the others; the last line is
 * the sum of the real results, one for each test and one for each other step.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { testTotals } from "./test-totals.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), "tocsin-ci-"));
const reportPath = join(scratch, "tests.json");
/** A test that never ends must not keep the whole run from telling its result. */
const STEP_TIMEOUT_MS = 30 * 60_000;
/** FORCE_COLOR would be taken for a wish even when it is 0. */
const environment = process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: "1" };

const onWindows = process.platform === "win32";
const running = new Set();

/** Ends a step with every process that it started: asked kindly, vitest waits for a worker that never answers. */
function end(child) {
  if (onWindows) child.kill();
  else process.kill(-child.pid, "SIGKILL");
}
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    for (const child of running) end(child);
    rmSync(scratch, { recursive: true, force: true });
    process.exit(130);
  });
}

/** Runs one script of package.json to its end; its output is printed whole, so that steps side by side stay readable. */
function run(name, script, { live = false, parameters = [] } = {}) {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const child = spawn("npm", ["run", "--silent", script, "--", ...parameters], {
      cwd: root,
      env: environment,
      stdio: ["ignore", live ? "inherit" : "pipe", live ? "inherit" : "pipe"],
      // npm is a .cmd file there.
      shell: onWindows,
      // A group of its own, so that it can be ended whole.
      detached: !onWindows,
    });
    running.add(child);
    const deadline = setTimeout(() => {
      console.error(`\n${name}: ended after ${STEP_TIMEOUT_MS / 60_000} minutes`);
      end(child);
    }, STEP_TIMEOUT_MS);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("error", (error) => {
      output += error.message;
    });
    child.once("close", (code) => {
      clearTimeout(deadline);
      running.delete(child);
      const [ok, seconds] = [code === 0, (performance.now() - startedAt) / 1000];
      if (!live) console.log(`\n--- ${name}: ${ok ? "passed" : "FAILED"} in ${seconds.toFixed(1)} s\n${output.trim()}`);
      resolve({ name, ok, seconds, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });
    });
  });
}

/** `npm test` itself, with a second reporter whose file holds the numbers. */
async function runTests() {
  const parameters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportPath}`];
  console.log("\n--- tests");
  const step = await run("tests", "test", { live: true, parameters });
  return { ...step, ...testTotals(readReport(), step.ok) };
}

function readReport() {
  try {
    return JSON.parse(readFileSync(reportPath, "utf8"));
  } catch {
    return undefined;
  }
}

const startedAt = performance.now();
try {
  const results = [
    ...(await Promise.all([run("typecheck", "typecheck"), run("lint", "lint"), run("unused code", "knip")])),
    await runTests(),
    await run("build", "build"),
    await run("package checks", "check:package"),
  ];
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log();
  console.table(
    Object.fromEntries(
      results.map(({ name, ok, seconds, passed, failed, skipped }) => [
        name,
        { result: ok ? "passed" : "FAILED", seconds: Number(seconds.toFixed(1)), passed, failed, skipped },
      ]),
    ),
  );
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1)} s in all`);
  const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
  console.log(`${sum("passed")} passed, ${sum("failed")} failed${skipped}`);
  if (sum("failed") > 0) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
