import type { Role } from "../state/objects.ts";
import type { State } from "../state/state.ts";

/** Tells whether a role stands above another. Of two with one position the older stands higher (docs: topics/permissions). */
function isAbove(role: Role, other: Role): boolean {
  if (role.position !== other.position) return role.position > other.position;
  return BigInt(role.id) < BigInt(other.id);
}

/** Tells whether a member may change, give and take away a role: it must be lower than the member's highest. Owners may always. */
export function outranksRole(state: State, guildId: string, userId: string, role: Role): boolean {
  if (state.guilds.get(guildId)?.owner_id === userId) return true;
  const highest = highestRole(state, guildId, userId);
  return highest !== undefined && isAbove(highest, role);
}

/** Tells whether a member may rename or time out another: whose highest role must be lower. Nobody stands above the owner. */
export function outranksMember(state: State, guildId: string, userId: string, otherId: string): boolean {
  const ownerId = state.guilds.get(guildId)?.owner_id;
  if (otherId === ownerId) return false;
  if (userId === ownerId) return true;
  const [own, other] = [highestRole(state, guildId, userId), highestRole(state, guildId, otherId)];
  return own !== undefined && other !== undefined && isAbove(own, other);
}

/** Everybody's lowest is everyone's role. */
function highestRole(state: State, guildId: string, userId: string): Role | undefined {
  const held = state.members.get(guildId, userId)?.roles ?? [];
  return state.roles
    .list(guildId)
    .filter((role) => role.id === guildId || held.includes(role.id))
    .reduce<Role | undefined>((highest, role) => (highest && isAbove(highest, role) ? highest : role), undefined);
}
