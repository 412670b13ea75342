import type { World } from "../actions/world.ts";
import type { JsonObject } from "../json.ts";
import { ALL_PERMISSIONS, hasPermissions } from "../permissions/permission.ts";
import { channelPermissions } from "../permissions/permissions-of.ts";
import type { Command } from "../state/commands.ts";
import type { Place } from "./acting-user.ts";

/** What an entry of command permissions is about (docs: "Application Command Permission Type"). */
const ROLE = 1;
const USER = 2;
const CHANNEL = 3;

/**
 * Tells whether somebody may run a command in a channel (docs: interactions/application-commands, "Permissions"). In guilds
 * it takes USE_APPLICATION_COMMANDS, a channel and a person that the command's own permissions, or else the application's,
 * do not exclude, and, where they name neither the person nor a role, what the command asks for by default. Which of them
 * wins is not documented in full. Administrators may everything.
 */
export function mayRunCommand({ state }: World, command: Command, { channel, user }: Place): boolean {
  const guildId = channel.guild_id;
  if (guildId === undefined) return true;
  const set = channelPermissions(state, user.id, channel);
  if (set === ALL_PERMISSIONS) return true;
  if (!hasPermissions(set, ["USE_APPLICATION_COMMANDS"])) return false;
  const all = state.commands.permissions(command.application_id, guildId);
  // The application's own id stands for all its commands.
  const levels = [command.id, command.application_id].map((id) => all.find((one) => one.id === id)?.permissions ?? []);
  const placeId = channel.thread_metadata ? (channel.parent_id ?? channel.id) : channel.id;
  const everywhereId = (BigInt(guildId) - 1n).toString();
  const inPlace = levels.map((level) => entry(level, CHANNEL, placeId) ?? entry(level, CHANNEL, everywhereId));
  if (firstSaid(inPlace) === false) return false;
  const roleIds = state.members.get(guildId, user.id)?.roles ?? [];
  const forUser = levels.map(
    (level) => entry(level, USER, user.id) ?? anyOf(level, roleIds) ?? entry(level, ROLE, guildId),
  );
  return firstSaid(forUser) ?? hasDefault(command, set);
}

function entry(level: readonly JsonObject[], type: number, id: string): boolean | undefined {
  return level.find((one) => one.type === type && one.id === id)?.permission as boolean | undefined;
}

/** Of several roles one that may is enough. */
function anyOf(level: readonly JsonObject[], roleIds: readonly string[]): boolean | undefined {
  const said = roleIds.map((id) => entry(level, ROLE, id)).filter((one) => one !== undefined);
  return said.length === 0 ? undefined : said.includes(true);
}

function firstSaid(answers: readonly (boolean | undefined)[]): boolean | undefined {
  return answers.find((answer) => answer !== undefined);
}

/** No permissions at all ("0") are asked for where only administrators may. */
function hasDefault({ members }: Command, set: bigint): boolean {
  const wanted = members.default_member_permissions;
  if (wanted === undefined || wanted === null) return true;
  const bits = BigInt(String(wanted));
  return bits !== 0n && (set & bits) === bits;
}
