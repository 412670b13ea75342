import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "./checks/workspace.ts";

/** A checkout with one dependency, and an `npx` that only notes how it was called. */
function stubCheckout({ exitCode = 0 } = {}) {
  const root = mkdtempSync(join(tmpdir(), "tocsin-setup-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ["tools", "bin", "node_modules/left-dependency", "packages/one/node_modules/right-dependency"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  cpSync(join(ROOT, "tools/setup.mjs"), join(root, "tools/setup.mjs"));
  const write = (file: string, text: string): void => writeFileSync(join(root, file), text);
  write("package.json", JSON.stringify({ packageManager: "pnpm@12.4.2", devDependencies: { "left-dependency": "1" } }));
  write("packages/one/package.json", JSON.stringify({ dependencies: { "right-dependency": "1" } }));
  write("pnpm-lock.yaml", "lockfileVersion: '9.0'\n");
  write("pnpm-workspace.yaml", "packages: [packages/*]\n");
  write("bin/npx", `#!/bin/sh\necho "$@ CI=$CI" >> "${root}/calls"\necho why it failed >&2\nexit ${exitCode}\n`);
  chmodSync(join(root, "bin/npx"), 0o755);
  return {
    root,
    write,
    run: (...parameters: string[]) =>
      spawnSync(process.execPath, ["tools/setup.mjs", ...parameters], {
        cwd: root,
        encoding: "utf8",
        env: { ...process.env, PATH: `${join(root, "bin")}${delimiter}${process.env.PATH}` },
      }),
    calls: () =>
      existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8").trimEnd().split("\n") : [],
  };
}

test("installs what the lockfile says, with the pnpm that package.json names, and without questions", () => {
  const { run, calls } = stubCheckout();
  expect(run().status).toBe(0);
  expect(calls()).toEqual(["--yes pnpm@12.4.2 install --frozen-lockfile CI=true"]);
});

test("--quiet asks nobody when nothing changed", () => {
  const { run, calls } = stubCheckout();
  run("--quiet");
  expect(run("--quiet")).toMatchObject({ status: 0, stdout: "", stderr: "" });
  expect(calls()).toHaveLength(1);
});

test("--quiet installs again after the lockfile changed", () => {
  const { run, calls, write } = stubCheckout();
  run("--quiet");
  write("pnpm-lock.yaml", "lockfileVersion: '10.0'\n");
  run("--quiet");
  expect(calls()).toHaveLength(2);
});

test("--quiet installs again after a package's node_modules went away", () => {
  const { root, run, calls } = stubCheckout();
  run("--quiet");
  rmSync(join(root, "packages/one/node_modules"), { recursive: true });
  run("--quiet");
  expect(calls()).toHaveLength(2);
});

test("a failed install says what to run, and is tried again", () => {
  const { run, calls } = stubCheckout({ exitCode: 3 });
  const { status, stderr } = run("--quiet");
  expect(status).toBe(1);
  expect(stderr).toContain("why it failed");
  expect(stderr.trimEnd().split("\n").at(-1)).toMatch(/exit code 3.*run `npm run setup`/);
  run("--quiet");
  expect(calls()).toHaveLength(2);
});

test("traces of npm install get a hint", () => {
  const { run, write } = stubCheckout();
  write("package-lock.json", "{}");
  expect(run("--quiet").stderr).toContain("not with npm install");
});
