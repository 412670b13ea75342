import { isJsonObject, type JsonObject } from "../json.ts";
import { below, check, complain, type Report } from "./check.ts";
import { COMMAND_LIMITS, COMMAND_TYPE } from "./command-limits.ts";
import { checkOptions } from "./command-options.ts";
import { checkTranslated, countCommandCharacters, DESCRIPTION, MENU_NAME, SLASH_NAME } from "./command-texts.ts";
import type { ObjectRule, Rule } from "./rule.ts";

const TYPES = Object.values(COMMAND_TYPE);

const choices = (allowed: readonly number[]): Rule => ({
  kind: "list",
  minCount: 1,
  maxCount: allowed.length,
  of: { kind: "integer", choices: allowed },
});
/** Installing it in guilds and for users; guilds, direct messages with the bot, other private channels. */
const GLOBAL_FIELDS: ObjectRule["fields"] = {
  integration_types: choices([0, 1]),
  contexts: choices([0, 1, 2]),
  dm_permission: { kind: "boolean" },
};

/** How a command is to be judged. */
export interface CommandOptions {
  /** Guilds' commands have no contexts and no entry point. */
  readonly isGlobal: boolean;
  /** The command that is being changed: members that `value` does not name stay. */
  readonly existing?: JsonObject;
}

/** Checks an application command and returns the members that it is stored with. Complaints go to `report`. */
export function checkCommand(value: unknown, { isGlobal, existing }: CommandOptions, report: Report): JsonObject {
  if (!isJsonObject(value)) return complain(report, "MODEL_TYPE_CONVERT", "Expected an object/dictionary.") ?? {};
  const wish = existing ? { ...existing, ...value, type: existing.type } : value;
  const types = isGlobal ? TYPES : TYPES.filter((type) => type !== COMMAND_TYPE.entryPoint);
  const type = Number(check({ kind: "integer", choices: types }, wish.type, below(report, "type")) ?? 1);
  const isSlash = type === COMMAND_TYPE.chatInput;
  const name = isSlash || type === COMMAND_TYPE.entryPoint ? SLASH_NAME : MENU_NAME;
  const fields = {
    nsfw: { kind: "boolean" },
    handler: { kind: "integer", choices: [1, 2] },
    ...(isGlobal ? GLOBAL_FIELDS : {}),
  } as const;
  const members = (check({ kind: "object", fields }, wish, report) ?? {}) as JsonObject;
  const command: JsonObject = {
    type,
    ...checkTranslated(wish, "name", { ...name, required: true }, report),
    ...checkDescription(wish, type, report),
    ...members,
    default_member_permissions: checkPermissions(
      wish.default_member_permissions,
      below(report, "default_member_permissions"),
    ),
  };
  const options = checkOptions(wish.options ?? [], below(report, "options"));
  if (!isSlash && options.length > 0) {
    const message = "Context menu commands cannot have options";
    complain(below(report, "options"), "APPLICATION_COMMAND_CONTEXT_MENU_CANNOT_HAVE_OPTIONS", message);
  }
  if (options.length > 0) command.options = options;
  if (countCommandCharacters(command) > COMMAND_LIMITS.totalCount) {
    complain(report, "APPLICATION_COMMAND_TOO_LARGE", `Command exceeds maximum size (${COMMAND_LIMITS.totalCount})`);
  }
  return command;
}

/** Commands of context menus have none; it is answered as empty text. */
function checkDescription(wish: JsonObject, type: number, report: Report): JsonObject {
  if (type === COMMAND_TYPE.user || type === COMMAND_TYPE.message) {
    if (wish.description) {
      const message = "Context menu commands cannot have description";
      complain(below(report, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_CANNOT_BE_SET", message);
    }
    return { description: "" };
  }
  const rule = type === COMMAND_TYPE.chatInput ? { ...DESCRIPTION, required: true as const } : DESCRIPTION;
  return { description: "", ...checkTranslated(wish, "description", rule, report) };
}

/** A bit set as decimal text or number; null: everybody. */
function checkPermissions(value: unknown, report: Report): string | null {
  if (value === undefined || value === null) return null;
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  if (!/^\d{1,19}$/.test(text) || BigInt(text) >= 2n ** 63n) {
    complain(report, "NUMBER_TYPE_COERCE", "Value is not int.");
    return null;
  }
  return BigInt(text).toString();
}
