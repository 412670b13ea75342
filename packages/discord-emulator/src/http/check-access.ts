import { type Refusal, refuse } from "../errors/refusal.ts";
import { refuseLackingIn, refuseLackingInGuild } from "../permissions/refuse-lacking.ts";
import { callingBot, type DiscordRoute, type UnreadCall } from "./call.ts";

/**
 * Checks the place that the path names, for a bot: 404 for a channel, webhook or guild that does not exist, 403 without
 * access to it (50001) or without what the route needs (50013). Whoever has the webhook's token needs nothing.
 */
export function checkAccess(route: DiscordRoute, call: UnreadCall): Refusal | undefined {
  if (route.auth !== "bot") return undefined;
  const { state } = call.world;
  const { channel_id, webhook_id, guild_id } = call.params;
  const needs = () => (typeof route.needs === "function" ? route.needs(call) : (route.needs ?? []));
  const { userId } = callingBot(call);
  if (guild_id !== undefined) {
    // A guild does not tell strangers that it exists; what lies below its path says 50001 (api-docs issue 5840).
    const isHidden = route.path.endsWith("/:guild_id") && !state.members.get(guild_id, userId);
    if (isHidden || !state.guilds.get(guild_id)) return refuse(10004);
    return refuseLackingInGuild(state, userId, guild_id, needs());
  }
  const webhook = webhook_id === undefined ? undefined : state.webhooks.get(webhook_id);
  if (webhook_id !== undefined && !webhook) return refuse(10015);
  const channelId = channel_id ?? webhook?.channel_id;
  if (channelId === undefined) return undefined;
  const channel = state.channels.get(channelId);
  return channel ? refuseLackingIn(state, userId, channel, needs()) : refuse(10003);
}
