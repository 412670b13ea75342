import { relative, resolve } from "node:path";
import type { LimitProfile } from "@tocsin/discord-emulator";
import { addLimitsOption, parseDataDir, parsePort, untilAborted } from "@tocsin/discord-emulator/command";
import type { Command } from "commander";
import { commandHelp } from "../command-help.ts";
import type { Context } from "../context.ts";
import { createBanner } from "../dev/banner.ts";
import { ExitCode, OWN_EXIT_CODES_HELP } from "../exit-code.ts";
import { createPaint } from "../paint.ts";
import { reportFailure } from "../report-failure.ts";

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

/** The variables that lead `tocsin send` elsewhere than to the nearest `dev.json`. */
const RELAY_SETTINGS = ["TOCSIN_URL", "TOCSIN_API_KEY", "TOCSIN_API_SECRET"] as const;

/** Runs emulator and relay until the stop signal. Rejects with what kept them from starting. */
export async function runDev(context: Context, options: DevOptions): Promise<ExitCode> {
  const { cwd, env, stdout, stderr } = context;
  if (options.port !== 0 && options.port === options.emulatorPort && options.discord === undefined) {
    return reportFailure(context, {
      exitCode: ExitCode.wrongUse,
      what: `--port and --emulator-port are both ${options.port}`,
      advice: "relay and local Discord need a port each",
    });
  }
  const stop = context.stopSignal();
  const ignored = DISCORD_CREDENTIALS.filter((name) => env[name]);
  if (ignored.length > 0)
    stderr.write(`note: ${ignored.join(", ")} ignored: tocsin dev only ever talks to a local Discord\n`);

  // All of it is loaded here, so that the other commands start without it, and server and tracing after the data directory
  // is ours.
  const dataDir = resolve(cwd, options.dataDir);
  const { openDataDir } = await import("../dev/open-data-dir.ts");
  await using data = await openDataDir(dataDir);
  const { startDev } = await import("../dev/start-dev.ts");
  await using dev = await startDev(
    data,
    {
      port: options.port,
      emulatorPort: options.emulatorPort,
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
    keptIn: dev.isInDatabase ? "the database" : relative(cwd, dataDir) || ".",
    isFound: dataDir === resolve(cwd, ".tocsin") && !RELAY_SETTINGS.some((name) => env[name]),
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
    .option("--data-dir <directory>", "where everything is kept", parseDataDir, ".tocsin")
    .option("--config <file>", "a tocsin.yaml: destinations and routes instead of those built in, Postgres, Redis")
    .option(
      "--discord <file>",
      "the emulator.json of a tocsin emulator to use; --emulator-port and --limits are then its own",
    )
    .option("--no-bot", "accepted; there is no approval bot yet")
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
        OWN_EXIT_CODES_HELP,
        `When everything answers, dev.json in the data directory says how to reach it: tocsin send finds it there.
Without --config, a bot takes topic "forum" to the forum channel and severity critical to "critical", where each alert has a
thread; a webhook takes the rest to "alerts".
With --config, bots and addresses on Discord's hosts mean the local Discord, and the server section is not used.
Its sections database (Postgres) and redis may be used by several tocsin dev with one --discord; without them, all is in
the data directory. While one of them cannot be reached, it says so on stderr and waits.`,
      ),
    )
    .action(async (options: DevOptions) => finish(await runDev(context, options)));
}
