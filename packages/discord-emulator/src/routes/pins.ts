import { isSystemMessage, postSystemMessage, SYSTEM_TYPE } from "../actions/post-system-message.ts";
import { isRefusal, refuse } from "../errors/refusal.ts";
import { type RouteResult, reply, replyEmpty } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute } from "../http/call.ts";
import { mayIn } from "../permissions/refuse-lacking.ts";
import { toTimestamp } from "../snowflake.ts";
import type { Channel, User } from "../state/objects.ts";
import type { Pin } from "../state/pins.ts";
import { checkQuery } from "../validate/check-query.ts";
import { LIMITS } from "../validate/limits.ts";
import { findOpenMessage, findTextChannel } from "./find-message.ts";

const MAX_PAGE_COUNT = 50;

/** Pins the message of the path, and says so in its channel. One that is pinned stays where it is. */
function pin(call: Call): RouteResult {
  const { world } = call;
  const { state } = world;
  const found = findOpenMessage(call);
  if (isRefusal(found)) return found;
  const { channel, message } = found;
  if (isSystemMessage(message)) return refuse(50021);
  if (message.pinned) return replyEmpty();
  if (state.pins.count(channel.id) >= LIMITS.pinCount) return refuse(30003);
  state.write(() => {
    // No two of one channel have the same time: lists are paged by it.
    const at = Math.max(state.now(), (state.pins.lastAt(channel.id) ?? 0) + 1);
    state.messages.pin(message.id, at);
    const author = state.users.get(callingBot(call).userId) as User;
    const place = { channel_id: channel.id, guild_id: channel.guild_id };
    state.announce({
      t: "MESSAGE_UPDATE",
      d: { ...world.presenter.message({ ...message, pinned: true }), guild_id: channel.guild_id },
    });
    announce(call, channel, toTimestamp(at));
    postSystemMessage(world, {
      channel,
      type: SYSTEM_TYPE.pinned,
      author,
      reference: { message_id: message.id, ...place },
    });
  });
  return replyEmpty([message.id]);
}

function unpin(call: Call): RouteResult {
  const { world } = call;
  const { state } = world;
  const found = findOpenMessage(call);
  if (isRefusal(found)) return found;
  const { channel, message } = found;
  if (!message.pinned) return replyEmpty();
  state.write(() => {
    state.messages.pin(message.id, null);
    state.announce({
      t: "MESSAGE_UPDATE",
      d: { ...world.presenter.message({ ...message, pinned: false }), guild_id: channel.guild_id },
    });
    const lastAt = state.pins.lastAt(channel.id);
    announce(call, channel, lastAt === undefined ? null : toTimestamp(lastAt));
  });
  return replyEmpty([message.id]);
}

function announce({ world }: Call, { id, guild_id }: Channel, last: string | null): void {
  const { state } = world;
  state.channels.update(id, { last_pin_timestamp: last }, { quiet: true });
  state.announce({ t: "CHANNEL_PINS_UPDATE", d: { guild_id, channel_id: id, last_pin_timestamp: last } });
}

/** The pins of a channel, last pinned first; none without READ_MESSAGE_HISTORY (docs: resources/message, "Get Channel Pins"). */
function readPins(call: Call, channel: Channel, page: { readonly beforeAt: number; readonly maxCount: number }): Pin[] {
  const { state } = call.world;
  const mayRead = mayIn(state, callingBot(call).userId, channel, ["READ_MESSAGE_HISTORY"]);
  return mayRead ? state.pins.list(channel.id, page) : [];
}

function list(call: Call): RouteResult {
  const channel = findTextChannel(call);
  if (isRefusal(channel)) return channel;
  const fields = { before: { kind: "timestamp" }, limit: { kind: "integer", min: 1, max: MAX_PAGE_COUNT } } as const;
  const query = checkQuery(fields, call.query);
  if (isRefusal(query)) return query;
  const beforeAt = query.before === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(String(query.before));
  const count = Number(query.limit ?? MAX_PAGE_COUNT);
  const pins = readPins(call, channel, { beforeAt, maxCount: count + 1 });
  const items = pins.slice(0, count).map(({ message, pinnedAt }) => ({
    pinned_at: toTimestamp(pinnedAt),
    message: call.world.presenter.message(message),
  }));
  return reply({ items, has_more: pins.length > count });
}

/** The list of before 2025: the first 50, without their times. */
function listPlainly(call: Call): RouteResult {
  const channel = findTextChannel(call);
  if (isRefusal(channel)) return channel;
  const pins = readPins(call, channel, { beforeAt: Number.MAX_SAFE_INTEGER, maxCount: MAX_PAGE_COUNT });
  return reply(pins.map(({ message }) => call.world.presenter.message(message)));
}

const routes = (path: string): DiscordRoute[] => [
  { method: "PUT", path, auth: "bot", needs: ["PIN_MESSAGES"], handle: pin },
  { method: "DELETE", path, auth: "bot", needs: ["PIN_MESSAGES"], handle: unpin },
];

/** Pins, under the paths of today and of before 2025. */
export const PINS: readonly DiscordRoute[] = [
  ...routes("/channels/:channel_id/messages/pins/:message_id"),
  ...routes("/channels/:channel_id/pins/:message_id"),
  { method: "GET", path: "/channels/:channel_id/messages/pins", auth: "bot", handle: list },
  { method: "GET", path: "/channels/:channel_id/pins", auth: "bot", handle: listPlainly },
];
