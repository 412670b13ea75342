import type { World } from "../actions/world.ts";
import type { JsonObject } from "../json.ts";
import { toPermissions } from "../permissions/permission.ts";
import { channelPermissions } from "../permissions/permissions-of.ts";
import type { Interaction } from "../state/interactions.ts";
import type { Channel, Member } from "../state/objects.ts";
import { presentMember } from "../state/present-member.ts";
import { LIMITS } from "../validate/limits.ts";
import type { InteractionDraft } from "./interaction-draft.ts";

/** Nobody here has set another language. */
const LOCALE = "en-US";

/** What an application may do in a direct message with its own bot (docs: interactions/receiving-and-responding, "Interaction Structure"). */
const DIRECT_PERMISSIONS = toPermissions(["ATTACH_FILES", "EMBED_LINKS", "MENTION_EVERYONE", "USE_EXTERNAL_EMOJIS"]);

/** Where an interaction can come from (docs: "Interaction Context Types"). */
export const CONTEXT = { guild: 0, botDirect: 1 } as const;

/** An interaction as its application gets it (docs: interactions/receiving-and-responding, "Interaction Structure"). */
export function presentInteraction(world: World, interaction: Interaction, draft: InteractionDraft): JsonObject {
  const { state, presenterFor } = world;
  const { bot, channel, message, owners } = draft;
  const { id, application_id, type, data, token, channel_id } = interaction;
  const presenter = presenterFor(bot.userId);
  return {
    id,
    application_id,
    type,
    data,
    ...presentPlace(world, draft),
    channel: presentPlaceOf(world, channel, draft.user.id, bot.userId),
    channel_id,
    token,
    version: 1,
    ...(message ? { message: presenter.message(message) } : {}),
    app_permissions: (channel.guild_id === undefined
      ? DIRECT_PERMISSIONS
      : channelPermissions(state, bot.userId, channel)
    ).toString(),
    locale: LOCALE,
    entitlements: [],
    authorizing_integration_owners: owners,
    context: channel.guild_id === undefined ? CONTEXT.botDirect : CONTEXT.guild,
    attachment_size_limit: LIMITS.fileBytes,
  };
}

/** Guilds show who acts as a member, direct messages as a user. */
function presentPlace({ state }: World, { channel, user }: InteractionDraft): JsonObject {
  const guildId = channel.guild_id;
  if (guildId === undefined) return { user };
  const member = state.members.get(guildId, user.id) as Member;
  return {
    guild: { id: guildId, locale: LOCALE, features: [] },
    guild_id: guildId,
    guild_locale: LOCALE,
    member: {
      ...presentMember(state, member),
      permissions: channelPermissions(state, user.id, channel).toString(),
    },
  };
}

/** A channel as interactions show it: with what the user may do there. */
export function presentPlaceOf(
  { state, presenterFor }: World,
  channel: Channel,
  userId: string,
  botId: string,
): JsonObject {
  const permissions = channelPermissions(state, userId, channel).toString();
  return { ...presenterFor(botId).channel(channel), permissions };
}
