import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { reply, replyEmpty, replyWritten } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute } from "../http/call.ts";
import { guildPermissions } from "../permissions/permissions-of.ts";
import { leaveGuild } from "../state/join-guild.ts";
import type { Guild, User } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";
import { checkQuery, pageFields } from "../validate/check-query.ts";
import { LIMITS } from "../validate/limits.ts";
import { NAME_CHECKS } from "../validate/name-checks.ts";
import type { ObjectRule } from "../validate/rule.ts";
import { toPictureHash } from "./webhook-manage.ts";

const MAX_GUILD_COUNT = 200;
const picture = { kind: "text", maxCount: LIMITS.requestBytes } as const;
const ME_CHANGE: ObjectRule = {
  kind: "object",
  fields: {
    username: { kind: "text", minCount: 2, maxCount: 32, trim: true, checks: NAME_CHECKS },
    avatar: picture,
    banner: picture,
  },
};

/** The user of the calling bot. */
function getBot(call: Call): User {
  return call.world.state.users.get(callingBot(call).userId) as User;
}

/** A bot sees more of itself than others do. */
function describeMe(user: User) {
  return {
    ...user,
    mfa_enabled: true,
    locale: "en-US",
    verified: true,
    email: null,
    banner: user.banner ?? null,
    accent_color: null,
    premium_type: 0,
  };
}

/** Changes name and pictures of the calling bot (docs: resources/user, "Modify Current User"). */
function changeMe(call: Call): User | Refusal {
  const { state } = call.world;
  const { value, issues } = checkBody(ME_CHANGE, call.body);
  if (issues.length > 0) return refuseForm(issues);
  const user = {
    ...getBot(call),
    ...(value.username === undefined ? {} : { username: String(value.username) }),
    ...(Object.hasOwn(call.body, "avatar") ? { avatar: toPictureHash(value.avatar) } : {}),
    ...(Object.hasOwn(call.body, "banner") ? { banner: toPictureHash(value.banner) } : {}),
  };
  state.write(() => {
    state.users.put(user);
    state.announce({ t: "USER_UPDATE", d: user });
  });
  return user;
}

function describeGuilds(call: Call) {
  const { state } = call.world;
  const { userId } = callingBot(call);
  const query = checkQuery({ ...pageFields(MAX_GUILD_COUNT), with_counts: { kind: "boolean" } }, call.query);
  if (isRefusal(query)) return query;
  const { before, after, limit = MAX_GUILD_COUNT } = query;
  const ids = state.members
    .guildIds(userId)
    .filter(
      (id) => (before === undefined || BigInt(id) < BigInt(String(before))) && BigInt(id) > BigInt(String(after ?? 0)),
    );
  // Before an id, the nearest ones are the last.
  const page = before === undefined ? ids.slice(0, Number(limit)) : ids.slice(-Number(limit));
  return page.map((guildId) => {
    const guild = state.guilds.get(guildId) as Guild;
    const count = state.members.count(guildId);
    return {
      ...(query.with_counts ? { approximate_member_count: count, approximate_presence_count: count } : {}),
      id: guildId,
      name: guild.name,
      icon: null,
      banner: null,
      owner: guild.owner_id === userId,
      permissions: guildPermissions(state, userId, guildId).toString(),
      features: [],
    };
  });
}

/** Who the bot is, and where it is. */
export const ME: readonly DiscordRoute[] = [
  {
    method: "GET",
    path: "/users/@me",
    auth: "bot",
    handle: (call) => reply(describeMe(getBot(call))),
  },
  {
    method: "PATCH",
    path: "/users/@me",
    auth: "bot",
    takesBody: true,
    handle(call) {
      const user = changeMe(call);
      return isRefusal(user) ? user : replyWritten(200, describeMe(user));
    },
  },
  {
    method: "GET",
    path: "/users/@me/guilds",
    auth: "bot",
    handle(call) {
      const guilds = describeGuilds(call);
      return isRefusal(guilds) ? guilds : reply(guilds);
    },
  },
  {
    method: "DELETE",
    path: "/users/@me/guilds/:guild_id",
    auth: "bot",
    handle(call) {
      const { state } = call.world;
      state.write(() => leaveGuild(state, call.params.guild_id as string, callingBot(call).userId));
      return replyEmpty();
    },
  },
  {
    method: "GET",
    path: "/users/:user_id",
    auth: "bot",
    handle({ world, params }) {
      const user = world.state.users.get(params.user_id as string);
      return user ? reply(user) : refuse(10013);
    },
  },
];
