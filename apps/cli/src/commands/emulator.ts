import { resolve } from "node:path";
import type { LimitProfile } from "@tocsin/discord-emulator";
import type { Command } from "commander";
import { ensureDiscordAnswers } from "../answering.ts";
import { commandHelp } from "../command-help.ts";
import type { Context } from "../context.ts";
import { makeDataDir, parseDataDir } from "../data-dir.ts";
import { ExitCode, OWN_EXIT_CODES_HELP } from "../exit-code.ts";
import { listening } from "../listening.ts";
import { createPaint } from "../paint.ts";
import { parsePort } from "../port.ts";
import { untilAborted } from "../until-aborted.ts";
import { addLimitsOption } from "./limits-option.ts";

export interface RunEmulatorOptions {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly limits: LimitProfile;
}

/** Whether only this machine reaches what listens on `host`. */
export function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/.test(host);
}

/** Runs the local Discord until the stop signal. Rejects with what kept it from starting. */
export async function runEmulator(context: Context, options: RunEmulatorOptions): Promise<ExitCode> {
  const stop = context.stopSignal();
  const dataDir = resolve(context.cwd, options.dataDir);
  await makeDataDir(dataDir);
  const { removeDescription, startDiscordEmulator, writeDescription } = await import("@tocsin/discord-emulator");
  await using parts = new AsyncDisposableStack();
  const emulator = await listening(options.port, options.host === "127.0.0.1" ? "--port" : "--port or --host", () =>
    startDiscordEmulator({ host: options.host, port: options.port, dataDir, limits: options.limits }),
  );
  parts.defer(() => emulator.close());
  await ensureDiscordAnswers(emulator.description, "start again");
  if (stop.aborted) return ExitCode.ok;
  parts.defer(() => removeDescription(dataDir));
  const path = await writeDescription(emulator, dataDir);

  if (!isLoopback(options.host))
    context.stderr.write(`note: everybody who reaches ${options.host} can use this Discord and read its page\n`);
  const paint = createPaint(context);
  const { page_url, api_url } = emulator.description;
  context.stdout.write(`${paint("bold", "The local Discord is ready.")}

  Page         ${paint("cyan", page_url)}
  REST API     ${paint("cyan", api_url)}
  Description  ${path}   (addresses, bot token, webhooks)

Use it with: tocsin dev --discord ${path}
Stop with Ctrl+C, or kill ${process.pid}.
`);
  await untilAborted(stop);
  context.stderr.write("stopping\n");
  return ExitCode.ok;
}

/** Adds `tocsin emulator`. `finish` is called with the exit code. */
export function addEmulatorCommand(program: Command, context: Context, finish: (code: ExitCode) => void): void {
  const command = program
    .command("emulator")
    .description("Run the local Discord alone, as a process of its own.")
    .option("--port <port>", "where it listens; 0 takes a free port", parsePort, 8090)
    .option("--host <address>", "the address it listens on", "127.0.0.1")
    .option(
      "--data-dir <directory>",
      "where everything is kept, and emulator.json written",
      parseDataDir,
      ".tocsin/emulator",
    );
  addLimitsOption(command)
    .addHelpText(
      "after",
      commandHelp(
        ["tocsin emulator --data-dir discord", "tocsin emulator --port 0 --data-dir /tmp/discord --limits strict"],
        OWN_EXIT_CODES_HELP,
        "When it answers, emulator.json in the data directory says how to reach it.",
      ),
    )
    .action(async (options: RunEmulatorOptions) => finish(await runEmulator(context, options)));
}
