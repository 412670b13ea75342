import { isRefusal, refuse } from "../errors/refusal.ts";
import { reply, replyEmpty, replyWritten } from "../http/answer.ts";
import type { DiscordRoute } from "../http/call.ts";
import { deleteRole } from "../state/delete-role.ts";
import { createRole, findLower, modifyRole, moveRoles } from "./change-role.ts";
import { namedGuild } from "./guilds.ts";

const ALL = "/guilds/:guild_id/roles";
const ONE = "/guilds/:guild_id/roles/:role_id";
/** Roles of a guild. */
export const ROLES: readonly DiscordRoute[] = [
  { method: "GET", path: ALL, auth: "bot", handle: (call) => reply(call.world.state.roles.list(namedGuild(call).id)) },
  {
    method: "GET",
    path: ONE,
    auth: "bot",
    handle(call) {
      const role = call.world.state.roles.get(namedGuild(call).id, call.params.role_id as string);
      return role ? reply(role) : refuse(10011);
    },
  },
  {
    method: "POST",
    path: ALL,
    auth: "bot",
    needs: ["MANAGE_ROLES"],
    takesBody: true,
    handle(call) {
      const role = createRole(call);
      return isRefusal(role) ? role : replyWritten(200, role);
    },
  },
  {
    method: "PATCH",
    path: ALL,
    auth: "bot",
    needs: ["MANAGE_ROLES"],
    takesBody: "list",
    handle(call) {
      const roles = moveRoles(call);
      return isRefusal(roles) ? roles : replyWritten(200, roles);
    },
  },
  {
    method: "PATCH",
    path: ONE,
    auth: "bot",
    needs: ["MANAGE_ROLES"],
    takesBody: true,
    handle(call) {
      const role = modifyRole(call);
      return isRefusal(role) ? role : replyWritten(200, role);
    },
  },
  {
    method: "DELETE",
    path: ONE,
    auth: "bot",
    needs: ["MANAGE_ROLES"],
    handle(call) {
      const { state } = call.world;
      const role = findLower(call);
      if (isRefusal(role)) return role;
      const { id: guildId } = namedGuild(call);
      if (role.managed || role.id === guildId) return refuse(50028);
      state.write(() => deleteRole(state, guildId, role.id));
      return replyEmpty();
    },
  },
];
