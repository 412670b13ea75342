import type { Context } from "./context.ts";
import { runProgram } from "./program.ts";

const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Ctrl+C below npm arrives twice, from the terminal and forwarded by npm. Signals this close together are one. */
const SAME_SIGNAL_MS = 1_000;

function createStopSignal(): () => AbortSignal {
  let controller: AbortController | undefined;
  return () => {
    if (controller) return controller.signal;
    const created = new AbortController();
    controller = created;
    const stop = (): void => {
      if (created.signal.aborted) return;
      created.abort();
      // Then the default action comes back, so that a second signal ends a shutdown that hangs.
      const giveBack = (): void => {
        for (const signal of STOP_SIGNALS) process.off(signal, stop);
      };
      setTimeout(giveBack, SAME_SIGNAL_MS).unref();
    };
    for (const signal of STOP_SIGNALS) process.on(signal, stop);
    return created.signal;
  };
}

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
