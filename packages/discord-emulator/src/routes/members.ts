import { isRefusal, type Refusal, refuse } from "../errors/refusal.ts";
import { reply, replyEmpty, replyWritten } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute } from "../http/call.ts";
import { outranksRole } from "../permissions/hierarchy.ts";
import { seesMembers } from "../state/bots.ts";
import type { Member } from "../state/objects.ts";
import { presentMember } from "../state/present-member.ts";
import { updateMember } from "../state/update-member.ts";
import { checkQuery } from "../validate/check-query.ts";
import { changeMember, changeOwnMember } from "./change-member.ts";
import { namedGuild } from "./guilds.ts";

const ALL = "/guilds/:guild_id/members";
const ONE = "/guilds/:guild_id/members/:user_id";
const limit = { kind: "integer", min: 1, max: 1000 } as const;

const present = (call: Call) => (member: Member) => presentMember(call.world.state, member);

/** The member of the path. */
function findMember({ world, params }: Call): Member | Refusal {
  return world.state.members.get(params.guild_id as string, params.user_id as string) ?? refuse(10007);
}

/** Does `work` with the member of the path and answers the changed one. */
function answerChange(call: Call, member: Member | Refusal) {
  return isRefusal(member) ? member : replyWritten(200, present(call)(member));
}

/** Those whose user name, display name or nickname begins with the text, whatever the case. */
function search(call: Call, text: string, maxCount: number): Member[] {
  const { state } = call.world;
  const wanted = text.toLowerCase();
  const namesOf = ({ user_id, nick }: Member) => {
    const user = state.users.get(user_id);
    return [nick, user?.username, user?.global_name];
  };
  return state.members
    .list(namedGuild(call).id)
    .filter((member) => namesOf(member).some((name) => name?.toLowerCase().startsWith(wanted)))
    .slice(0, maxCount);
}

/** Gives the role of the path to the member of the path, or takes it away. */
function setRole(call: Call, hasRole: boolean) {
  const { state } = call.world;
  const { id: guildId } = namedGuild(call);
  const member = findMember(call);
  if (isRefusal(member)) return member;
  const role = state.roles.get(guildId, call.params.role_id as string);
  if (!role) return refuse(10011);
  if (role.id === guildId) return refuse(50028);
  if (role.managed || !outranksRole(state, guildId, callingBot(call).userId, role)) return refuse(50013);
  if (member.roles.includes(role.id) !== hasRole) {
    const others = member.roles.filter((id) => id !== role.id);
    const roles = hasRole ? [...others, role.id] : others;
    state.write(() => updateMember(state, guildId, { ...member, roles }));
  }
  return replyEmpty();
}

/** Who belongs to a guild. */
export const MEMBERS: readonly DiscordRoute[] = [
  {
    method: "GET",
    path: ALL,
    auth: "bot",
    handle(call) {
      // Listing takes the privileged intent, reading one by one does not (docs: resources/guild, "List Guild Members").
      if (!seesMembers(callingBot(call))) return refuse(50001);
      const query = checkQuery({ limit, after: { kind: "snowflake" } }, call.query);
      if (isRefusal(query)) return query;
      const page = { afterId: String(query.after ?? "0"), maxCount: Number(query.limit ?? 1) };
      return reply(call.world.state.members.list(namedGuild(call).id, page).map(present(call)));
    },
  },
  {
    method: "GET",
    path: `${ALL}/search`,
    auth: "bot",
    handle(call) {
      const fields = { limit, query: { kind: "text", required: true, minCount: 1, maxCount: 100 } } as const;
      const query = checkQuery(fields, call.query);
      if (isRefusal(query)) return query;
      return reply(search(call, String(query.query), Number(query.limit ?? 1)).map(present(call)));
    },
  },
  {
    method: "GET",
    path: ONE,
    auth: "bot",
    handle(call) {
      const member = findMember(call);
      return isRefusal(member) ? member : reply(present(call)(member));
    },
  },
  {
    method: "PATCH",
    path: `${ALL}/@me`,
    auth: "bot",
    takesBody: true,
    handle: (call) => answerChange(call, changeOwnMember(call)),
  },
  {
    method: "PATCH",
    path: ONE,
    auth: "bot",
    takesBody: true,
    handle(call) {
      const member = findMember(call);
      return answerChange(call, isRefusal(member) ? member : changeMember(call, member));
    },
  },
  {
    method: "PUT",
    path: `${ONE}/roles/:role_id`,
    auth: "bot",
    limit: "member.role",
    needs: ["MANAGE_ROLES"],
    handle: (call) => setRole(call, true),
  },
  {
    method: "DELETE",
    path: `${ONE}/roles/:role_id`,
    auth: "bot",
    limit: "member.role",
    needs: ["MANAGE_ROLES"],
    handle: (call) => setRole(call, false),
  },
];
