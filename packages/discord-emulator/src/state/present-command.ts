import { isJsonObject, type JsonObject } from "../json.ts";
import type { Command } from "./commands.ts";

const TRANSLATED = ["name", "description"] as const;

/** A command as Discord's API answers it, with its translations. */
export function presentCommand({ members, ...command }: Command): JsonObject {
  return {
    name_localizations: null,
    description_localizations: null,
    default_member_permissions: null,
    nsfw: false,
    ...(command.guild_id === undefined ? { dm_permission: true, contexts: null, integration_types: [0] } : {}),
    ...members,
    ...command,
  };
}

/**
 * A command as lists show it: without the dictionaries of translations, with the texts in the language that the caller
 * asks for, where there are any (docs: interactions/application-commands, "Retrieving Localized Commands").
 */
export function presentLocalised(command: Command, locale: string | undefined): JsonObject {
  return localise(presentCommand(command), locale);
}

function localise(part: JsonObject, locale: string | undefined): JsonObject {
  const { options, choices, ...localised } = part;
  for (const member of TRANSLATED) {
    const translations = localised[`${member}_localizations`];
    delete localised[`${member}_localizations`];
    const text = locale !== undefined && isJsonObject(translations) ? translations[locale] : undefined;
    if (text !== undefined) localised[`${member}_localized`] = text;
  }
  const inner = (list: unknown) => (list as JsonObject[]).map((one) => localise(one, locale));
  return {
    ...localised,
    ...(Array.isArray(options) ? { options: inner(options) } : {}),
    ...(Array.isArray(choices) ? { choices: inner(choices) } : {}),
  };
}
