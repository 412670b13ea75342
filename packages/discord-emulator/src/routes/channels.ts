import { deleteChannel } from "../actions/delete-channel.ts";
import { startTyping } from "../actions/start-typing.ts";
import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { reply, replyWritten } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute, namedChannel } from "../http/call.ts";
import { neededToChange, neededToDelete, readWantedOverwrites } from "../permissions/channel-changes.ts";
import { OVERWRITES_RULE } from "../permissions/overwrites.ts";
import { isThread } from "../state/channels.ts";
import type { Channel } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";
import { LIMITS } from "../validate/limits.ts";
import type { ObjectRule } from "../validate/rule.ts";
import { changeThread } from "./change-thread.ts";
import { readChannelExtras } from "./forum-tags.ts";
import { drawOnRenames } from "./rename-limits.ts";

const NAME = { kind: "text", minCount: 1, maxCount: LIMITS.threadNameCount, trim: true } as const;
const SLOWMODE = { kind: "integer", min: 0, max: 21_600 } as const;
const flag = { kind: "boolean" } as const;

/** What a channel of a guild may be made of, and changed to. */
export const CHANNEL_FIELDS = {
  name: NAME,
  rate_limit_per_user: SLOWMODE,
  nsfw: flag,
  permission_overwrites: OVERWRITES_RULE,
} as const;

const CHANNEL: ObjectRule = { kind: "object", fields: CHANNEL_FIELDS };

function change(call: Call, channel: Channel): Channel | Refusal {
  if (isThread(channel)) return changeThread(call, channel);
  const { state } = call.world;
  const { value, issues } = checkBody(CHANNEL, call.body);
  if (issues.length > 0) return refuseForm(issues);
  const overwrites = readWantedOverwrites(call, channel.guild_id ?? "", channel, value.permission_overwrites);
  if (isRefusal(overwrites)) return overwrites;
  const extras = readChannelExtras(call.world, channel.type, channel, call.body);
  if (isRefusal(extras)) return extras;
  return state.write(() =>
    state.channels.update(channel.id, {
      ...(value as Partial<Channel>),
      ...extras,
      ...(overwrites ? { permission_overwrites: overwrites } : {}),
    }),
  );
}

/** Channels and threads as such. */
export const CHANNELS: readonly DiscordRoute[] = [
  {
    method: "GET",
    path: "/channels/:channel_id",
    auth: "bot",
    handle(call) {
      const channel = namedChannel(call);
      return channel ? reply(call.world.presenter.channel(channel)) : refuse(10003);
    },
  },
  {
    method: "PATCH",
    path: "/channels/:channel_id",
    auth: "bot",
    needs: neededToChange,
    sublimits: drawOnRenames,
    takesBody: true,
    handle(call) {
      const channel = namedChannel(call);
      if (!channel) return refuse(10003);
      const changed = change(call, channel);
      return isRefusal(changed) ? changed : replyWritten(200, call.world.presenter.channel(changed));
    },
  },
  {
    method: "DELETE",
    path: "/channels/:channel_id",
    auth: "bot",
    needs: neededToDelete,
    handle(call) {
      const channel = namedChannel(call);
      if (!channel) return refuse(10003);
      deleteChannel(call.world, channel);
      return replyWritten(200, call.world.presenter.channel(channel));
    },
  },
  {
    method: "POST",
    path: "/channels/:channel_id/typing",
    auth: "bot",
    needs: ["SEND_MESSAGES"],
    handle(call) {
      const channel = namedChannel(call);
      if (!channel) return refuse(10003);
      startTyping(call.world, channel, callingBot(call).userId);
      return { kind: "answer", status: 204 };
    },
  },
];
