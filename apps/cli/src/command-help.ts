import { EXIT_CODES_HELP } from "./exit-code.ts";

/** What stands under the options of a command's `--help`: examples that work as they stand, and the exit codes. */
export function commandHelp(examples: readonly string[], notes = ""): string {
  const shown = examples.map((example) => `  $ ${example}`).join("\n");
  return `\nExamples:\n${shown}\n${notes === "" ? "" : `\n${notes}\n`}\n${EXIT_CODES_HELP}`;
}
