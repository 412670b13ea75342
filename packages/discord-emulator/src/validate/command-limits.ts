/**
 * Discord's limits on application commands. Sources: docs interactions/application-commands ("Application Command
 * Structure", "Application Command Option Structure", "Registering a Command").
 */
export const COMMAND_LIMITS = {
  nameCount: 32,
  descriptionCount: 100,
  optionCount: 25,
  choiceCount: 25,
  choiceNameCount: 100,
  choiceValueCount: 100,
  textLengthMax: 6000,
  /** Names, descriptions and values of a command with all that is in it. */
  totalCount: 8000,
  bulkCount: 130,
  permissionCount: 100,
  /** New commands of an application in one guild, or globally, per day. */
  createsPerDay: 200,
} as const;

/** Types of commands. */
export const COMMAND_TYPE = { chatInput: 1, user: 2, message: 3, entryPoint: 4 } as const;

/** How many commands of each type an application may have in one scope. */
export const COMMAND_COUNTS: Readonly<Record<number, number>> = {
  [COMMAND_TYPE.chatInput]: 100,
  [COMMAND_TYPE.user]: 15,
  [COMMAND_TYPE.message]: 15,
  [COMMAND_TYPE.entryPoint]: 1,
};

/** Types of options. */
export const OPTION_TYPE = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  channel: 7,
  number: 10,
} as const;

/** Languages that texts may be translated into (docs: reference, "Locales"). */
export const LOCALES: readonly string[] = [
  "id",
  "da",
  "de",
  "en-GB",
  "en-US",
  "es-ES",
  "es-419",
  "fr",
  "hr",
  "it",
  "lt",
  "hu",
  "nl",
  "no",
  "pl",
  "pt-BR",
  "ro",
  "fi",
  "sv-SE",
  "vi",
  "tr",
  "cs",
  "el",
  "bg",
  "ru",
  "uk",
  "hi",
  "th",
  "zh-CN",
  "ja",
  "zh-TW",
  "ko",
];
