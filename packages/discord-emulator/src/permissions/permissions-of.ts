import { isThread } from "../state/channels.ts";
import { CHANNEL_TYPE, type Channel, type Member, type Overwrite } from "../state/objects.ts";
import type { State } from "../state/state.ts";
import { computeChannelPermissions, computeGuildPermissions, type OverwriteGrant, type Standing } from "./compute.ts";
import { hasPermissions, toPermissions } from "./permission.ts";

/** What both people of a direct message may do there. */
const DIRECT_PERMISSIONS = toPermissions([
  "ADD_REACTIONS",
  "VIEW_CHANNEL",
  "SEND_MESSAGES",
  "SEND_TTS_MESSAGES",
  "EMBED_LINKS",
  "ATTACH_FILES",
  "READ_MESSAGE_HISTORY",
  "MENTION_EVERYONE",
  "USE_EXTERNAL_EMOJIS",
  "SEND_VOICE_MESSAGES",
  "SEND_POLLS",
  "PIN_MESSAGES",
]);

/** What somebody may do in a guild as a whole. Nothing for those who are no members. */
export function guildPermissions(state: State, userId: string, guildId: string): bigint {
  const standing = findStanding(state, userId, guildId);
  return standing ? computeGuildPermissions(standing) : 0n;
}

/**
 * What somebody may do in a channel. A thread takes the overwrites of its parent; a private one does not exist for those
 * who neither belong to it nor have MANAGE_THREADS (docs: topics/threads, "Permissions").
 */
export function channelPermissions(state: State, userId: string, channel: Channel): bigint {
  if (channel.guild_id === undefined) return channel.recipient_ids?.includes(userId) ? DIRECT_PERMISSIONS : 0n;
  const standing = findStanding(state, userId, channel.guild_id);
  if (!standing) return 0n;
  if (!isThread(channel)) return computeChannelPermissions(standing, toGrants(channel));
  const parent = channel.parent_id === null ? undefined : state.channels.get(channel.parent_id);
  const set = computeChannelPermissions(standing, toGrants(parent), "SEND_MESSAGES_IN_THREADS");
  const isOpen = channel.type !== CHANNEL_TYPE.privateThread || hasPermissions(set, ["MANAGE_THREADS"]);
  return isOpen || state.threadMembers.get(channel.id, userId) ? set : 0n;
}

/** Somebody's place in a guild; undefined for those who are no members. */
function findStanding(state: State, userId: string, guildId: string): Standing | undefined {
  const member = state.members.get(guildId, userId);
  const guild = state.guilds.get(guildId);
  if (!member || !guild) return undefined;
  const roles = state.roles
    .list(guildId)
    .filter((role) => role.id === guildId || member.roles.includes(role.id))
    .map((role) => ({ id: role.id, permissions: BigInt(role.permissions) }));
  const isOwner = guild.owner_id === userId;
  return { guildId, userId, isOwner, isTimedOut: isTimedOut(member, state.now()), roles };
}

/** Tells whether a member can only read at the moment. */
export function isTimedOut({ communication_disabled_until: until }: Member, now: number): boolean {
  return until !== null && Date.parse(until) > now;
}

function toGrants(channel: Channel | undefined): OverwriteGrant[] {
  return (channel?.permission_overwrites ?? []).map(({ id, type, allow, deny }: Overwrite) => ({
    id,
    target: type === 0 ? "role" : "member",
    allow: BigInt(allow),
    deny: BigInt(deny),
  }));
}
