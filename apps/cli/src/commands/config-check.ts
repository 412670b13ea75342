import { resolve } from "node:path";
import { redact } from "@tocsin/errors";
import type { Command } from "commander";
import { commandHelp } from "../command-help.ts";
import type { ConfigSummary } from "../config/summarise-config.ts";
import type { Context } from "../context.ts";
import { ExitCode } from "../exit-code.ts";
import { reportFailure } from "../report-failure.ts";

interface ConfigCheckOptions {
  readonly json?: boolean;
}

const EXIT_CODES_HELP = `Exit codes:
  0  the file is right
  2  the file has mistakes or cannot be read, or wrong use`;

/** Checks a `tocsin.yaml` whole and prints what it will do, or every mistake. Asks nobody over the network. */
async function runConfigCheck(context: Context, file: string, options: ConfigCheckOptions): Promise<ExitCode> {
  // Loaded here, because it knows the whole relay and the other commands start without that.
  const { loadConfig } = await import("@tocsin/relay");
  const loaded = loadConfig(resolve(context.cwd, file), context.env);
  if (loaded.kind === "invalid") {
    const { issues } = loaded;
    if (options.json) {
      printJson(context, { file, valid: false, issues });
      return ExitCode.wrongUse;
    }
    return reportFailure(context, {
      exitCode: ExitCode.wrongUse,
      what: `${file} has ${issues.length === 1 ? "a mistake" : `${issues.length} mistakes`}:`,
      details: issues.map(({ message }) => message),
    });
  }
  const { summariseConfig } = await import("../config/summarise-config.ts");
  const summary = summariseConfig(loaded.config);
  if (options.json) printJson(context, { file, valid: true, ...summary });
  else context.stdout.write(redact(toText(file, summary)));
  return ExitCode.ok;
}

function printJson(context: Context, value: object): void {
  const masked = (_key: string, item: unknown) => (typeof item === "string" ? redact(item) : item);
  context.stdout.write(`${JSON.stringify(value, masked, 2)}\n`);
}

function toText(file: string, { destinations, routes, notes }: ConfigSummary): string {
  const named = routes.map(({ name, summary }, index) => ({ name: name ?? `#${index + 1}`, summary }));
  return [
    `${file} is valid.`,
    ...section("Destinations", destinations),
    ...section("Routes, in this order", named),
    ...(notes.length === 0 ? [] : ["", ...notes.map((note) => `note: ${note}`)]),
    "",
  ].join("\n");
}

function section(
  title: string,
  rows: readonly { readonly name: string; readonly summary: string }[],
): readonly string[] {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ["", `${title}:`, ...(lines.length === 0 ? ["  none"] : lines)];
}

/** Adds `tocsin config check`. `finish` is called with the exit code. */
export function addConfigCommand(program: Command, context: Context, finish: (code: ExitCode) => void): void {
  program
    .command("config")
    .description("Work on a tocsin.yaml.")
    .command("check")
    .description("Check a tocsin.yaml whole, and say what each destination and route will do. Uses no network.")
    .argument("[file]", "the file", "tocsin.yaml")
    .option("--json", "print the outcome as JSON")
    .addHelpText(
      "after",
      commandHelp(
        ["tocsin config check", "tocsin config check production.yaml --json"],
        EXIT_CODES_HELP,
        `Every mistake is listed with its line, what was found and what was expected; a secret never is.
Variables (\${env:NAME}) are taken from the environment and secret files are read, as the relay would.`,
      ),
    )
    .action(async (file: string, options: ConfigCheckOptions) => finish(await runConfigCheck(context, file, options)));
}
