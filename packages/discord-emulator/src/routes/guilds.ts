import { reply } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute, queryFlag } from "../http/call.ts";
import { mayIn } from "../permissions/refuse-lacking.ts";
import type { Guild } from "../state/objects.ts";
import { presentGuild } from "../state/present-guild.ts";

/** The guild of the path. Only where access to it has been checked: it exists. */
export function namedGuild({ world, params }: Pick<Call, "world" | "params">): Guild {
  return world.state.guilds.get(params.guild_id as string) as Guild;
}

function describeGuild(call: Call) {
  const guild = namedGuild(call);
  const count = call.world.state.members.count(guild.id);
  return {
    ...presentGuild(call.world, guild),
    ...(queryFlag(call.query, "with_counts")
      ? { approximate_member_count: count, approximate_presence_count: count }
      : {}),
  };
}

/** Guilds as a whole, for the bots that are in them. */
export const GUILDS: readonly DiscordRoute[] = [
  { method: "GET", path: "/guilds/:guild_id", auth: "bot", handle: (call) => reply(describeGuild(call)) },
  {
    method: "GET",
    path: "/guilds/:guild_id/channels",
    auth: "bot",
    // Without those that the bot cannot see (docs: topics/permissions, "Channel Visibility").
    handle(call) {
      const { state } = call.world;
      const { userId } = callingBot(call);
      const channels = state.channels.list(namedGuild(call).id);
      return reply(channels.filter((channel) => mayIn(state, userId, channel, ["VIEW_CHANNEL"])));
    },
  },
];
