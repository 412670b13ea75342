import type { World } from "../actions/world.ts";
import type { Command } from "../state/commands.ts";
import type { Bot, Channel } from "../state/objects.ts";
import { COMMAND_TYPE } from "../validate/command-limits.ts";
import type { Place } from "./acting-user.ts";
import { mayRunCommand } from "./allow-command.ts";
import { forbidden, type Mistake, missing, mistakenAt } from "./mistake.ts";
import { INSTALLED } from "./owners.ts";
import { CONTEXT } from "./present-interaction.ts";

/** A command that can be used in a place. */
export interface PlacedCommand {
  readonly command: Command;
  readonly bot: Bot;
  /** Through which installation (docs: interactions/receiving-and-responding, "Authorizing Integration Owners Object"). */
  readonly owners: Readonly<Record<string, string>>;
}

/** Which command somebody means. */
export interface CommandName {
  readonly name: string;
  readonly type: number;
  readonly applicationId?: string;
}

/** All commands that somebody may run in a place; of two of one name a guild's own hides the global one. */
export function commandsFor(world: World, place: Place): PlacedCommand[] {
  return commandsIn(world, place).filter(({ command }) => mayRunCommand(world, command, place));
}

/** Finds a command that somebody may run in a place. */
export function findCommand(
  world: World,
  place: Place,
  { name, type, applicationId }: CommandName,
): PlacedCommand | Mistake {
  if (place.channel.thread_metadata?.archived) return forbidden("Commands do not run in archived threads.");
  const found = commandsIn(world, place).filter(
    ({ command, bot }) =>
      command.name === name &&
      command.type === type &&
      (applicationId === undefined || bot.applicationId === applicationId),
  );
  const allowed = found.filter(({ command }) => mayRunCommand(world, command, place));
  if (found.length === 0) return missing("There is no such command here.");
  if (allowed.length === 0) return forbidden("The user may not run this command here.");
  if (allowed.length === 1) return allowed[0] as PlacedCommand;
  const ids = allowed.map(({ bot }) => bot.applicationId).join(", ");
  return mistakenAt(["application_id"], "Several applications have such a command.", `one of ${ids}`);
}

function commandsIn(world: World, { channel, user }: Place): PlacedCommand[] {
  const { state } = world;
  const guildId = channel.guild_id;
  const isAdult = isAgeRestricted(world, channel);
  return state.bots.list().flatMap((bot) => {
    const { applicationId } = bot;
    const own = guildId === undefined ? [] : state.commands.list({ applicationId, guildId });
    const shared = state.commands
      .list({ applicationId, guildId: undefined })
      .filter(({ name, type }) => !own.some((command) => command.name === name && command.type === type));
    return [...own, ...shared]
      .filter(({ type, members }) => type !== COMMAND_TYPE.entryPoint && (isAdult || members.nsfw !== true))
      .map((command) => ({ command, bot, owners: ownersOf(world, command, bot, channel, user.id) }))
      .filter(({ owners }) => Object.keys(owners).length > 0);
  });
}

/** Through which installations a command is there; through none: it is not. Everybody counts as having installed what users can. */
function ownersOf(
  { state }: World,
  { guild_id, members }: Command,
  bot: Bot,
  channel: Channel,
  userId: string,
): Record<string, string> {
  const guildId = channel.guild_id;
  const isDirect = guildId === undefined;
  if (isDirect && !channel.recipient_ids?.includes(bot.userId)) return {};
  const contexts = members.contexts as readonly number[] | null | undefined;
  const isHere = contexts
    ? contexts.includes(isDirect ? CONTEXT.botDirect : CONTEXT.guild)
    : !isDirect || members.dm_permission !== false;
  if (!isHere) return {};
  const types = guild_id === undefined ? ((members.integration_types as number[] | undefined) ?? [0]) : [0];
  const isInstalled = isDirect || state.members.get(guildId, bot.userId) !== undefined;
  return {
    ...(types.includes(0) && isInstalled ? { [INSTALLED.guild]: guildId ?? "0" } : {}),
    ...(types.includes(1) ? { [INSTALLED.user]: userId } : {}),
  };
}

/** Direct messages, and channels marked so: there commands for adults run. A thread is as its parent. */
function isAgeRestricted({ state }: World, channel: Channel): boolean {
  if (channel.guild_id === undefined) return true;
  const home = channel.thread_metadata && channel.parent_id !== null ? state.channels.get(channel.parent_id) : channel;
  return home?.nsfw === true;
}
