import { redact } from "@tocsin/errors";
import type { Context } from "./context.ts";
import type { ExitCode } from "./exit-code.ts";

/** What went wrong, for a person: one line, then lines of detail, then what to do about it. */
export interface Failure {
  readonly exitCode: ExitCode;
  readonly what: string;
  readonly details?: readonly string[];
  readonly advice?: string;
}

/** Writes the failure to stderr with every known shape of secret masked, and returns its exit code. */
export function reportFailure(context: Pick<Context, "stderr">, failure: Failure): ExitCode {
  const lines = [`error: ${failure.what}`, ...(failure.details ?? []).map((line) => `  ${line}`)];
  if (failure.advice !== undefined) lines.push(`  → ${failure.advice}`);
  context.stderr.write(redact(`${lines.join("\n")}\n`));
  return failure.exitCode;
}
