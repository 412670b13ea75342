import { type Refusal, refuse } from "../errors/refusal.ts";
import { isThread } from "../state/channels.ts";
import type { Channel } from "../state/objects.ts";
import type { State } from "../state/state.ts";
import { hasPermissions, type PermissionName } from "./permission.ts";
import { channelPermissions, guildPermissions } from "./permissions-of.ts";

/** Tells whether somebody may do all of `names` in a channel. In threads SEND_MESSAGES means SEND_MESSAGES_IN_THREADS. */
export function mayIn(state: State, userId: string, channel: Channel, names: readonly PermissionName[]): boolean {
  return hasPermissions(channelPermissions(state, userId, channel), toNamesIn(channel, names));
}

/** Refuses who cannot see the channel (50001), or lacks one of `names` there (50013, in direct messages 50003). */
export function refuseLackingIn(
  state: State,
  userId: string,
  channel: Channel,
  names: readonly PermissionName[],
): Refusal | undefined {
  const set = channelPermissions(state, userId, channel);
  if (!hasPermissions(set, ["VIEW_CHANNEL"])) return refuse(50001);
  if (hasPermissions(set, toNamesIn(channel, names))) return undefined;
  return refuse(channel.guild_id === undefined ? 50003 : 50013);
}

/** Refuses who is no member of the guild (50001), or lacks one of `names` there (50013). */
export function refuseLackingInGuild(
  state: State,
  userId: string,
  guildId: string,
  names: readonly PermissionName[],
): Refusal | undefined {
  if (!state.members.get(guildId, userId)) return refuse(50001);
  return hasPermissions(guildPermissions(state, userId, guildId), names) ? undefined : refuse(50013);
}

function toNamesIn(channel: Channel, names: readonly PermissionName[]): readonly PermissionName[] {
  if (!isThread(channel)) return names;
  return names.map((name) => (name === "SEND_MESSAGES" ? "SEND_MESSAGES_IN_THREADS" : name));
}

/**
 * Refuses to write, edit and change in a locked thread who lacks MANAGE_THREADS there: 160005 (docs: topics/threads,
 * "Locked Threads").
 */
export function refuseLocked(state: State, userId: string, channel: Channel): Refusal | undefined {
  if (!channel.thread_metadata?.locked) return undefined;
  return mayIn(state, userId, channel, ["MANAGE_THREADS"]) ? undefined : refuse(160005);
}
