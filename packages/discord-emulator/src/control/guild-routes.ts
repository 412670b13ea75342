import type { FastifyInstance } from "fastify";
import type { World } from "../actions/world.ts";
import type { FormIssue } from "../errors/form-errors.ts";
import { withOverwrite } from "../permissions/overwrites.ts";
import { buildChannel } from "../state/build-channel.ts";
import { buildRole } from "../state/build-role.ts";
import { isThread } from "../state/channels.ts";
import { foundGuild } from "../state/found-guild.ts";
import { insertRole } from "../state/insert-role.ts";
import { joinGuild } from "../state/join-guild.ts";
import type { Role } from "../state/objects.ts";
import { readChecked, readControlBody, sendControl, sendControlError, sendIssues } from "./control-answer.ts";
import { readPermissionSet } from "./permission-set.ts";

const snowflake = { kind: "snowflake" } as const;
const any = { kind: "any" } as const;
const name = { kind: "text", minCount: 1, maxCount: 100, trim: true } as const;

const GUILD = { kind: "object", fields: { name: { ...name, required: true }, owner_id: snowflake } } as const;
const ROLE = {
  kind: "object",
  fields: {
    guild_id: snowflake,
    role_id: snowflake,
    name,
    permissions: any,
    mentionable: { kind: "boolean" },
    hoist: { kind: "boolean" },
    color: { kind: "integer", min: 0, max: 0xff_ff_ff },
    position: { kind: "integer", min: 1, max: 250 },
  },
} as const;
const OVERWRITE = {
  kind: "object",
  fields: {
    channel_id: { kind: "snowflake", required: true },
    role_id: snowflake,
    user_id: snowflake,
    allow: any,
    deny: any,
  },
} as const;

/** What the people who run a guild do: found it, make and change roles, say who may what in a channel. */
export function registerGuildRoutes(app: FastifyInstance, { state, identity }: World): void {
  app.post("/guilds", (request, reply) => {
    const value = readChecked(request, reply, GUILD);
    if (!value) return reply;
    const owner_id = String(value.owner_id ?? identity.ownerId);
    if (!state.users.get(owner_id)) return sendControlError(reply, 404, "There is no such user.");
    const guild = { id: state.nextId(), name: String(value.name), owner_id };
    state.write(() => {
      foundGuild(state, guild);
      joinGuild(state, guild.id, owner_id);
      state.channels.create(buildChannel({ id: state.nextId(), guild_id: guild.id, name: "general" }));
    });
    const content = { roles: state.roles.list(guild.id), channels: state.channels.list(guild.id) };
    return sendControl(reply, 201, { ...guild, ...content });
  });

  app.post("/roles", (request, reply) => {
    const value = readChecked(request, reply, ROLE);
    if (!value) return reply;
    const {
      guild_id: guildId = identity.guildId,
      role_id: roleId,
      permissions: wanted,
      ...wish
    } = value as Partial<Omit<Role, "permissions">> & { guild_id?: string; role_id?: string; permissions?: unknown };
    if (!state.guilds.get(guildId)) return sendControlError(reply, 404, "There is no such guild.");
    const known = roleId === undefined ? undefined : state.roles.get(guildId, roleId);
    if (roleId !== undefined && !known) return sendControlError(reply, 404, "There is no such role in this guild.");
    const issues: FormIssue[] = [];
    const before = BigInt(known?.permissions ?? 0);
    const permissions = readPermissionSet(wanted, before, { path: ["permissions"], issues }).toString();
    if (issues.length > 0) return sendIssues(reply, readControlBody(request) ?? {}, issues);
    if (known) {
      const colors = { ...known.colors, primary_color: wish.color ?? known.color };
      const changed = { ...known, ...wish, colors, permissions };
      return sendControl(
        reply,
        200,
        state.write(() => state.roles.update(guildId, changed)),
      );
    }
    const role = buildRole({ name: "new role", ...wish, id: state.nextId(), permissions });
    return sendControl(
      reply,
      201,
      state.write(() => insertRole(state, guildId, role)),
    );
  });

  app.put("/permissions", (request, reply) => {
    const value = readChecked(request, reply, OVERWRITE);
    if (!value) return reply;
    const channel = state.channels.get(String(value.channel_id));
    if (!channel) return sendControlError(reply, 404, "There is no such channel.");
    const guildId = channel.guild_id;
    if (isThread(channel) || guildId === undefined) {
      return sendControlError(reply, 400, "Threads and direct messages have no permissions of their own.");
    }
    const { role_id: roleId, user_id: userId } = value as { role_id?: string; user_id?: string };
    const id = roleId ?? userId;
    if (id === undefined || (roleId !== undefined && userId !== undefined)) {
      return sendControlError(reply, 400, "Permissions are for a role_id or for a user_id.");
    }
    const isThere = roleId === undefined ? state.members.get(guildId, id) : state.roles.get(guildId, id);
    if (!isThere) return sendControlError(reply, 404, "There is no such role or member in this guild.");
    const issues: FormIssue[] = [];
    const allow = readPermissionSet(value.allow, 0n, { path: ["allow"], issues });
    const deny = readPermissionSet(value.deny, 0n, { path: ["deny"], issues });
    if (issues.length > 0) return sendIssues(reply, readControlBody(request) ?? {}, issues);
    const overwrite = { id, type: roleId === undefined ? 1 : 0, allow: `${allow}`, deny: `${deny}` } as const;
    const all = withOverwrite(channel.permission_overwrites ?? [], overwrite);
    // One that says nothing is none.
    const permission_overwrites = all.filter((each) => each.allow !== "0" || each.deny !== "0");
    return sendControl(
      reply,
      200,
      state.write(() => state.channels.update(channel.id, { permission_overwrites })),
    );
  });
}
