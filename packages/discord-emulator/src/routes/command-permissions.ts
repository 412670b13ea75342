import { isRefusal, type Refusal, refuse, refuseForm, refuseStatus } from "../errors/refusal.ts";
import { type RouteResult, reply, replyWritten } from "../http/answer.ts";
import { findBearer } from "../http/bearer.ts";
import type { Call, DiscordRoute } from "../http/call.ts";
import type { JsonObject } from "../json.ts";
import { refuseLackingInGuild } from "../permissions/refuse-lacking.ts";
import { checkBody } from "../validate/check.ts";
import { COMMAND_LIMITS } from "../validate/command-limits.ts";
import type { ObjectRule } from "../validate/rule.ts";
import { findScope } from "./commands.ts";

const BASE = "/applications/:application_id/guilds/:guild_id/commands";
const ONE = `${BASE}/:command_id/permissions`;

const PERMISSIONS: ObjectRule = {
  kind: "object",
  fields: {
    permissions: {
      kind: "list",
      maxCount: COMMAND_LIMITS.permissionCount,
      of: {
        kind: "object",
        fields: {
          id: { kind: "snowflake", required: true },
          // Role, user, channel.
          type: { kind: "integer", required: true, choices: [1, 2, 3] },
          permission: { kind: "boolean", required: true },
        },
      },
    },
  },
};

function present(call: Call, { id, permissions }: { readonly id: string; readonly permissions: JsonObject[] }) {
  const { application_id, guild_id } = call.params;
  return { id, application_id, guild_id, permissions };
}

function list(call: Call): RouteResult {
  const scope = findScope(call);
  if (isRefusal(scope)) return scope;
  const all = call.world.state.commands.permissions(scope.applicationId, call.params.guild_id as string);
  return reply(all.map((one) => present(call, one)));
}

function get(call: Call): RouteResult {
  const scope = findScope(call);
  if (isRefusal(scope)) return scope;
  const all = call.world.state.commands.permissions(scope.applicationId, call.params.guild_id as string);
  const one = all.find(({ id }) => id === call.params.command_id);
  return one ? reply(present(call, one)) : refuse(10066);
}

/** Whom the route lets through: not bots, but users who manage the guild (docs: application-commands, "Permissions"). */
function refuseCaller({ world, bot, headers, params }: Call): Refusal | undefined {
  if (bot) return refuse(20001);
  const userId = findBearer(world.identity, headers.authorization as string | undefined);
  if (userId === undefined) return refuseStatus(401, "Unauthorized");
  const guildId = params.guild_id as string;
  if (!world.state.guilds.get(guildId)) return refuse(10004);
  return refuseLackingInGuild(world.state, userId, guildId, ["MANAGE_GUILD", "MANAGE_ROLES"]);
}

/** A command that can be used in the guild, or the application itself: its id stands for all its commands. */
function isKnown({ world, params }: Call): boolean {
  const { application_id, guild_id, command_id } = params as Record<string, string>;
  const applicationId = application_id as string;
  const id = command_id as string;
  if (!world.state.bots.list().some((bot) => bot.applicationId === applicationId)) return false;
  if (id === applicationId) return true;
  return [guild_id, undefined].some((guildId) => world.state.commands.get({ applicationId, guildId }, id));
}

function set(call: Call): RouteResult {
  const refusal = refuseCaller(call);
  if (refusal) return refusal;
  if (!isKnown(call)) return refuse(10063);
  const { value, issues } = checkBody(PERMISSIONS, call.body);
  if (issues.length > 0) return refuseForm(issues);
  const permissions = (value.permissions ?? []) as JsonObject[];
  const { application_id, guild_id, command_id } = call.params as Record<string, string>;
  const shown = present(call, { id: command_id as string, permissions });
  const { state } = call.world;
  state.write(() => {
    state.commands.setPermissions(application_id as string, guild_id as string, command_id as string, permissions);
    state.announce({ t: "APPLICATION_COMMAND_PERMISSIONS_UPDATE", d: shown });
  });
  return replyWritten(200, shown);
}

/** Who may use which command in a guild (docs: interactions/application-commands, "Permissions"). */
export const COMMAND_PERMISSIONS: readonly DiscordRoute[] = [
  { method: "GET", path: `${BASE}/permissions`, auth: "bot", handle: list },
  { method: "GET", path: ONE, auth: "bot", handle: get },
  { method: "PUT", path: ONE, auth: "none", takesBody: true, handle: set },
];
