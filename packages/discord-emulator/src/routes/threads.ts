import { refuseActiveThread } from "../actions/archive-threads.ts";
import { isSystemMessage } from "../actions/post-system-message.ts";
import { markThreadStart, startThread, tellOfThread } from "../actions/start-thread.ts";
import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { replyWritten } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute, namedChannel } from "../http/call.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { PermissionName } from "../permissions/permission.ts";
import { mayIn, refuseLackingIn } from "../permissions/refuse-lacking.ts";
import { isForum } from "../state/channels.ts";
import { CHANNEL_TYPE, type Channel } from "../state/objects.ts";
import { checkBody } from "../validate/check.ts";
import { LIMITS } from "../validate/limits.ts";
import type { ObjectRule, Rule } from "../validate/rule.ts";
import { findMessage } from "./find-message.ts";
import { refuseTags } from "./forum-tags.ts";
import { parseBotMessage, postByBot } from "./post-by-bot.ts";

/** What a thread below each type of channel can be; nothing else has threads (docs: topics/threads, "Public & Private Threads"). */
const THREAD_TYPES = new Map<number, readonly number[]>([
  [CHANNEL_TYPE.text, [CHANNEL_TYPE.publicThread, CHANNEL_TYPE.privateThread]],
  [CHANNEL_TYPE.announcement, [CHANNEL_TYPE.announcementThread]],
]);

const FIELDS: Readonly<Record<string, Rule>> = {
  name: { kind: "text", required: true, minCount: 1, maxCount: LIMITS.threadNameCount, trim: true },
  auto_archive_duration: { kind: "integer", choices: [60, 1440, 4320, 10_080] },
  rate_limit_per_user: { kind: "integer", min: 0, max: 21_600 },
};

const FROM_MESSAGE: ObjectRule = { kind: "object", fields: FIELDS };
const LOOSE: ObjectRule = {
  kind: "object",
  fields: { ...FIELDS, type: { kind: "integer", choices: [10, 11, 12] }, invitable: { kind: "boolean" } },
};
const POST: ObjectRule = {
  kind: "object",
  fields: {
    ...FIELDS,
    applied_tags: { kind: "list", maxCount: LIMITS.appliedTagCount, of: { kind: "snowflake" } },
    // Checked as any message; members of its own are not looked at here.
    message: { kind: "object", required: true, fields: {} },
  },
};

/** What every way to start a thread has in common. */
function toPlan(call: Call, parent: Channel, value: JsonObject) {
  return {
    parent,
    name: value.name as string,
    ownerId: callingBot(call).userId,
    ...(value.auto_archive_duration ? { autoArchiveMinutes: Number(value.auto_archive_duration) } : {}),
    ...(value.rate_limit_per_user === undefined ? {} : { rateLimitSeconds: Number(value.rate_limit_per_user) }),
    ...(value.applied_tags ? { appliedTagIds: value.applied_tags as string[] } : {}),
  };
}

/** A thread that begins with a message, and has its id (docs: resources/channel, "Start Thread from Message"). */
function startFromMessage(call: Call): Channel | Refusal {
  const { world } = call;
  const parent = namedChannel(call);
  if (parent && !THREAD_TYPES.has(parent.type)) return refuse(50024);
  const found = findMessage(call);
  if (isRefusal(found)) return found;
  const { channel, message } = found;
  if (isSystemMessage(message)) return refuse(50021);
  const { value, issues } = checkBody(FROM_MESSAGE, call.body);
  if (issues.length > 0) return refuseForm(issues);
  if (world.state.channels.get(message.id)) return refuse(160004);
  const [type = CHANNEL_TYPE.publicThread] = THREAD_TYPES.get(channel.type) ?? [];
  const full = refuseActiveThread(world, channel.guild_id, type);
  if (full) return full;
  return world.state.write(() => {
    const thread = startThread(world, { ...toPlan(call, channel, value), id: message.id, type });
    markThreadStart(world, message, thread);
    return thread;
  });
}

/** A thread of its own. Without a type it is private (docs: resources/channel, "Start Thread without Message"). */
function startLoose(call: Call, parent: Channel): Channel | Refusal {
  const { world } = call;
  const { value, issues } = checkBody(LOOSE, call.body);
  if (issues.length > 0) return refuseForm(issues);
  const type = Number(value.type ?? CHANNEL_TYPE.privateThread);
  const isPrivate = type === CHANNEL_TYPE.privateThread;
  if (!THREAD_TYPES.get(parent.type)?.includes(type)) return refuse(50024);
  const refusal =
    refuseLacking(call, parent, isPrivate ? "CREATE_PRIVATE_THREADS" : "CREATE_PUBLIC_THREADS") ??
    refuseActiveThread(world, parent.guild_id, type);
  if (refusal) return refusal;
  return world.state.write(() => {
    const invitable = isPrivate ? { isInvitable: value.invitable !== false } : {};
    const thread = startThread(world, { ...toPlan(call, parent, value), type, ...invitable });
    if (!isPrivate) tellOfThread(world, parent, thread);
    return thread;
  });
}

/** A post: a thread and its first message, which have one id (docs: resources/channel, "Start Thread in Forum or Media Channel"). */
function startPost(call: Call, parent: Channel): JsonObject | Refusal {
  const { world, uploads } = call;
  const { value, issues } = checkBody(POST, call.body);
  if (issues.length > 0) return refuseForm(issues);
  const mayModerate = mayIn(world.state, callingBot(call).userId, parent, ["MANAGE_THREADS"]);
  const refusal =
    refuseLacking(call, parent, "SEND_MESSAGES") ??
    refuseTags(parent, (value.applied_tags as string[] | undefined) ?? [], mayModerate) ??
    refuseActiveThread(world, parent.guild_id, CHANNEL_TYPE.publicThread);
  if (refusal) return refusal;
  // Neither nonces nor references exist here (docs: "Forum and Media Thread Message Params").
  const message = isJsonObject(call.body.message) ? call.body.message : {};
  const { nonce, enforce_nonce, message_reference, ...body } = message;
  const posting = { body, uploads };
  const draft = parseBotMessage(call, parent, posting);
  if (isRefusal(draft)) return draft;
  return world.state.write(() => {
    const thread = startThread(world, toPlan(call, parent, value));
    const first = postByBot(call, thread, posting, thread.id);
    if (isRefusal(first)) return first;
    const stored = world.state.channels.get(thread.id) ?? thread;
    return { ...world.presenter.channel(stored), message: world.presenter.message(first) };
  });
}

function refuseLacking(call: Call, parent: Channel, name: PermissionName): Refusal | undefined {
  return refuseLackingIn(call.world.state, callingBot(call).userId, parent, [name]);
}

/** The thread with all that its first messages have changed. */
function answerThread({ world }: Call, started: Channel | Refusal, messageIds: readonly string[] = []) {
  if (isRefusal(started)) return started;
  return replyWritten(201, world.presenter.channel(world.state.channels.get(started.id) ?? started), messageIds);
}

/** Starting threads, three ways. */
export const THREADS: readonly DiscordRoute[] = [
  {
    method: "POST",
    path: "/channels/:channel_id/messages/:message_id/threads",
    auth: "bot",
    needs: ["CREATE_PUBLIC_THREADS"],
    takesBody: true,
    handle: (call) => answerThread(call, startFromMessage(call), [call.params.message_id as string]),
  },
  {
    method: "POST",
    path: "/channels/:channel_id/threads",
    auth: "bot",
    takesBody: true,
    handle(call) {
      const parent = namedChannel(call);
      if (!parent) return refuse(10003);
      if (!isForum(parent)) return answerThread(call, startLoose(call, parent));
      const post = startPost(call, parent);
      return isRefusal(post) ? post : replyWritten(201, post, [String((post as JsonObject).id)]);
    },
  },
];
