import type { JsonObject } from "../json.ts";
import type { Identity } from "./identity.ts";
import type { Guild } from "./objects.ts";
import type { State } from "./state.ts";

/** A guild as Discord's API answers it. Only the seeded guild has an emoji of its own. */
export function presentGuild(
  { state, identity }: { readonly state: State; readonly identity: Identity },
  guild: Guild,
): JsonObject {
  return {
    ...guild,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    home_header: null,
    region: "us-east",
    afk_channel_id: null,
    afk_timeout: 300,
    widget_enabled: false,
    widget_channel_id: null,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: state.roles.list(guild.id),
    emojis: guild.id === identity.guildId ? [presentThumbsup(identity)] : [],
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
  };
}

function presentThumbsup({ thumbsupId }: Identity): JsonObject {
  return {
    id: thumbsupId,
    name: "thumbsup",
    roles: [],
    require_colons: true,
    managed: false,
    animated: false,
    available: true,
  };
}
