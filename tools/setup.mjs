/**
 * Installs exactly what pnpm-lock.yaml says. Runs on any Node from 20 with nothing installed.
 *
 *   node tools/setup.mjs           always installs (under a second when nothing is to do)
 *   node tools/setup.mjs --quiet   installs only what is missing, and says nothing unless it has to
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const quiet = process.argv.includes("--quiet");
const stampPath = join(root, "node_modules", ".tocsin-setup");
const readText = (...parts) => readFileSync(join(root, ...parts), "utf8");

/** Changes with whatever decides the installed tree: the lockfile, pnpm's settings, the kind of machine. */
function wantedStamp() {
  const hash = createHash("sha256");
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(readText(file));
  return hash.update(`${process.platform}-${process.arch}`).digest("hex");
}

function workspaceFolders() {
  const folders = ["packages", "apps"].flatMap((group) =>
    existsSync(join(root, group)) ? readdirSync(join(root, group)).map((name) => join(group, name)) : [],
  );
  return [".", ...folders.filter((folder) => existsSync(join(root, folder, "package.json")))];
}

/** Whether every declared dependency is linked: a deleted node_modules is noticed without asking pnpm. */
function isComplete() {
  return workspaceFolders().every((folder) => {
    const { dependencies, devDependencies } = JSON.parse(readText(folder, "package.json"));
    return Object.keys({ ...dependencies, ...devDependencies }).every((name) =>
      existsSync(join(root, folder, "node_modules", name)),
    );
  });
}

function isUpToDate(stamp) {
  return existsSync(stampPath) && readFileSync(stampPath, "utf8") === stamp && isComplete();
}

/** Runs pnpm and returns undefined, or the reason why it did not work. */
function install() {
  const [, version] = /^pnpm@(\d+\.\d+\.\d+)/.exec(JSON.parse(readText("package.json")).packageManager) ?? [];
  if (version === undefined) return 'package.json has no "packageManager": "pnpm@x.y.z"';
  const parameters = ["--yes", `pnpm@${version}`, "install", "--frozen-lockfile"];
  const result = spawnSync("npx", quiet ? [...parameters, "--reporter=silent"] : parameters, {
    cwd: root,
    // CI=true: pnpm asks no question, not even before it replaces a node_modules that npm made.
    env: { ...process.env, CI: "true" },
    stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
    encoding: "utf8",
    // npx is a .cmd file there.
    shell: process.platform === "win32",
  });
  if (result.status === 0) return undefined;
  if (quiet) process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  if (result.error) return `npx could not be started: ${result.error.message}`;
  return result.signal ? `pnpm was ended by ${result.signal}` : `pnpm ended with exit code ${result.status}`;
}

const stamp = wantedStamp();
if (!quiet || !isUpToDate(stamp)) {
  const madeByNpm = ["package-lock.json", join("node_modules", ".package-lock.json")].filter((file) =>
    existsSync(join(root, file)),
  );
  if (quiet) console.error("tocsin: installing what pnpm-lock.yaml says …");
  const failure = install();
  if (failure === undefined) writeFileSync(stampPath, stamp);
  if (madeByNpm.length > 0) {
    console.error(
      `tocsin: found ${madeByNpm.join(" and ")}: this repository is installed with \`npm run setup\`, not with npm install or npm ci`,
    );
  }
  if (failure !== undefined) {
    console.error(`tocsin: the install failed: ${failure}. Read pnpm's lines above, then run \`npm run setup\`.`);
    process.exitCode = 1;
  }
}
