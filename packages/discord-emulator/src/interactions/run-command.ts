import type { World } from "../actions/world.ts";
import type { JsonObject } from "../json.ts";
import { isSnowflake } from "../snowflake.ts";
import type { Command } from "../state/commands.ts";
import { INTERACTION_TYPE } from "../state/interactions.ts";
import type { Report } from "../validate/check.ts";
import { COMMAND_TYPE, OPTION_TYPE } from "../validate/command-limits.ts";
import { findActor } from "./acting-user.ts";
import { findAnswer } from "./answer-message.ts";
import { type CommandName, findCommand } from "./find-command.ts";
import type { InteractionDraft } from "./interaction-draft.ts";
import { isMistake, type Mistake, mistaken, mistakenAt } from "./mistake.ts";
import { readOptions } from "./read-options.ts";
import { createFileIntake } from "./received-file.ts";
import { createResolver, type Resolver } from "./resolve.ts";

/** Somebody who runs a command, or is about to. */
export interface CommandRun extends CommandName {
  readonly channelId: string;
  readonly userId: string;
  readonly options?: unknown;
  /** The user or message that a command of a context menu is used on. */
  readonly targetId?: string;
}

/** Finds what a command that somebody runs is about, if they may run it so. */
export function readCommandRun(world: World, run: CommandRun): InteractionDraft | Mistake {
  return read(world, run, INTERACTION_TYPE.command);
}

/** Finds what an application is to suggest for: the one option that somebody types in. */
export function readTyping(world: World, run: CommandRun): InteractionDraft | Mistake {
  const draft = read(world, { ...run, type: COMMAND_TYPE.chatInput }, INTERACTION_TYPE.autocomplete);
  if (isMistake(draft)) return draft;
  if (countFocused(draft.data.options) === 1) return draft;
  return mistakenAt(["options"], "It must be clear where somebody types.", "exactly one option with focused: true");
}

function read(world: World, run: CommandRun, type: 2 | 4): InteractionDraft | Mistake {
  const place = findActor(world, run.channelId, run.userId);
  if (isMistake(place)) return place;
  const found = findCommand(world, place, run);
  if (isMistake(found)) return found;
  const { command, bot, owners } = found;
  const resolver = createResolver(world, place, bot.userId);
  const { receive, store } = createFileIntake(world, run.channelId, resolver);
  const report: Report = { path: ["options"], issues: [] };
  const options = readOptions(
    (command.members.options ?? []) as readonly JsonObject[],
    run.options,
    { resolver, receive, isTyping: type === INTERACTION_TYPE.autocomplete },
    report,
  );
  if (report.issues.length > 0) return mistaken("The options do not fit the command.", report.issues);
  const target = command.type === COMMAND_TYPE.chatInput ? undefined : readTarget(world, command, run, resolver);
  if (isMistake(target)) return target;
  const resolved = resolver.result();
  return {
    type,
    bot,
    channel: place.channel,
    user: place.user,
    owners,
    data: {
      id: command.id,
      name: command.name,
      type: command.type,
      ...(command.guild_id === undefined ? {} : { guild_id: command.guild_id }),
      ...(options.length > 0 ? { options } : {}),
      ...(target === undefined ? {} : { target_id: target }),
      ...(resolved ? { resolved } : {}),
    },
    ...(type === INTERACTION_TYPE.command ? { commandName: fullName(command.name, options) } : {}),
    store,
  };
}

function readTarget(world: World, { type }: Command, { targetId = "", ...run }: CommandRun, resolver: Resolver) {
  if (type === COMMAND_TYPE.user) {
    if (resolver.user(targetId)) return targetId;
    return mistakenAt(["target_id"], "There is no such user.", "the id of a user");
  }
  const message = isSnowflake(targetId) ? findAnswer(world, targetId) : undefined;
  const isSeen = message?.channel_id === run.channelId && (message.viewer_id ?? run.userId) === run.userId;
  if (!message || !isSeen) {
    return mistakenAt(
      ["target_id"],
      "There is no such message.",
      "the id of a message in the channel that the user sees",
    );
  }
  resolver.message(message);
  return targetId;
}

/** With group and subcommand, as Discord shows it. */
function fullName(name: string, options: readonly JsonObject[]): string {
  const [branch] = options.filter(({ type }) => Number(type) <= OPTION_TYPE.group);
  return branch ? `${name} ${fullName(String(branch.name), branch.options as JsonObject[])}` : name;
}

function countFocused(options: unknown): number {
  return ((options ?? []) as readonly JsonObject[])
    .map((option) => (option.focused === true ? 1 : 0) + countFocused(option.options))
    .reduce((sum, count) => sum + count, 0);
}
