import { toTimestamp } from "../snowflake.ts";
import { buildRole } from "./build-role.ts";
import { deleteRole } from "./delete-role.ts";
import { insertRole } from "./insert-role.ts";
import type { Bot, Member } from "./objects.ts";
import { presentMember } from "./present-member.ts";
import type { State } from "./state.ts";

/** Makes a user a member, and announces it. */
export function joinGuild(state: State, guildId: string, userId: string, roleIds: readonly string[] = []): Member {
  const member: Member = {
    user_id: userId,
    nick: null,
    roles: roleIds,
    joined_at: toTimestamp(state.now()),
    communication_disabled_until: null,
  };
  state.members.put(guildId, member);
  state.announce({ t: "GUILD_MEMBER_ADD", d: { ...presentMember(state, member), guild_id: guildId } });
  return member;
}

/**
 * Lets a bot into a guild, as somebody does who opens its invitation: with a managed role that holds `permissions` and
 * that nobody else can have. Without permissions there is no role (docs: topics/permissions, "Role Tags Structure").
 */
export function inviteBot(state: State, guildId: string, bot: Bot, permissions: bigint): Member {
  if (permissions === 0n) return joinGuild(state, guildId, bot.userId);
  const name = state.users.get(bot.userId)?.username ?? "bot";
  const tags = { bot_id: bot.userId };
  const wish = { id: state.nextId(), name, permissions: permissions.toString(), managed: true, tags };
  const role = insertRole(state, guildId, buildRole(wish));
  return joinGuild(state, guildId, bot.userId, [role.id]);
}

/** Takes a member out of a guild, with the role that was made for it if it is a bot. */
export function leaveGuild(state: State, guildId: string, userId: string): void {
  if (!state.members.get(guildId, userId)) return;
  for (const role of state.roles.list(guildId)) {
    if (role.tags?.bot_id === userId) deleteRole(state, guildId, role.id);
  }
  state.members.delete(guildId, userId);
  const user = state.users.get(userId);
  state.announce({ t: "GUILD_MEMBER_REMOVE", d: { guild_id: guildId, user } });
}
