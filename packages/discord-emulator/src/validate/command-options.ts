import { isJsonObject, type JsonObject } from "../json.ts";
import { below, check, complain, type Report, refuseCrossed } from "./check.ts";
import { COMMAND_LIMITS, OPTION_TYPE } from "./command-limits.ts";
import { CHOICE_NAME, checkTranslated, DESCRIPTION, SLASH_NAME } from "./command-texts.ts";
import type { ObjectRule, Rule } from "./rule.ts";

const PARAMETER_TYPES = [3, 4, 5, 6, 7, 8, 9, 10, 11];
const ALL_TYPES = [OPTION_TYPE.subcommand, OPTION_TYPE.group, ...PARAMETER_TYPES];
/** The greatest whole number that a double holds exactly. */
const SAFE_MAX = 2 ** 53;

const flag: Rule = { kind: "boolean" };
const whole: Rule = { kind: "integer", min: 1 - SAFE_MAX, max: SAFE_MAX - 1 };
const decimal: Rule = { kind: "number", min: -SAFE_MAX, max: SAFE_MAX };
const length = (min: number): Rule => ({ kind: "integer", min, max: COMMAND_LIMITS.textLengthMax });

/** Members of an option beside its texts, by type. */
const MEMBERS: Readonly<Record<number, ObjectRule["fields"]>> = {
  [OPTION_TYPE.string]: { autocomplete: flag, min_length: length(0), max_length: length(1) },
  [OPTION_TYPE.integer]: { autocomplete: flag, min_value: whole, max_value: whole },
  [OPTION_TYPE.number]: { autocomplete: flag, min_value: decimal, max_value: decimal },
  [OPTION_TYPE.channel]: { channel_types: { kind: "list", maxCount: 20, of: { kind: "integer", min: 0 } } },
};

/** What the value of a choice may be, by type of the option. */
const CHOICE_VALUES: Readonly<Record<number, Rule>> = {
  [OPTION_TYPE.string]: { kind: "text", required: true, maxCount: COMMAND_LIMITS.choiceValueCount },
  [OPTION_TYPE.integer]: { ...whole, required: true },
  [OPTION_TYPE.number]: { ...decimal, required: true },
};

/** Checks the options of a slash command: command, group, subcommand, and no deeper. */
export function checkOptions(value: unknown, report: Report, types: readonly number[] = ALL_TYPES): JsonObject[] {
  const rule: Rule = { kind: "list", maxCount: COMMAND_LIMITS.optionCount, of: { kind: "any" } };
  const list = (check(rule, value, report) ?? []) as unknown[];
  const options = list.map((entry, index) => checkOption(entry, types, below(report, index)));
  const isBranch = (option: JsonObject) => Number(option.type) <= OPTION_TYPE.group;
  if (options.some(isBranch) && !options.every(isBranch)) {
    const message = "Sub-command and sub-command group option types are mutually exclusive to all other types";
    complain(report, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
  }
  const names = new Set<unknown>();
  let hasOptional = false;
  for (const [index, option] of options.entries()) {
    const place = below(report, index);
    if (names.has(option.name)) {
      complain(below(place, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists");
    }
    if (option.required === true && hasOptional) {
      const message = "Required options must be placed before non-required options";
      complain(place, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
    }
    names.add(option.name);
    hasOptional ||= option.required !== true;
  }
  return options;
}

function checkOption(value: unknown, types: readonly number[], report: Report): JsonObject {
  if (!isJsonObject(value)) return complain(report, "MODEL_TYPE_CONVERT", "Expected an object/dictionary.") ?? {};
  const type = check({ kind: "integer", required: true, choices: types }, value.type, below(report, "type"));
  const option: JsonObject = {
    type,
    ...checkTranslated(value, "name", { ...SLASH_NAME, required: true }, report),
    ...checkTranslated(value, "description", { ...DESCRIPTION, required: true }, report),
  };
  if (type === undefined) return option;
  if (type === OPTION_TYPE.subcommand || type === OPTION_TYPE.group) {
    const inner = type === OPTION_TYPE.group ? [OPTION_TYPE.subcommand] : PARAMETER_TYPES;
    const options = checkOptions(value.options ?? [], below(report, "options"), inner);
    return options.length > 0 ? { ...option, options } : option;
  }
  const fields = { required: flag, ...MEMBERS[Number(type)] };
  const members = (check({ kind: "object", fields }, value, report) ?? {}) as JsonObject;
  const choices = checkChoices(value.choices, CHOICE_VALUES[Number(type)], below(report, "choices"));
  refuseCrossed(members, ["min_length", "max_length"], report);
  refuseCrossed(members, ["min_value", "max_value"], report);
  if (choices && members.autocomplete === true) {
    complain(report, "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE_EXCLUSIVE", "Choices exclude autocomplete");
  }
  return { ...option, ...members, ...(choices ? { choices } : {}) };
}

/** Checks what an application suggests for an option of `type` while somebody types; without any it suggests nothing. */
export function checkSuggestions(value: unknown, type: number, report: Report): JsonObject[] {
  return checkChoices(value, CHOICE_VALUES[type], report) ?? [];
}

function checkChoices(value: unknown, rule: Rule | undefined, report: Report): JsonObject[] | undefined {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return undefined;
  if (!rule) {
    complain(report, "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "This type of option has no choices");
    return undefined;
  }
  const list = check({ kind: "list", maxCount: COMMAND_LIMITS.choiceCount, of: { kind: "any" } }, value, report);
  return ((list ?? []) as unknown[]).map((entry, index) => {
    const place = below(report, index);
    if (!isJsonObject(entry)) return complain(place, "MODEL_TYPE_CONVERT", "Expected an object/dictionary.") ?? {};
    const texts = checkTranslated(entry, "name", { ...CHOICE_NAME, required: true }, place);
    return { ...texts, value: check(rule, entry.value, below(place, "value")) };
  });
}
