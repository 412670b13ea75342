import type { World } from "../actions/world.ts";
import type { JsonObject } from "../json.ts";
import { mayIn } from "../permissions/refuse-lacking.ts";
import type { Bot, Channel } from "../state/objects.ts";
import { presentChannel } from "../state/present-channel.ts";
import { presentGuild } from "../state/present-guild.ts";
import { presentMember } from "../state/present-member.ts";
import { INTENT } from "./intents.ts";
import { obfuscate } from "./obfuscate.ts";
import { isOnShard, type Session, type SessionTerms } from "./session.ts";

/** Ids of the guilds of a session's bot that belong to its shard. */
export function guildsOfShard({ state }: World, session: SessionTerms): string[] {
  return state.members.guildIds(session.botId).filter((guildId) => isOnShard(session, guildId));
}

/** The payload of READY: who the bot is, and its guilds, none of them there yet (docs: events/gateway-events, "Ready"). */
export function buildReady({ state, baseUrl }: World, session: Session, bot: Bot, version: number): JsonObject {
  return {
    v: version,
    user: { ...state.users.get(bot.userId), bot: true, verified: true, mfa_enabled: true, email: null },
    guilds: [...session.guildIds].map((id) => ({ id, unavailable: true })),
    session_id: session.id,
    session_type: "normal",
    resume_gateway_url: `${baseUrl().replace("http", "ws")}/resume`,
    shard: session.shard,
    application: { id: bot.applicationId, flags: bot.applicationFlags },
    private_channels: [],
    relationships: [],
    presences: [],
    guild_join_requests: [],
    user_settings: {},
    geo_ordered_rtc_regions: [],
    _trace: [],
  };
}

/** The payload of GUILD_CREATE: a guild with all in it that the session may know (docs: events/gateway-events, "Guild Create"). */
export function buildGuildCreate(world: World, session: SessionTerms, guildId: string): JsonObject {
  const { state } = world;
  const { botId, intents, largeThreshold } = session;
  const guild = state.guilds.get(guildId);
  const memberCount = state.members.count(guildId);
  const isLarge = memberCount > largeThreshold;
  // Without GUILD_PRESENCES only the bot; of a large guild nobody else either, since nobody here is online.
  const showsAll = (intents & INTENT.GUILD_PRESENCES) !== 0 && !isLarge;
  const self = state.members.get(guildId, botId);
  const members = showsAll ? state.members.list(guildId) : self ? [self] : [];
  const sees = (channel: Channel) => mayIn(state, botId, channel, ["VIEW_CHANNEL"]);
  return {
    ...(guild ? presentGuild(world, guild) : {}),
    joined_at: self?.joined_at,
    large: isLarge,
    unavailable: false,
    member_count: memberCount,
    voice_states: [],
    members: members.map((member) => presentMember(state, member)),
    channels: state.channels.list(guildId).map((channel) => (sees(channel) ? channel : obfuscate(channel))),
    threads: state.threads
      .active(guildId)
      .filter(sees)
      .map((thread) => presentChannel(state, botId, thread)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
