import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { reply, replyWritten } from "../http/answer.ts";
import { type Call, type DiscordRoute, namedChannel } from "../http/call.ts";
import { toTimestamp } from "../snowflake.ts";
import { isThread } from "../state/channels.ts";
import type { Channel, ThreadMetadata } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";
import { LIMITS } from "../validate/limits.ts";
import type { ObjectRule } from "../validate/rule.ts";

const NAME = { kind: "text", minCount: 1, maxCount: LIMITS.threadNameCount, trim: true } as const;
const SLOWMODE = { kind: "integer", min: 0, max: 21_600 } as const;
const flag = { kind: "boolean" } as const;

/** What a channel of a guild may be made of, and changed to. */
export const CHANNEL_FIELDS = {
  name: NAME,
  topic: { kind: "text", maxCount: 1024 },
  rate_limit_per_user: SLOWMODE,
  nsfw: flag,
} as const;

const CHANNEL: ObjectRule = { kind: "object", fields: CHANNEL_FIELDS };
const THREAD: ObjectRule = {
  kind: "object",
  fields: {
    name: NAME,
    archived: flag,
    locked: flag,
    invitable: flag,
    auto_archive_duration: { kind: "integer", choices: [60, 1440, 4320, 10_080] },
    rate_limit_per_user: SLOWMODE,
    applied_tags: { kind: "list", maxCount: LIMITS.appliedTagCount, of: { kind: "snowflake" } },
  },
};

function change(call: Call, channel: Channel): Channel | Refusal {
  const { state } = call.world;
  const { value, issues } = checkBody(isThread(channel) ? THREAD : CHANNEL, call.body);
  if (issues.length > 0) return refuseForm(issues);
  const { archived, locked, invitable, auto_archive_duration, ...members } = value;
  const metadata = channel.thread_metadata && {
    ...channel.thread_metadata,
    ...(archived === undefined ? {} : { archived, archive_timestamp: toTimestamp(state.now()) }),
    ...(locked === undefined ? {} : { locked }),
    ...(invitable === undefined ? {} : { invitable }),
    ...(auto_archive_duration === undefined ? {} : { auto_archive_duration }),
  };
  return state.write(() =>
    state.channels.update(channel.id, {
      ...(members as Partial<Channel>),
      ...(metadata ? { thread_metadata: metadata as ThreadMetadata } : {}),
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
      return channel ? reply(channel) : refuse(10003);
    },
  },
  {
    method: "PATCH",
    path: "/channels/:channel_id",
    auth: "bot",
    takesBody: true,
    handle(call) {
      const channel = namedChannel(call);
      if (!channel) return refuse(10003);
      const changed = change(call, channel);
      return isRefusal(changed) ? changed : replyWritten(200, changed);
    },
  },
  {
    method: "DELETE",
    path: "/channels/:channel_id",
    auth: "bot",
    handle(call) {
      const { state } = call.world;
      const channel = namedChannel(call);
      if (!channel) return refuse(10003);
      state.write(() => {
        for (const thread of state.channels.threads({ parentId: channel.id })) state.channels.delete(thread.id);
        for (const webhook of isThread(channel) ? [] : state.webhooks.list(channel.id))
          state.webhooks.delete(webhook.id);
        state.channels.delete(channel.id);
      });
      return replyWritten(200, channel);
    },
  },
  {
    method: "POST",
    path: "/channels/:channel_id/typing",
    auth: "bot",
    handle: (call) => (namedChannel(call) ? { kind: "answer", status: 204 } : refuse(10003)),
  },
];
