/**
 * Runs turbo with the given parameters: without its telemetry, and to the end of every task that can still run, so that one
 * run shows every mistake.
 */
import { spawnSync } from "node:child_process";

const parameters = [...process.argv.slice(2), "--continue=dependencies-successful", "--output-logs=new-only"];
const result = spawnSync("turbo", parameters, {
  stdio: "inherit",
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
  // turbo is a .cmd file there.
  shell: process.platform === "win32",
});
if (result.error) console.error(`turbo could not be started (${result.error.message}); run \`npm run setup\`.`);
process.exitCode = result.status ?? 1;
