import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "./checks/workspace.ts";

/** A package with the real launcher, a stub of the command line, and one workspace neighbour behind a symlink. */
function stubPackage(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "tocsin-launcher-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(join(ROOT, "apps/cli/bin"), join(folder, "cli/bin"), { recursive: true });
  const neighbour = {
    "neighbour/package.json": JSON.stringify({
      name: "neighbour",
      type: "module",
      exports: { ".": { "@tocsin/source": "./src/index.ts", default: "./dist/index.js" } },
    }),
    "neighbour/src/index.ts": 'export const from: string = "source";\n',
    "neighbour/dist/index.js": 'export const from = "build";\n',
  };
  const manifest = { "cli/package.json": JSON.stringify({ name: "cli", version: "7.8.9", type: "module" }) };
  for (const [name, text] of Object.entries({ ...neighbour, ...manifest, ...files })) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  mkdirSync(join(folder, "cli/node_modules"));
  symlinkSync(join(folder, "neighbour"), join(folder, "cli/node_modules/neighbour"));
  return join(folder, "cli/bin/tocsin.js");
}

const main = 'import { from } from "neighbour";\nconsole.log(process.pid, from, ...process.argv.slice(2));\n';
const run = (...parameters: readonly string[]) => spawnSync(process.execPath, parameters, { encoding: "utf8" });

test("a checkout runs its sources, in the process that was started", async () => {
  const launcher = stubPackage({ "cli/tsconfig.json": "{}", "cli/src/main.ts": main });
  const child = spawn(process.execPath, [launcher, "send", "hello"], { stdio: ["ignore", "pipe", "inherit"] });
  const output = (await child.stdout.setEncoding("utf8").toArray()).join("");
  expect(output).toBe(`${child.pid} source send hello\n`);
});

test("a published package runs its build", () => {
  const launcher = stubPackage({ "cli/src/main.ts": "throw new Error();", "cli/dist/main.js": main });
  expect(run(launcher, "send").stdout).toMatch(/^\d+ build send\n$/);
});

test("--version answers before anything else is loaded", () => {
  const launcher = stubPackage({ "cli/tsconfig.json": "{}", "cli/src/main.ts": "throw new Error();" });
  expect(run(launcher, "--version")).toMatchObject({ status: 0, stdout: "7.8.9\n", stderr: "" });
});

test("an old Node.js gets one clear line", () => {
  const old = `data:text/javascript,${encodeURIComponent(
    'for (const [key, value] of [["version", "v20.20.2"], ["versions", { node: "20.20.2" }]]) Object.defineProperty(process, key, { value });',
  )}`;
  const result = run("--import", old, stubPackage({ "cli/dist/main.js": main }), "--version");
  expect(result).toMatchObject({
    status: 1,
    stdout: "",
    stderr: "Tocsin needs Node.js 24 or newer; this is v20.20.2.\n",
  });
});
