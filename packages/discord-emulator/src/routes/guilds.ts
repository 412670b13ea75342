import { refuse } from "../errors/refusal.ts";
import { reply } from "../http/answer.ts";
import type { Call, DiscordRoute } from "../http/call.ts";

/** View, send, react, threads: what a member may do until roles are emulated. */
const EVERYONE_PERMISSIONS = "309237763136";

function isOurs({ world, params }: Call): boolean {
  return params.guild_id === world.identity.guildId;
}

function describeGuild({ world, query }: Call) {
  const { identity, state } = world;
  const count = state.users.list().length;
  return {
    id: identity.guildId,
    name: "Tocsin",
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    home_header: null,
    owner_id: identity.ownerId,
    region: "us-east",
    afk_channel_id: null,
    afk_timeout: 300,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: [describeEveryone(identity.guildId)],
    emojis: [
      {
        id: identity.thumbsupId,
        name: "thumbsup",
        roles: [],
        require_colons: true,
        managed: false,
        animated: false,
        available: true,
      },
    ],
    stickers: [],
    features: [],
    mfa_level: 0,
    nsfw: false,
    nsfw_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    vanity_url_code: null,
    max_members: 500_000,
    max_presences: null,
    max_video_channel_users: 25,
    max_stage_video_channel_users: 50,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    premium_progress_bar_enabled_user_updated_at: null,
    preferred_locale: "en-US",
    incidents_data: null,
    ...(query.get("with_counts") === "true"
      ? { approximate_member_count: count, approximate_presence_count: count }
      : {}),
  };
}

/** The role that everybody has: its id is the guild's. */
function describeEveryone(guildId: string) {
  return {
    id: guildId,
    name: "@everyone",
    description: null,
    permissions: EVERYONE_PERMISSIONS,
    position: 0,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    managed: false,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}

/** The one guild. */
export const GUILDS: readonly DiscordRoute[] = [
  {
    method: "GET",
    path: "/guilds/:guild_id",
    auth: "bot",
    handle: (call) => (isOurs(call) ? reply(describeGuild(call)) : refuse(10004)),
  },
  {
    method: "GET",
    path: "/guilds/:guild_id/channels",
    auth: "bot",
    handle: (call) => (isOurs(call) ? reply(call.world.state.channels.list()) : refuse(10004)),
  },
  {
    method: "GET",
    path: "/guilds/:guild_id/roles",
    auth: "bot",
    handle: (call) => (isOurs(call) ? reply([describeEveryone(call.world.identity.guildId)]) : refuse(10004)),
  },
  {
    method: "GET",
    path: "/guilds/:guild_id/threads/active",
    auth: "bot",
    handle(call) {
      if (!isOurs(call)) return refuse(10004);
      const threads = call.world.state.channels.threads().filter((thread) => !thread.thread_metadata?.archived);
      return reply({ threads, members: [], has_more: false });
    },
  },
];
