import type { Role } from "./objects.ts";
import type { State } from "./state.ts";

/** Adds a role at its position; those from there on move up. */
export function insertRole(state: State, guildId: string, role: Role): Role {
  for (const other of state.roles.list(guildId)) {
    if (other.position >= role.position) state.roles.update(guildId, { ...other, position: other.position + 1 });
  }
  return state.roles.create(guildId, role);
}
