import { isTocsinError, redact } from "@tocsin/errors";
import { Command, CommanderError } from "commander";
import { addConfigCommand } from "./commands/config-check.ts";
import { addDevCommand } from "./commands/dev.ts";
import { addEmulatorCommand } from "./commands/emulator.ts";
import { addSendCommand } from "./commands/send.ts";
import type { Context } from "./context.ts";
import { EXIT_CODES_HELP, ExitCode } from "./exit-code.ts";
import { packageVersion } from "./package-version.ts";
import { type Failure, reportFailure } from "./report-failure.ts";

/** Our own messages are complete; those of others are clearer with what led to them. */
function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { exitCode: ExitCode.failure, what: String(error) };
  const isOwn = isTocsinError(error) && error.code.startsWith("CLI_");
  const cause = !isOwn && error.cause instanceof Error ? [`cause: ${error.cause.message}`] : [];
  return { exitCode: ExitCode.failure, what: error.message, details: cause };
}

/**
 * Runs one command line (`args` without node and script) and resolves to its exit code. Never throws and never ends the
 * process. `dev` and `emulator` resolve only after `context.stopSignal()` aborted or their start failed.
 */
export async function runProgram(args: readonly string[], context: Context): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.ok;
  const finish = (code: ExitCode): void => {
    exitCode = code;
  };
  const program = new Command("tocsin")
    .description("Turns Discord into an alert bus: raise alerts, see them arrive, try it all on a local Discord.")
    .version(packageVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(redact(text)),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .showHelpAfterError("(tocsin --help lists every command and option)")
    .addHelpText(
      "after",
      `\nExamples:\n  $ tocsin dev\n  $ tocsin send "Disk almost full" --severity warn\n\n${EXIT_CODES_HELP}`,
    );
  addDevCommand(program, context, finish);
  addEmulatorCommand(program, context, finish);
  addSendCommand(program, context, finish);
  addConfigCommand(program, context, finish);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has already written its message; help and version come here with exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.wrongUse;
    return reportFailure(context, toFailure(error));
  }
}
