import { isJsonObject, type JsonObject } from "../json.ts";
import { below, check, complain, countCodePoints, type Report } from "./check.ts";
import { COMMAND_LIMITS, LOCALES } from "./command-limits.ts";
import type { TextRule } from "./rule.ts";

/** docs: interactions/application-commands, "Application Command Naming". */
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

/** Names of slash commands and of all options: one word, in small letters where a script has them. */
export const SLASH_NAME: TextRule = {
  kind: "text",
  minCount: 1,
  maxCount: COMMAND_LIMITS.nameCount,
  checks: [
    {
      code: "APPLICATION_COMMAND_INVALID_NAME",
      complain: (name) => (NAME.test(name) && name === name.toLowerCase() ? undefined : "Command name is invalid"),
    },
  ],
};

/** Names of commands in context menus: mixed case and spaces are fine. */
export const MENU_NAME: TextRule = { kind: "text", minCount: 1, maxCount: COMMAND_LIMITS.nameCount };
/** Descriptions of slash commands and of all options. */
export const DESCRIPTION: TextRule = { kind: "text", minCount: 1, maxCount: COMMAND_LIMITS.descriptionCount };
/** What a choice is called where it is picked. */
export const CHOICE_NAME: TextRule = { kind: "text", minCount: 1, maxCount: COMMAND_LIMITS.choiceNameCount };

/** Checks a text and its translations: `name` and `name_localizations`. Translations keep to the same rule. */
export function checkTranslated(
  value: JsonObject,
  member: "name" | "description",
  rule: TextRule,
  report: Report,
): JsonObject {
  const text = check(rule, value[member], below(report, member));
  const key = `${member}_localizations`;
  const place = below(report, key);
  const translations = value[key];
  if (translations === undefined) return withText(member, text);
  if (translations === null) return { ...withText(member, text), [key]: null };
  if (!isJsonObject(translations)) {
    complain(place, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType");
    return withText(member, text);
  }
  const checked: JsonObject = {};
  for (const [locale, translation] of Object.entries(translations)) {
    if (!LOCALES.includes(locale)) {
      complain(below(place, locale), "BASE_TYPE_CHOICES", "Value must be one of the available locales.");
    } else checked[locale] = check({ ...rule, required: true }, translation, below(place, locale));
  }
  return { ...withText(member, text), [key]: checked };
}

function withText(member: string, text: unknown): JsonObject {
  return text === undefined ? {} : { [member]: text };
}

/**
 * Characters that count towards the size of a command: names, descriptions and values of it and of all that is in it, of
 * a translated text the longest translation.
 */
export function countCommandCharacters(value: JsonObject): number {
  const own =
    countLongest(value.name, value.name_localizations) +
    countLongest(value.description, value.description_localizations);
  const inner = [value.options, value.choices].filter(Array.isArray).flat().filter(isJsonObject);
  const text = typeof value.value === "string" ? countCodePoints(value.value) : 0;
  return inner.reduce((sum, part) => sum + countCommandCharacters(part), own + text);
}

function countLongest(text: unknown, translations: unknown): number {
  const texts = [text, ...(isJsonObject(translations) ? Object.values(translations) : [])];
  return Math.max(...texts.map((one) => (typeof one === "string" ? countCodePoints(one) : 0)));
}
