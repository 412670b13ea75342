import type { Directory } from "./directory.ts";
import { namesFrom } from "./names.ts";
import { isThreadStart } from "./system-message.ts";
import type { Channel, DiscordEvent, Member, Message, Role } from "./wire.ts";

const DIRECT_MESSAGE = 1;

/** The directory after `events`: channels and threads that came, changed or went, how many messages a thread has, people and roles. */
export function applyDirectoryEvents(directory: Directory, events: readonly DiscordEvent[]): Directory {
  const maps = {
    channels: new Map(directory.channels),
    users: new Map(directory.users),
    members: new Map(directory.members),
    roles: new Map(directory.roles),
  };
  const { channels, users, members, roles } = maps;
  let hasChanged = false;
  let hasRenamed = false;
  for (const { t, d } of events) {
    if (typeof d !== "object" || d === null) continue;
    if (t === "MESSAGE_CREATE") {
      const message = d as Message;
      const thread = channels.get(message.channel_id);
      if (thread?.message_count === undefined || isThreadStart(message)) continue;
      channels.set(thread.id, { ...thread, message_count: thread.message_count + 1 });
      hasChanged = true;
      continue;
    }
    const { guild_id, role, role_id } = d as { guild_id?: string; role?: Role; role_id?: string };
    if (guild_id !== undefined && directory.guildId !== null && guild_id !== directory.guildId) continue;
    if (/^(CHANNEL|THREAD)_(CREATE|UPDATE|DELETE)$/.test(t)) {
      const channel = d as Channel;
      if (channel.type === DIRECT_MESSAGE) continue;
      if (t.endsWith("DELETE")) channels.delete(channel.id);
      else channels.set(channel.id, { ...channels.get(channel.id), ...channel });
    } else if (t === "GUILD_MEMBER_ADD" || t === "GUILD_MEMBER_UPDATE") {
      const member = d as Member;
      users.set(member.user.id, member.user);
      members.set(member.user.id, member);
    } else if (t === "GUILD_MEMBER_REMOVE") members.delete((d as Member).user.id);
    else if ((t === "GUILD_ROLE_CREATE" || t === "GUILD_ROLE_UPDATE") && role) roles.set(role.id, role);
    else if (t === "GUILD_ROLE_DELETE" && role_id) roles.delete(role_id);
    else continue;
    hasRenamed = true;
  }
  if (hasRenamed) return { ...directory, ...maps, names: namesFrom(maps) };
  return hasChanged ? { ...directory, channels } : directory;
}
