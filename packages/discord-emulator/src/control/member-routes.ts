import type { FastifyInstance } from "fastify";
import type { World } from "../actions/world.ts";
import type { FormIssue } from "../errors/form-errors.ts";
import { buildUser } from "../state/build-user.ts";
import { EVERYONE_PERMISSIONS } from "../state/found-guild.ts";
import { inviteBot, joinGuild, leaveGuild } from "../state/join-guild.ts";
import type { Member } from "../state/objects.ts";
import { presentMember } from "../state/present-member.ts";
import { updateMember } from "../state/update-member.ts";
import { readChecked, readControlBody, sendControl, sendControlError, sendIssues } from "./control-answer.ts";
import { readPermissionSet } from "./permission-set.ts";

const snowflake = { kind: "snowflake" } as const;
const MEMBER = {
  kind: "object",
  fields: {
    guild_id: snowflake,
    user_id: snowflake,
    name: { kind: "text", minCount: 2, maxCount: 32, trim: true },
    nick: { kind: "text", maxCount: 32, trim: true },
    role_ids: { kind: "list", maxCount: 250, of: snowflake },
    permissions: { kind: "any" },
    takes_direct_messages: { kind: "boolean" },
  },
} as const;
const REMOVAL = {
  kind: "object",
  fields: {
    guild_id: snowflake,
    user_id: { kind: "snowflake", required: true },
    op: { kind: "text", maxCount: 10, choices: ["add", "remove"] },
  },
} as const;

/** Who comes, who goes, who is thrown out. */
export function registerMemberRoutes(app: FastifyInstance, { state, identity }: World): void {
  function createUserId(name: string): string {
    const user = buildUser(state.nextId(), name);
    state.users.put(user);
    return user.id;
  }

  function join(guildId: string, userId: string, permissions: bigint): Member {
    const bot = state.bots.get(userId);
    return bot ? inviteBot(state, guildId, bot, permissions) : joinGuild(state, guildId, userId);
  }

  app.post("/members", (request, reply) => {
    const value = readChecked(request, reply, MEMBER);
    if (!value) return reply;
    const {
      guild_id: guildId = identity.guildId,
      user_id,
      name,
      nick,
      role_ids: roleIds,
    } = value as {
      [key: string]: unknown;
      guild_id?: string;
      role_ids?: string[];
    };
    if ((user_id === undefined) === (name === undefined)) {
      return sendControlError(reply, 400, "A member is a user_id that exists, or a new user with a name.");
    }
    if (!state.guilds.get(guildId)) return sendControlError(reply, 404, "There is no such guild.");
    const isOrdinary = (id: string) => id !== guildId && state.roles.get(guildId, id)?.managed === false;
    if (!(roleIds ?? []).every(isOrdinary)) return sendControlError(reply, 404, "There is no such role to give.");
    const issues: FormIssue[] = [];
    const permissions = readPermissionSet(value.permissions, EVERYONE_PERMISSIONS, { path: ["permissions"], issues });
    if (issues.length > 0) return sendIssues(reply, readControlBody(request) ?? {}, issues);
    if (user_id !== undefined && !state.users.get(String(user_id))) {
      return sendControlError(reply, 404, "There is no such user.");
    }
    if (state.members.isBanned(guildId, String(user_id ?? 0))) {
      return sendControlError(reply, 403, "The user is banned.");
    }
    const known = state.members.get(guildId, String(user_id ?? 0));
    const member = state.write(() => {
      const userId = user_id === undefined ? createUserId(String(name)) : String(user_id);
      if (value.takes_direct_messages !== undefined) state.direct.setOpen(userId, value.takes_direct_messages === true);
      const joined = known ?? join(guildId, userId, permissions);
      if (nick === undefined && roleIds === undefined) return joined;
      const managed = joined.roles.filter((id) => state.roles.get(guildId, id)?.managed);
      return updateMember(state, guildId, {
        ...joined,
        ...(nick === undefined ? {} : { nick: String(nick) || null }),
        ...(roleIds === undefined ? {} : { roles: [...managed, ...roleIds] }),
      });
    });
    return sendControl(reply, known ? 200 : 201, presentMember(state, member));
  });

  app.post("/kicks", (request, reply) => {
    const value = readChecked(request, reply, REMOVAL);
    if (!value) return reply;
    const guildId = String(value.guild_id ?? identity.guildId);
    const userId = String(value.user_id);
    if (!state.members.get(guildId, userId)) return sendControlError(reply, 404, "There is no such member.");
    if (state.guilds.get(guildId)?.owner_id === userId)
      return sendControlError(reply, 400, "The owner cannot be removed.");
    state.write(() => leaveGuild(state, guildId, userId));
    return reply.code(204).send();
  });

  app.post("/bans", (request, reply) => {
    const value = readChecked(request, reply, REMOVAL);
    if (!value) return reply;
    const guildId = String(value.guild_id ?? identity.guildId);
    const user = state.users.get(String(value.user_id));
    if (!state.guilds.get(guildId) || !user) return sendControlError(reply, 404, "There is no such guild or user.");
    if (state.guilds.get(guildId)?.owner_id === user.id)
      return sendControlError(reply, 400, "The owner cannot be removed.");
    const isBan = value.op !== "remove";
    state.write(() => {
      if (isBan) leaveGuild(state, guildId, user.id);
      if (isBan) state.members.ban(guildId, user.id);
      else state.members.pardon(guildId, user.id);
      state.announce({ t: isBan ? "GUILD_BAN_ADD" : "GUILD_BAN_REMOVE", d: { guild_id: guildId, user } });
    });
    return reply.code(204).send();
  });
}
