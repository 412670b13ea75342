import { isJsonObject, type JsonObject } from "../json.ts";
import { below, complain, countCodePoints, type Report } from "../validate/check.ts";
import { OPTION_TYPE } from "../validate/command-limits.ts";
import type { Resolver } from "./resolve.ts";

/** How options are read. */
export interface OptionReading {
  readonly resolver: Resolver;
  /** Takes a file in and returns its id. */
  readonly receive: (value: unknown, report: Report) => string | undefined;
  /** Somebody still types: nothing has to be there, and values may be unfinished. */
  readonly isTyping: boolean;
}

const isBranch = ({ type }: JsonObject) => Number(type) <= OPTION_TYPE.group;

/**
 * Checks the options of a command that somebody runs against those that it has, and returns them as its application gets
 * them, with the subcommand that they lead to (docs: interactions/receiving-and-responding, "Application Command Interaction
 * Data Option Structure"). `value` is a list as Discord's, or an object of values by name. Complaints go to `report`.
 */
export function readOptions(
  definitions: readonly JsonObject[],
  value: unknown,
  reading: OptionReading,
  report: Report,
): JsonObject[] {
  const given = toList(definitions, value, report);
  const isBranched = definitions.some(isBranch);
  if (isBranched && given.length !== 1) {
    complain(report, "EXPECTED", `one of ${definitions.map(({ name }) => name).join(", ")}`);
    return [];
  }
  const options = given.flatMap((option, index) => {
    const place = below(report, Array.isArray(value) ? index : String(option.name));
    const definition = definitions.find(({ name }) => name === option.name);
    if (!definition) {
      complain(place, "EXPECTED", `one of ${definitions.map(({ name }) => name).join(", ") || "no options"}`);
      return [];
    }
    if (given.findIndex(({ name }) => name === option.name) !== index) complain(place, "EXPECTED", "each option once");
    return [readOption(definition, option, reading, place)];
  });
  if (!reading.isTyping) {
    for (const { name, required } of definitions) {
      if (required !== true || given.some((option) => option.name === name)) continue;
      complain(below(report, String(name)), "EXPECTED", "a value: this option is required");
    }
  }
  return options;
}

function toList(definitions: readonly JsonObject[], value: unknown, report: Report): JsonObject[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every(isJsonObject)) return value;
  if (!isJsonObject(value)) {
    complain(report, "EXPECTED", "a list of {name, value | options}, or an object of values by name");
    return [];
  }
  return Object.entries(value).map(([name, one]) => {
    const definition = definitions.find((candidate) => candidate.name === name);
    return definition && isBranch(definition) ? { name, options: one } : { name, value: one };
  });
}

function readOption(definition: JsonObject, option: JsonObject, reading: OptionReading, report: Report): JsonObject {
  const { name, type } = definition;
  if (isBranch(definition)) {
    const inner = (definition.options ?? []) as readonly JsonObject[];
    return { name, type, options: readOptions(inner, option.options, reading, below(report, "options")) };
  }
  const place = below(report, "value");
  if (!reading.isTyping) return { name, type, value: readValue(definition, option.value, reading, place) };
  if (typeof option.value === "object" && option.value !== null) complain(place, "EXPECTED", "a single value");
  if (option.focused !== true) return { name, type, value: option.value };
  if (definition.autocomplete !== true) complain(report, "EXPECTED", "an option with autocomplete");
  return { name, type, value: option.value ?? "", focused: true };
}

/** Types whose values are ids, and what they are ids of. */
const NAMED: Readonly<Record<number, string>> = {
  6: "the id of a user",
  7: "the id of a channel that the user sees and the option takes",
  8: "the id of a role of the guild",
  9: "the id of a user or of a role of the guild",
};
const BOOLEAN = 5;
const ATTACHMENT = 11;
/** The greatest whole number that a double holds exactly. */
const SAFE_MAX = 2 ** 53;

function readValue(
  definition: JsonObject,
  value: unknown,
  { resolver, receive }: OptionReading,
  report: Report,
): unknown {
  const type = Number(definition.type);
  if (type === ATTACHMENT) return receive(value, report);
  if (type === BOOLEAN) return typeof value === "boolean" ? value : complain(report, "EXPECTED", "true or false");
  if (type === OPTION_TYPE.string) return readText(definition, value, report);
  if (type === OPTION_TYPE.integer || type === OPTION_TYPE.number) return readNumber(definition, value, report);
  const types = definition.channel_types as number[] | undefined;
  const isKnown: Readonly<Record<number, (id: string) => boolean>> = {
    6: resolver.user,
    7: (id) => resolver.channel(id, types),
    8: resolver.role,
    9: (id) => resolver.user(id) || resolver.role(id),
  };
  if (typeof value === "string" && isKnown[type]?.(value)) return value;
  return complain(report, "EXPECTED", NAMED[type] ?? "a value");
}

function readText(definition: JsonObject, value: unknown, report: Report): unknown {
  const { min_length: min = 0, max_length: max = 6000 } = definition as { min_length?: number; max_length?: number };
  if (typeof value !== "string" || value === "") return complain(report, "EXPECTED", "text");
  const count = countCodePoints(value);
  if (count < min || count > max) return complain(report, "EXPECTED", `text of ${min} to ${max} characters`);
  return refuseUnlisted(definition, value, report);
}

function readNumber(definition: JsonObject, value: unknown, report: Report): unknown {
  const isWhole = definition.type === OPTION_TYPE.integer;
  const edge = isWhole ? SAFE_MAX - 1 : SAFE_MAX;
  const { min_value: min = -edge, max_value: max = edge } = definition as { min_value?: number; max_value?: number };
  const fits = typeof value === "number" && (!isWhole || Number.isInteger(value)) && value >= min && value <= max;
  if (!fits) return complain(report, "EXPECTED", `${isWhole ? "a whole number" : "a number"} from ${min} to ${max}`);
  return refuseUnlisted(definition, value, report);
}

/** Where there are choices they are the only values. */
function refuseUnlisted({ choices }: JsonObject, value: unknown, report: Report): unknown {
  const list = (choices ?? []) as readonly JsonObject[];
  if (list.length === 0 || list.some((choice) => choice.value === value)) return value;
  return complain(report, "EXPECTED", `one of ${list.map((choice) => JSON.stringify(choice.value)).join(", ")}`);
}
