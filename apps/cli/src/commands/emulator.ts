import { resolve } from "node:path";
import { addEmulatorOptions, type EmulatorCommandOptions, serveEmulator } from "@tocsin/discord-emulator/command";
import type { Command } from "commander";
import { ensureDiscordAnswers } from "../answering.ts";
import { commandHelp } from "../command-help.ts";
import type { Context } from "../context.ts";
import { makeDataDir } from "../data-dir.ts";
import { ExitCode, OWN_EXIT_CODES_HELP } from "../exit-code.ts";
import { listening } from "../listening.ts";
import { createPaint } from "../paint.ts";

/** Options of `tocsin emulator`. It always has a data directory. */
export type RunEmulatorOptions = EmulatorCommandOptions & { readonly dataDir: string };

/** Runs the local Discord until the stop signal. Rejects with what kept it from starting. */
export async function runEmulator(context: Context, options: RunEmulatorOptions): Promise<ExitCode> {
  const stop = context.stopSignal();
  const dataDir = resolve(context.cwd, options.dataDir);
  await makeDataDir(dataDir);
  const { startDiscordEmulator } = await import("@tocsin/discord-emulator");
  const { port, host } = options;
  const emulator = await listening(port, host === "127.0.0.1" ? "--port" : "--port or --host", () =>
    startDiscordEmulator({ ...options, dataDir }),
  );
  try {
    await ensureDiscordAnswers(emulator.description, "start again");
  } catch (error) {
    await emulator.close();
    throw error;
  }
  const { stdout, stderr } = context;
  const hint = (path: string): string => `Use it with: tocsin dev --discord ${path}`;
  await serveEmulator(emulator, { stdout, stderr, stop, host, dataDir, hint, paint: createPaint(context) });
  return ExitCode.ok;
}

/** Adds `tocsin emulator`. `finish` is called with the exit code. */
export function addEmulatorCommand(program: Command, context: Context, finish: (code: ExitCode) => void): void {
  const command = program.command("emulator").description("Run the local Discord alone, as a process of its own.");
  addEmulatorOptions(command, ".tocsin/emulator")
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
