import { resolve } from "node:path";
import { isTocsinError } from "@tocsin/errors";
import { Command } from "commander";
import { addEmulatorOptions, type EmulatorCommandOptions } from "./command/emulator-options.ts";
import { serveEmulator } from "./command/serve-emulator.ts";
import { createStopSignal } from "./command/stop-signal.ts";
import { startDiscordEmulator } from "./emulator.ts";

const stopSignal = createStopSignal();

async function run({ dataDir, ...options }: EmulatorCommandOptions): Promise<void> {
  const stop = stopSignal();
  const place = dataDir === undefined ? {} : { dataDir: resolve(dataDir) };
  const emulator = await startDiscordEmulator({ ...options, ...place });
  const { stdout, stderr } = process;
  await serveEmulator(emulator, { stdout, stderr, stop, host: options.host, ...place });
}

// A reader that went away (`discord-emulator | head`) must not end what is running.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

try {
  await addEmulatorOptions(new Command("discord-emulator"))
    .description("Runs a local Discord: REST API, gateway, interactions, and a page that shows the channels.")
    .showHelpAfterError("(discord-emulator --help lists every option)")
    .addHelpText(
      "after",
      "\nExamples:\n  $ npx @tocsin/discord-emulator\n  $ npx @tocsin/discord-emulator --port 0 --data-dir discord --limits strict\n\n" +
        "Without --data-dir everything is in memory, and the bot's token is printed. With it, emulator.json there says all.",
    )
    .action(run)
    .parseAsync();
} catch (error) {
  if (!isTocsinError(error)) throw error;
  const cause = error.cause instanceof Error ? `\n  cause: ${error.cause.message}` : "";
  process.stderr.write(`error: ${error.message}${cause}\n`);
  process.exitCode = 1;
}
