import type { State } from "./state.ts";
import { updateMember } from "./update-member.ts";

/** Deletes a role, takes it from its members, and removes it from the overwrites of channels. */
export function deleteRole(state: State, guildId: string, roleId: string): void {
  for (const member of state.members.list(guildId)) {
    if (!member.roles.includes(roleId)) continue;
    updateMember(state, guildId, { ...member, roles: member.roles.filter((id) => id !== roleId) });
  }
  for (const channel of state.channels.list(guildId)) {
    const left = channel.permission_overwrites?.filter(({ id }) => id !== roleId) ?? [];
    if (left.length === (channel.permission_overwrites?.length ?? 0)) continue;
    state.channels.update(channel.id, { permission_overwrites: left });
  }
  state.roles.delete(guildId, roleId);
}
