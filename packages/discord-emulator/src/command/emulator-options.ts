import { type Command, InvalidArgumentError, Option } from "commander";
import type { EmulatorOptions } from "../emulator.ts";
import type { EventOrder } from "../gateway/options.ts";
import type { LimitProfile } from "../limits/profile.ts";
import { parsePort } from "./port.ts";

const PROFILES: readonly LimitProfile[] = ["documented", "strict", "off"];

const EVENT_ORDERS: readonly EventOrder[] = ["after", "before"];

/** Reads the path of a data directory. Empty, as an unset variable of a script gives it, it would mean the working directory. */
export function parseDataDir(text: string): string {
  if (text === "") throw new InvalidArgumentError("Give the path of a directory.");
  return text;
}

function parseSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(seed)) throw new InvalidArgumentError("Give a whole number from 0.");
  return seed;
}

/** Adds `--limits`: which rate limits the local Discord has. */
export function addLimitsOption(command: Command): Command {
  return command.addOption(
    new Option("--limits <profile>", "rate limits of the local Discord").choices(PROFILES).default("documented"),
  );
}

/** What {@link addEmulatorOptions} reads: options of `startDiscordEmulator`. */
export interface EmulatorCommandOptions extends Pick<EmulatorOptions, "dataDir" | "events" | "limits" | "seed"> {
  readonly port: number;
  readonly host: string;
}

/**
 * Adds the options of a command that runs an emulator: `--port`, `--host`, `--data-dir`, `--limits`, `--events`,
 * `--seed`. Without
 * `defaultDataDir` everything is kept in memory unless told otherwise.
 */
export function addEmulatorOptions(command: Command, defaultDataDir?: string): Command {
  command
    .option("--port <port>", "where it listens; 0 takes a free port", parsePort, 8090)
    .option("--host <address>", "the address it listens on", "127.0.0.1")
    .option(
      "--data-dir <directory>",
      "where everything is kept, and emulator.json written",
      parseDataDir,
      defaultDataDir,
    );
  return addLimitsOption(command)
    .addOption(
      new Option("--events <order>", "whether the gateway tells of a call after its answer or before it")
        .choices(EVENT_ORDERS)
        .default("after"),
    )
    .option("--seed <number>", "makes tokens, keys and faults repeatable", parseSeed);
}
