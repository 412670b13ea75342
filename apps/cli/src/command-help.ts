/** What stands under the options of a command's `--help`: examples that work as they stand, and the exit codes. */
export function commandHelp(examples: readonly string[], exitCodes: string, notes: string): string {
  const shown = examples.map((example) => `  $ ${example}`).join("\n");
  return `\nExamples:\n${shown}\n\n${notes}\n\n${exitCodes}`;
}
