import { markThreadStart, startThread } from "../actions/start-thread.ts";
import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { reply, replyWritten } from "../http/answer.ts";
import { type Call, type DiscordRoute, namedChannel } from "../http/call.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { isForum, isThread } from "../state/channels.ts";
import { CHANNEL_TYPE, type Channel } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";
import { LIMITS } from "../validate/limits.ts";
import type { ObjectRule } from "../validate/rule.ts";
import { findMessage } from "./find-message.ts";
import { parseBotMessage, postByBot } from "./post-by-bot.ts";

const THREAD_TYPES = [CHANNEL_TYPE.announcementThread, CHANNEL_TYPE.publicThread, CHANNEL_TYPE.privateThread];

const THREAD: ObjectRule = {
  kind: "object",
  fields: {
    name: { kind: "text", required: true, minCount: 1, maxCount: LIMITS.threadNameCount, trim: true },
    auto_archive_duration: { kind: "integer", choices: [60, 1440, 4320, 10_080] },
    rate_limit_per_user: { kind: "integer", min: 0, max: 21_600 },
    type: { kind: "integer", choices: THREAD_TYPES },
    invitable: { kind: "boolean" },
    applied_tags: { kind: "list", maxCount: LIMITS.appliedTagCount, of: { kind: "snowflake" } },
    message: { kind: "any" },
  },
};

/** What every way to start a thread has in common. */
function toPlan(call: Call, parent: Channel, value: JsonObject) {
  return {
    parent,
    name: value.name as string,
    ownerId: call.world.identity.botUserId,
    ...(value.auto_archive_duration ? { autoArchiveMinutes: Number(value.auto_archive_duration) } : {}),
    ...(value.rate_limit_per_user ? { rateLimitSeconds: Number(value.rate_limit_per_user) } : {}),
    ...(value.applied_tags ? { appliedTagIds: value.applied_tags as string[] } : {}),
  };
}

/** A thread of its own in a text channel. Without a type it is private (docs: resources/channel, "Start Thread without Message"). */
function startLooseThread(call: Call, parent: Channel, value: JsonObject): Channel {
  const type = Number(value.type ?? CHANNEL_TYPE.privateThread);
  const invitable = type === CHANNEL_TYPE.privateThread ? { isInvitable: value.invitable !== false } : {};
  return startThread(call.world, { ...toPlan(call, parent, value), type, ...invitable });
}

/** A forum post: a thread and its first message, which have one id. */
function startPost(call: Call, parent: Channel, value: JsonObject): JsonObject | Refusal {
  const { world } = call;
  // Neither nonces nor replies exist here (docs: resources/channel, "Forum and Media Thread Message Params").
  const { nonce, enforce_nonce, message_reference, ...body } = isJsonObject(value.message) ? value.message : {};
  const posting = { body, uploads: call.uploads };
  const draft = parseBotMessage(posting);
  if (isRefusal(draft)) return draft;
  return world.state.write(() => {
    const thread = startThread(world, toPlan(call, parent, value));
    const first = postByBot(world, thread, posting, thread.id);
    if (isRefusal(first)) return first;
    return { ...world.state.channels.get(thread.id), message: world.presenter.message(first) };
  });
}

/** Starting threads, three ways, and listing them. */
export const THREADS: readonly DiscordRoute[] = [
  {
    method: "POST",
    path: "/channels/:channel_id/messages/:message_id/threads",
    auth: "bot",
    takesBody: true,
    handle(call) {
      const { world } = call;
      const found = findMessage(call);
      if (isRefusal(found)) return found;
      const { channel, message } = found;
      if (isThread(channel)) return refuse(50024);
      const { value, issues } = checkBody(THREAD, call.body);
      if (issues.length > 0) return refuseForm(issues);
      if (world.state.channels.get(message.id)) return refuse(160004);
      const thread = world.state.write(() => {
        const started = startThread(world, { ...toPlan(call, channel, value), id: message.id });
        markThreadStart(world, message, channel.guild_id);
        return started;
      });
      return replyWritten(201, thread, [message.id]);
    },
  },
  {
    method: "POST",
    path: "/channels/:channel_id/threads",
    auth: "bot",
    takesBody: true,
    handle(call) {
      const parent = namedChannel(call);
      if (!parent) return refuse(10003);
      if (isThread(parent)) return refuse(50024);
      const { value, issues } = checkBody(THREAD, call.body);
      if (issues.length > 0) return refuseForm(issues);
      if (!isForum(parent)) return replyWritten(201, startLooseThread(call, parent, value));
      const post = startPost(call, parent, value);
      return isRefusal(post) ? post : replyWritten(201, post, [String((post as JsonObject).id)]);
    },
  },
  {
    method: "GET",
    path: "/channels/:channel_id/threads/archived/public",
    auth: "bot",
    handle(call) {
      const parent = namedChannel(call);
      if (!parent) return refuse(10003);
      const threads = call.world.state.channels
        .threads({ parentId: parent.id })
        .filter((thread) => thread.thread_metadata?.archived && thread.type !== CHANNEL_TYPE.privateThread);
      return reply({ threads, members: [], has_more: false });
    },
  },
];
