import { type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { type Call, callingBot } from "../http/call.ts";
import type { JsonObject } from "../json.ts";
import { outranksMember, outranksRole } from "../permissions/hierarchy.ts";
import { hasPermissions, type PermissionName } from "../permissions/permission.ts";
import { guildPermissions } from "../permissions/permissions-of.ts";
import type { Member } from "../state/objects.ts";
import { updateMember } from "../state/update-member.ts";
import { checkBody } from "../validate/check.ts";
import type { ObjectRule } from "../validate/rule.ts";
import { namedGuild } from "./guilds.ts";

const DAY_MS = 86_400_000;
/** Docs: resources/guild, "Modify Guild Member". */
const MAX_TIMEOUT_MS = 28 * DAY_MS;
const MAX_ROLE_COUNT = 350;

const nick = { kind: "text", maxCount: 32, trim: true, blankIsAbsent: true } as const;
const OWN: ObjectRule = { kind: "object", fields: { nick } };
const OTHER: ObjectRule = {
  kind: "object",
  fields: {
    nick,
    roles: { kind: "list", maxCount: MAX_ROLE_COUNT, of: { kind: "snowflake" } },
    communication_disabled_until: { kind: "timestamp" },
    mute: { kind: "boolean" },
    deaf: { kind: "boolean" },
    channel_id: { kind: "snowflake" },
  },
};

/** A change that is checked and not made yet. Null empties a member of the body, absence keeps it. */
interface Wish {
  readonly call: Call;
  readonly member: Member;
  readonly body: JsonObject;
  readonly value: JsonObject;
}

function may(call: Call, names: readonly PermissionName[]): boolean {
  return hasPermissions(guildPermissions(call.world.state, callingBot(call).userId, namedGuild(call).id), names);
}

function outranks(call: Call, member: Member): boolean {
  return outranksMember(call.world.state, namedGuild(call).id, callingBot(call).userId, member.user_id);
}

/** Nobody here is in a voice channel (docs: a member who is not cannot be muted, deafened or moved). */
function refuseVoice({ call, value }: Wish): Refusal | undefined {
  const needed = { mute: "MUTE_MEMBERS", deaf: "DEAFEN_MEMBERS", channel_id: "MOVE_MEMBERS" } as const;
  const wanted = (["mute", "deaf", "channel_id"] as const).filter((name) => value[name] !== undefined);
  if (wanted.some((name) => !may(call, [needed[name]]))) return refuse(50013);
  return wanted.length > 0 ? refuse(40032) : undefined;
}

function refuseNick({ call, member, body }: Wish): Refusal | undefined {
  if (!Object.hasOwn(body, "nick")) return undefined;
  return may(call, ["MANAGE_NICKNAMES"]) && outranks(call, member) ? undefined : refuse(50013);
}

/** Every role that comes or goes must be below the bot's own and belong to no bot. */
function refuseRoles({ call, member, value }: Wish): Refusal | undefined {
  if (value.roles === undefined) return undefined;
  if (!may(call, ["MANAGE_ROLES"])) return refuse(50013);
  const { state } = call.world;
  const { id: guildId } = namedGuild(call);
  const [wanted, held] = [value.roles as string[], member.roles];
  for (const id of [...wanted.filter((id) => !held.includes(id)), ...held.filter((id) => !wanted.includes(id))]) {
    const role = state.roles.get(guildId, id);
    if (!role) return refuse(10011);
    if (id === guildId) return refuse(50028);
    if (role.managed || !outranksRole(state, guildId, callingBot(call).userId, role)) return refuse(50013);
  }
  return undefined;
}

function refuseTimeout({ call, member, body, value }: Wish): Refusal | undefined {
  if (!Object.hasOwn(body, "communication_disabled_until")) return undefined;
  const { state } = call.world;
  if (!may(call, ["MODERATE_MEMBERS"]) || !outranks(call, member)) return refuse(50013);
  const set = guildPermissions(state, member.user_id, namedGuild(call).id);
  if (hasPermissions(set, ["ADMINISTRATOR"])) return refuse(50013);
  const until = value.communication_disabled_until;
  if (until === undefined || Date.parse(String(until)) <= state.now() + MAX_TIMEOUT_MS) return undefined;
  const message = "Timeouts end at most 28 days from now.";
  return refuseForm([
    { path: ["communication_disabled_until"], code: "COMMUNICATION_DISABLED_UNTIL_TOO_LONG", message },
  ]);
}

/** Changes nickname, roles and timeout of another member as the body says, or says why the bot may not. */
export function changeMember(call: Call, member: Member): Member | Refusal {
  const { value, issues } = checkBody(OTHER, call.body);
  if (issues.length > 0) return refuseForm(issues);
  const wish = { call, member, body: call.body, value };
  const refusal = refuseNick(wish) ?? refuseRoles(wish) ?? refuseTimeout(wish) ?? refuseVoice(wish);
  if (refusal) return refusal;
  const { state } = call.world;
  const { nick: name = null, communication_disabled_until: until = null } = value as Partial<Member>;
  const changed: Member = {
    ...member,
    ...(Object.hasOwn(call.body, "nick") ? { nick: name } : {}),
    ...(value.roles === undefined ? {} : { roles: [...new Set(value.roles as string[])] }),
    ...(Object.hasOwn(call.body, "communication_disabled_until") ? { communication_disabled_until: until } : {}),
  };
  return state.write(() => updateMember(state, namedGuild(call).id, changed));
}

/** Changes the calling bot's own nickname; it takes CHANGE_NICKNAME. */
export function changeOwnMember(call: Call): Member | Refusal {
  const { value, issues } = checkBody(OWN, call.body);
  if (issues.length > 0) return refuseForm(issues);
  const { state } = call.world;
  const { id: guildId } = namedGuild(call);
  const member = state.members.get(guildId, callingBot(call).userId) as Member;
  if (!Object.hasOwn(call.body, "nick")) return member;
  if (!may(call, ["CHANGE_NICKNAME"])) return refuse(50013);
  const { nick: name = null } = value as Partial<Member>;
  return state.write(() => updateMember(state, guildId, { ...member, nick: name }));
}
