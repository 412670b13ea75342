import { relative, resolve } from "node:path";
import type { LimitProfile } from "@tocsin/discord-emulator";
import { type Command, Option } from "commander";
import { commandHelp } from "../command-help.ts";
import type { Context } from "../context.ts";
import { createBanner } from "../dev/banner.ts";
import { ExitCode } from "../exit-code.ts";
import { createPaint } from "../paint.ts";
import { parsePort } from "../port.ts";
import { untilAborted } from "../until-aborted.ts";
import { addLimitsOption } from "./limits-option.ts";

export interface DevOptions {
  readonly port: number;
  readonly emulatorPort: number;
  readonly dataDir: string;
  readonly limits: LimitProfile;
  readonly config?: string;
  readonly discord?: string;
  readonly verbose?: boolean;
}

/** The variables that point a relay at the real Discord. */
const DISCORD_CREDENTIALS = ["DISCORD_WEBHOOK_URL", "DISCORD_BOT_TOKEN", "DISCORD_CHANNEL_ID"] as const;

/** Runs emulator and relay until the stop signal. Rejects with what kept them from starting. */
export async function runDev(context: Context, options: DevOptions): Promise<ExitCode> {
  const { cwd, env, stdout, stderr } = context;
  const stop = context.stopSignal();
  const ignored = DISCORD_CREDENTIALS.filter((name) => env[name]);
  if (ignored.length > 0)
    stderr.write(`note: ${ignored.join(", ")} ignored: tocsin dev only ever talks to a local Discord\n`);

  // Server, database and tracing are loaded here, so that the other commands start without them.
  const { startDev } = await import("../dev/start-dev.ts");
  await using dev = await startDev(
    {
      port: options.port,
      emulatorPort: options.emulatorPort,
      dataDir: resolve(cwd, options.dataDir),
      limits: options.limits,
      verbose: options.verbose === true,
      ...(options.config === undefined ? {} : { configFile: resolve(cwd, options.config) }),
      ...(options.discord === undefined ? {} : { discordFile: resolve(cwd, options.discord) }),
    },
    context,
  );
  if (dev === null) return ExitCode.ok;
  const banner = {
    relayUrl: dev.relayUrl,
    pageUrl: dev.discord.page_url,
    apiKey: dev.devKey.key,
    apiSecret: dev.devKey.secret,
    dataDir: relative(cwd, resolve(cwd, options.dataDir)) || ".",
    // npm sets this for what it runs (https://docs.npmjs.com/cli/using-npm/scripts): then `tocsin` is on nobody's PATH.
    command: env.npm_lifecycle_event === undefined ? "tocsin" : "npx tocsin",
    pid: process.pid,
  };
  stdout.write(createBanner(banner, createPaint(context)));
  await untilAborted(stop);
  stderr.write("stopping\n");
  return ExitCode.ok;
}

/** Adds `tocsin dev`. `finish` is called with the exit code. */
export function addDevCommand(program: Command, context: Context, finish: (code: ExitCode) => void): void {
  const command = program
    .command("dev")
    .description("Run a relay and a local Discord in one process, on this machine alone.")
    .option("--port <port>", "where the relay listens; 0 takes a free port", parsePort, 8080)
    .option("--emulator-port <port>", "where the local Discord listens; 0 takes a free port", parsePort, 8090)
    .option("--data-dir <directory>", "where everything is kept", ".tocsin")
    .option("--config <file>", "a tocsin.yaml with destinations and routes, instead of those built in")
    .addOption(new Option("--discord <file>", "the emulator.json of a tocsin emulator to use, instead of starting one"))
    .option("--no-bot", "run without the approval bot")
    .option("--verbose", "log every request to stderr, not only what went wrong");
  addLimitsOption(command)
    .addHelpText(
      "after",
      commandHelp(
        [
          "tocsin dev",
          "tocsin dev --port 9080 --emulator-port 9090 --data-dir /tmp/tocsin",
          "tocsin dev --config tocsin.yaml --limits strict",
        ],
        `When everything answers, dev.json in the data directory says how to reach it: tocsin send finds it there.
Without --config, topic "forum" goes to the forum channel, severity critical to "critical", the rest to "alerts".
With --config, addresses on Discord's hosts mean the local Discord, and the server section is not used.`,
      ),
    )
    .action(async (options: DevOptions) => finish(await runDev(context, options)));
}
