import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { type Call, callingBot } from "../http/call.ts";
import type { JsonObject } from "../json.ts";
import { outranksRole } from "../permissions/hierarchy.ts";
import { PERMISSIONS_RULE, readPermissions } from "../permissions/permission-rule.ts";
import { guildPermissions } from "../permissions/permissions-of.ts";
import { buildRole } from "../state/build-role.ts";
import { insertRole } from "../state/insert-role.ts";
import type { Role } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";
import type { ObjectRule } from "../validate/rule.ts";
import { namedGuild } from "./guilds.ts";

/** Everyone's among them (docs: topics/opcodes-and-status-codes, 30005). */
const MAX_ROLE_COUNT = 250;
const color = { kind: "integer", min: 0, max: 0xff_ff_ff } as const;

const ROLE: ObjectRule = {
  kind: "object",
  fields: {
    name: { kind: "text", minCount: 1, maxCount: 100, trim: true },
    permissions: PERMISSIONS_RULE,
    color,
    colors: { kind: "object", fields: { primary_color: color } },
    hoist: { kind: "boolean" },
    mentionable: { kind: "boolean" },
  },
};

/** What a checked body makes of a role; what it does not name stays as it is in `base`. */
function applyWish(base: Role, value: JsonObject): Role {
  const { primary_color: primary = value.color } = (value.colors ?? {}) as { primary_color?: unknown };
  const { name = base.name, hoist = base.hoist, mentionable = base.mentionable } = value as Partial<Role>;
  const permissions = readPermissions(value.permissions, BigInt(base.permissions)).toString();
  const chosen = (primary as number | undefined) ?? base.color;
  return {
    ...base,
    name,
    hoist,
    mentionable,
    permissions,
    color: chosen,
    colors: { ...base.colors, primary_color: chosen },
  };
}

/** A bot gives only what it has (docs: topics/permissions, "Permission Hierarchy"). Taking away is free. */
function refuseGiving(call: Call, before: string, after: string): Refusal | undefined {
  const own = guildPermissions(call.world.state, callingBot(call).userId, namedGuild(call).id);
  return (BigInt(after) & ~BigInt(before) & ~own) === 0n ? undefined : refuse(50013);
}

/** The role of the path, if the bot stands above it. */
export function findLower(call: Call): Role | Refusal {
  const { state } = call.world;
  const { id: guildId } = namedGuild(call);
  const role = state.roles.get(guildId, call.params.role_id as string);
  if (!role) return refuse(10011);
  return outranksRole(state, guildId, callingBot(call).userId, role) ? role : refuse(50013);
}

/** Makes a role as the body says, with the permissions of everyone unless it names others. */
export function createRole(call: Call): Role | Refusal {
  const { state } = call.world;
  const { id: guildId } = namedGuild(call);
  const { value, issues } = checkBody(ROLE, call.body);
  if (issues.length > 0) return refuseForm(issues);
  if (state.roles.list(guildId).length >= MAX_ROLE_COUNT) return refuse(30005);
  const { permissions } = state.roles.get(guildId, guildId) as Role;
  const role = applyWish(buildRole({ id: state.nextId(), name: "new role", permissions }), value);
  return refuseGiving(call, "0", role.permissions) ?? state.write(() => insertRole(state, guildId, role));
}

/** Changes the role of the path as the body says. */
export function modifyRole(call: Call): Role | Refusal {
  const { state } = call.world;
  const role = findLower(call);
  if (isRefusal(role)) return role;
  const { value, issues } = checkBody(ROLE, call.body);
  if (issues.length > 0) return refuseForm(issues);
  const changed = applyWish(role, value);
  const refusal = refuseGiving(call, role.permissions, changed.permissions);
  return refusal ?? state.write(() => state.roles.update(namedGuild(call).id, changed));
}

/** Roles to new places, all below the bot's own. Everyone's stays where it is. */
export function moveRoles(call: Call): readonly Role[] | Refusal {
  const { state } = call.world;
  const { id: guildId } = namedGuild(call);
  const { userId } = callingBot(call);
  const entry = {
    kind: "object",
    fields: { id: { kind: "snowflake", required: true }, position: { kind: "integer", min: 0 } },
  } as const;
  const roles = { kind: "list", maxCount: MAX_ROLE_COUNT, of: entry } as const;
  const { value, issues } = checkBody({ kind: "object", fields: { roles } }, { roles: call.list });
  if (issues.length > 0) return refuseForm(issues.map((issue) => ({ ...issue, path: issue.path.slice(1) })));
  const moved: Role[] = [];
  for (const { id, position } of value.roles as { id: string; position?: number }[]) {
    const role = state.roles.get(guildId, id);
    if (!role) return refuse(10011);
    if (position === undefined || position === role.position) continue;
    if (role.id === guildId || position === 0) return refuse(50028);
    const target = { ...role, position };
    if (!outranksRole(state, guildId, userId, role) || !outranksRole(state, guildId, userId, target))
      return refuse(50013);
    moved.push(target);
  }
  state.write(() => {
    for (const role of moved) state.roles.update(guildId, role);
  });
  return state.roles.list(guildId);
}
