import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { nodeProblem } from "./node-problem.ts";

test.each(["v24.0.0", "v25.1.2", "v100.0.0"])("has nothing against %s", (version) => {
  expect(nodeProblem(version)).toBeNull();
});

test.each(["v8.17.0", "v20.20.2", "v23.11.1"])("says that %s is too old", (version) => {
  expect(nodeProblem(version)).toBe(`Tocsin needs Node.js 24 or newer; this is ${version}.`);
});

test("the program says so before it loads anything else", () => {
  const old = `data:text/javascript,${encodeURIComponent(
    'Object.defineProperty(process, "version", { value: "v20.20.2" });',
  )}`;
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  // Without the condition @tocsin/source nothing else could be resolved in a checkout that was not built.
  const result = spawnSync(process.execPath, ["--import", old, main, "--version"], { encoding: "utf8" });
  expect(result).toMatchObject({
    status: 1,
    stdout: "",
    stderr: "Tocsin needs Node.js 24 or newer; this is v20.20.2.\n",
  });
});
