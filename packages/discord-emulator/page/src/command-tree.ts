import type { Choice, Command, CommandOption, GivenOption } from "./interaction-wire.ts";
import type { SentFile } from "./sent-file.ts";

const SUB_COMMAND = 1;
const SUB_COMMAND_GROUP = 2;
const CHAT_INPUT = 1;

/** What can be run: a command, or one of its subcommands. */
export interface RunnableCommand {
  readonly command: Command;
  /** `["alert", "ack"]` */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly CommandOption[];
}

/** What a field holds: the text that is seen, and the value that a suggestion or a chosen file stands for. */
export interface FieldValue {
  readonly text: string;
  readonly value?: string | number | SentFile;
}

export const commandTitle = ({ path }: RunnableCommand): string => `/${path.join(" ")}`;

/** The chat commands, each subcommand on its own, in the order of their names. */
export function runnableCommands(commands: readonly Command[]): RunnableCommand[] {
  return commands
    .filter((command) => command.type === CHAT_INPUT)
    .flatMap((command) => leaves(command, [command.name], command.description ?? "", command.options ?? []))
    .sort((a, b) => commandTitle(a).localeCompare(commandTitle(b)));
}

function leaves(
  command: Command,
  path: readonly string[],
  description: string,
  options: readonly CommandOption[],
): RunnableCommand[] {
  const nested = options.filter(({ type }) => type === SUB_COMMAND || type === SUB_COMMAND_GROUP);
  if (nested.length === 0) return [{ command, path, description, options }];
  return nested.flatMap((option) =>
    leaves(command, [...path, option.name], option.description ?? "", option.options ?? []),
  );
}

/** Those whose name has the text after the slash in it; where it stands at the beginning comes first. */
export function matchingCommands(commands: readonly RunnableCommand[], text: string): RunnableCommand[] {
  const wanted = text.toLowerCase().trim();
  const rank = (command: RunnableCommand) => commandTitle(command).toLowerCase().indexOf(wanted, 0);
  return commands
    .map((command) => ({ command, rank: rank(command) }))
    .filter((one) => one.rank >= 0)
    .sort((a, b) => Number(a.rank > 0) - Number(b.rank > 0))
    .map(({ command }) => command);
}

/**
 * The filled fields as Discord nests them. An empty field is left out, unless it is the one that `focusedName` asks suggestions for: then it is
 * there as it stands.
 */
export function givenOptions(
  { path, options }: RunnableCommand,
  values: ReadonlyMap<string, FieldValue>,
  focusedName?: string,
): GivenOption[] {
  const given = options.flatMap((option): GivenOption[] => {
    const field = values.get(option.name) ?? { text: "" };
    if (option.name === focusedName) return [{ name: option.name, value: field.text, focused: true }];
    return field.text === "" ? [] : [{ name: option.name, value: optionValue(option, field) }];
  });
  return path.slice(1).reduceRight<GivenOption[]>((inner, name) => [{ name, options: inner }], given);
}

function optionValue(
  { type, choices }: CommandOption,
  { text, value }: FieldValue,
): string | number | boolean | SentFile {
  if (value !== undefined) return value;
  const choice = choices?.find((one: Choice) => String(one.value) === text);
  if (choice !== undefined) return choice.value;
  if (type === 5) return text === "true";
  if (type === 4 || type === 10) return Number.isNaN(Number(text)) ? text : Number(text);
  return text;
}
