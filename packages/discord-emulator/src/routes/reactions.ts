import { isRefusal, type Refusal, refuse } from "../errors/refusal.ts";
import { reply, replyEmpty } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute, namedChannel } from "../http/call.ts";
import { mayIn } from "../permissions/refuse-lacking.ts";
import { parseEmoji } from "../state/emoji.ts";
import type { Channel, Emoji } from "../state/objects.ts";
import type { ReactionPlace } from "../state/reactions.ts";
import { checkQuery } from "../validate/check-query.ts";
import { LIMITS } from "../validate/limits.ts";
import { findMessage, findOpenMessage } from "./find-message.ts";

const ALL = "/channels/:channel_id/messages/:message_id/reactions";
const EMOJI = `${ALL}/:emoji`;

/** A message about to lose or gain reactions. Archived threads take none (docs: topics/threads). */
function findPlace(call: Call): ReactionPlace | Refusal {
  const found = findOpenMessage(call);
  if (isRefusal(found)) return found;
  const { channel, message } = found;
  return {
    messageId: message.id,
    channelId: channel.id,
    guildId: channel.guild_id,
    messageAuthorId: message.author.id,
  };
}

function findEmoji({ params, world }: Call): Emoji | Refusal {
  return parseEmoji(params.emoji as string, [world.identity.thumbsupId]) ?? refuse(10014);
}

/** Runs `work` with place and emoji of the path. */
function onReaction(call: Call, work: (place: ReactionPlace, emoji: Emoji) => Refusal | undefined) {
  const place = findPlace(call);
  if (isRefusal(place)) return place;
  const emoji = findEmoji(call);
  if (isRefusal(emoji)) return emoji;
  return call.world.state.write(() => work(place, emoji)) ?? replyEmpty([place.messageId]);
}

/** A message holds so many different emoji, and only ADD_REACTIONS lets a bot bring another; more of the same are always welcome. */
function refuseAnother(call: Call, { messageId }: ReactionPlace, emoji: Emoji): Refusal | undefined {
  const { state } = call.world;
  const groups = state.reactions.groups(messageId);
  const isKnown = groups.some(
    (group) => group.emoji.id === emoji.id && (emoji.id !== null || isSameName(group.emoji, emoji)),
  );
  if (isKnown) return undefined;
  const channel = namedChannel(call) as Channel;
  if (!mayIn(state, callingBot(call).userId, channel, ["ADD_REACTIONS"])) return refuse(50013);
  return groups.length >= LIMITS.reactionCount ? refuse(30010) : undefined;
}

function isSameName(left: Emoji, right: Emoji): boolean {
  return left.name.replaceAll("\uFE0F", "") === right.name.replaceAll("\uFE0F", "");
}

/** Reactions, by the bot. */
export const REACTIONS: readonly DiscordRoute[] = [
  {
    method: "PUT",
    path: `${EMOJI}/@me`,
    auth: "bot",
    needs: ["READ_MESSAGE_HISTORY"],
    limit: "reaction",
    handle: (call) =>
      onReaction(call, (place, emoji) => {
        const refusal = refuseAnother(call, place, emoji);
        if (!refusal) call.world.state.reactions.add(place, emoji, callingBot(call).userId);
        return refusal;
      }),
  },
  {
    method: "DELETE",
    path: `${EMOJI}/@me`,
    auth: "bot",
    limit: "reaction",
    handle: (call) =>
      onReaction(call, (place, emoji) => {
        call.world.state.reactions.remove(place, emoji, callingBot(call).userId);
        return undefined;
      }),
  },
  {
    method: "DELETE",
    path: `${EMOJI}/:user_id`,
    auth: "bot",
    needs: (call) => (call.params.user_id === callingBot(call).userId ? [] : ["MANAGE_MESSAGES"]),
    limit: "reaction",
    handle: (call) =>
      onReaction(call, (place, emoji) => {
        call.world.state.reactions.remove(place, emoji, call.params.user_id as string);
        return undefined;
      }),
  },
  {
    method: "DELETE",
    path: EMOJI,
    auth: "bot",
    needs: ["MANAGE_MESSAGES"],
    limit: "reaction",
    handle: (call) =>
      onReaction(call, (place, emoji) => {
        call.world.state.reactions.clear(place, emoji);
        return undefined;
      }),
  },
  {
    method: "DELETE",
    path: ALL,
    auth: "bot",
    needs: ["MANAGE_MESSAGES"],
    limit: "reaction",
    handle(call) {
      const place = findPlace(call);
      if (isRefusal(place)) return place;
      call.world.state.write(() => call.world.state.reactions.clear(place));
      return replyEmpty([place.messageId]);
    },
  },
  {
    method: "GET",
    path: EMOJI,
    auth: "bot",
    handle(call) {
      const { state } = call.world;
      const found = findMessage(call);
      if (isRefusal(found)) return found;
      const emoji = findEmoji(call);
      if (isRefusal(emoji)) return emoji;
      const fields = {
        limit: { kind: "integer", min: 1, max: 100 },
        after: { kind: "snowflake" },
        type: { kind: "integer", choices: [0, 1] },
      } as const;
      const query = checkQuery(fields, call.query);
      if (isRefusal(query)) return query;
      // Burst reactions do not exist here.
      if (query.type === 1) return reply([]);
      const page = { afterId: String(query.after ?? "0"), maxCount: Number(query.limit ?? 25) };
      return reply(state.reactions.userIds(found.message.id, emoji, page).map((id) => state.users.get(id)));
    },
  },
];
