import { createStopSignal } from "@tocsin/discord-emulator/command";
import type { Context } from "./context.ts";
import { runProgram } from "./program.ts";

// A reader that went away (`tocsin dev | head`) must not end what is running.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

const context: Context = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  isTTY: process.stdout.isTTY === true,
  stopSignal: createStopSignal(),
};

process.exitCode = await runProgram(process.argv.slice(2), context);
