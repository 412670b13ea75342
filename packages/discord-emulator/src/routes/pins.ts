import type { World } from "../actions/world.ts";
import { isRefusal, refuse } from "../errors/refusal.ts";
import { reply, replyEmpty } from "../http/answer.ts";
import type { Call, DiscordRoute } from "../http/call.ts";
import { toTimestamp } from "../snowflake.ts";
import { LIMITS } from "../validate/limits.ts";
import { findOpenMessage, findTextChannel } from "./find-message.ts";

const MAX_PAGE_COUNT = 50;

/** Pins the message of the path at `at`, or unpins it with null. */
function setPin(call: Call, at: number | null) {
  const { state } = call.world;
  const found = findOpenMessage(call);
  if (isRefusal(found)) return found;
  const { channel, message } = found;
  if (at !== null && state.messages.pins(channel.id).length >= LIMITS.pinCount) return refuse(30003);
  state.write(() => {
    state.messages.pin(message.id, at);
    announce(call.world, channel.guild_id, channel.id, at);
  });
  return replyEmpty([message.id]);
}

function announce({ state }: World, guildId: string, channelId: string, at: number | null): void {
  const last = at === null ? null : toTimestamp(at);
  state.announce({
    t: "CHANNEL_PINS_UPDATE",
    d: { guild_id: guildId, channel_id: channelId, last_pin_timestamp: last },
  });
}

const routes = (path: string): DiscordRoute[] => [
  { method: "PUT", path, auth: "bot", handle: (call) => setPin(call, call.world.state.now()) },
  { method: "DELETE", path, auth: "bot", handle: (call) => setPin(call, null) },
];

/** Pins, under the paths of today and of before 2025. */
export const PINS: readonly DiscordRoute[] = [
  ...routes("/channels/:channel_id/messages/pins/:message_id"),
  ...routes("/channels/:channel_id/pins/:message_id"),
  {
    method: "GET",
    path: "/channels/:channel_id/messages/pins",
    auth: "bot",
    handle(call) {
      const { state, presenter } = call.world;
      const channel = findTextChannel(call);
      if (isRefusal(channel)) return channel;
      const before = Date.parse(call.query.get("before") ?? "");
      const pins = state.messages.pins(channel.id).filter(({ pinnedAt }) => !(pinnedAt >= before));
      const items = pins.slice(0, MAX_PAGE_COUNT).map(({ message, pinnedAt }) => ({
        pinned_at: toTimestamp(pinnedAt),
        message: presenter.message(message),
      }));
      return reply({ items, has_more: pins.length > items.length });
    },
  },
  {
    method: "GET",
    path: "/channels/:channel_id/pins",
    auth: "bot",
    handle(call) {
      const { state, presenter } = call.world;
      const channel = findTextChannel(call);
      if (isRefusal(channel)) return channel;
      return reply(state.messages.pins(channel.id).map(({ message }) => presenter.message(message)));
    },
  },
];
