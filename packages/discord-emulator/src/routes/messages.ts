import { deleteMessages } from "../actions/delete-messages.ts";
import { editMessage } from "../actions/edit-message.ts";
import { isDeletable } from "../actions/post-system-message.ts";
import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { reply, replyEmpty, replyWritten } from "../http/answer.ts";
import { type Call, callingBot, type DiscordRoute, type UnreadCall } from "../http/call.ts";
import type { LimitName } from "../limits/rules.ts";
import { allowEdit } from "../permissions/allow-draft.ts";
import { mayIn, refuseLocked } from "../permissions/refuse-lacking.ts";
import { sendingPlace } from "../permissions/sending-place.ts";
import { snowflakeAt } from "../snowflake.ts";
import { checkBody } from "../validate/check.ts";
import { checkQuery, pageFields } from "../validate/check-query.ts";
import { EDIT } from "../validate/message-rule.ts";
import { parseDraft } from "../validate/parse-draft.ts";
import { drawOnEdits } from "./edit-limits.ts";
import { type FoundMessage, findMessage, findOpenMessage, findTextChannel } from "./find-message.ts";
import { postByBot } from "./post-by-bot.ts";

const LIST = "/channels/:channel_id/messages";
const ONE = "/channels/:channel_id/messages/:message_id";
const DAY_MS = 86_400_000;
const BULK_MAX_AGE_MS = 14 * DAY_MS;

/** Deletions are counted apart by age; of a message that is not there, as of a new one. */
function deleteLimit({ world, params }: Pick<Call, "world" | "params">): LimitName {
  const message = world.state.messages.get(params.message_id as string);
  const ageMs = message ? world.state.now() - snowflakeAt(message.id) : 0;
  if (ageMs > BULK_MAX_AGE_MS) return "message.delete.ancient";
  return ageMs > 10_000 ? "message.delete.old" : "message.delete.new";
}

/** Tells whether the calling bot wrote the message of the path, or there is none. */
function isOwnMessage(call: UnreadCall): boolean {
  const message = call.world.state.messages.get(call.params.message_id as string);
  return message === undefined || message.author.id === callingBot(call).userId;
}

/** Of others' messages only the flags may be changed, by MANAGE_MESSAGES (docs: resources/message, "Edit Message"). */
function refuseEdit(call: Call, { channel }: FoundMessage): Refusal | undefined {
  const { state } = call.world;
  const { userId } = callingBot(call);
  const locked = refuseLocked(state, userId, channel);
  if (locked || isOwnMessage(call)) return locked;
  if (Object.keys(call.body).some((name) => name !== "flags")) return refuse(50005);
  return mayIn(state, userId, channel, ["MANAGE_MESSAGES"]) ? undefined : refuse(50013);
}

/** Messages, by the bot. */
export const MESSAGES: readonly DiscordRoute[] = [
  {
    method: "POST",
    path: LIST,
    auth: "bot",
    limit: "message.create",
    needs: ["SEND_MESSAGES"],
    takesBody: true,
    handle(call) {
      const channel = findTextChannel(call);
      if (isRefusal(channel)) return channel;
      const message = postByBot(call, channel, call);
      return isRefusal(message) ? message : replyWritten(200, call.world.presenter.created(message), [message.id]);
    },
  },
  {
    method: "GET",
    path: LIST,
    auth: "bot",
    handle(call) {
      const { state, presenter } = call.world;
      const channel = findTextChannel(call);
      if (isRefusal(channel)) return channel;
      const page = checkQuery(pageFields(100), call.query);
      if (isRefusal(page)) return page;
      if (!mayIn(state, callingBot(call).userId, channel, ["READ_MESSAGE_HISTORY"])) return reply([]);
      const messages = state.messages.list(channel.id, {
        maxCount: Number(page.limit ?? 50),
        ...(page.before ? { beforeId: String(page.before) } : {}),
        ...(page.after ? { afterId: String(page.after) } : {}),
        ...(page.around ? { aroundId: String(page.around) } : {}),
      });
      return reply(messages.map(presenter.message));
    },
  },
  {
    method: "GET",
    path: ONE,
    auth: "bot",
    needs: ["READ_MESSAGE_HISTORY"],
    handle(call) {
      const found = findMessage(call);
      return isRefusal(found) ? found : reply(call.world.presenter.message(found.message));
    },
  },
  {
    method: "PATCH",
    path: ONE,
    auth: "bot",
    limit: "message.edit",
    sublimits: drawOnEdits,
    takesBody: true,
    handle(call) {
      const { world, body, uploads } = call;
      const found = findOpenMessage(call);
      if (isRefusal(found)) return found;
      const refusal = refuseEdit(call, found);
      if (refusal) return refusal;
      const parsed = parseDraft(body, { rule: EDIT, components: "all", uploads, existing: found.message });
      if (isRefusal(parsed)) return parsed;
      const { userId } = callingBot(call);
      const channel = sendingPlace(world.state, found.channel, found.message.id);
      const draft = allowEdit({ state: world.state, userId, channel, draft: parsed, uploadCount: uploads.length });
      if (isRefusal(draft)) return draft;
      const edited = editMessage(world, { ...found, body, draft });
      return isRefusal(edited) ? edited : replyWritten(200, world.presenter.message(edited), [edited.id]);
    },
  },
  {
    method: "DELETE",
    path: ONE,
    auth: "bot",
    limit: deleteLimit,
    needs: (call) => (isOwnMessage(call) ? [] : ["MANAGE_MESSAGES"]),
    handle(call) {
      const found = findMessage(call);
      if (isRefusal(found)) return found;
      if (!isDeletable(found.message)) return refuse(50021);
      // Of a locked thread that is archived nothing is deleted (docs: topics/threads, "Locked Threads").
      const isArchived = found.channel.thread_metadata?.archived === true;
      const locked = isArchived && refuseLocked(call.world.state, callingBot(call).userId, found.channel);
      if (locked) return locked;
      deleteMessages(call.world, found.channel, [found.message.id]);
      return replyEmpty([found.message.id]);
    },
  },
  {
    method: "POST",
    path: "/channels/:channel_id/messages/bulk-delete",
    auth: "bot",
    needs: ["MANAGE_MESSAGES"],
    takesBody: true,
    handle(call) {
      const { state } = call.world;
      const channel = findTextChannel(call);
      if (isRefusal(channel)) return channel;
      const messages = { kind: "list", required: true, maxCount: 1000, of: { kind: "snowflake" } } as const;
      const { value, issues } = checkBody({ kind: "object", fields: { messages } }, call.body);
      if (issues.length > 0) return refuseForm(issues);
      const ids = value.messages as string[];
      if (ids.length < 2 || ids.length > 100 || new Set(ids).size !== ids.length) return refuse(50016);
      if (ids.some((id) => state.now() - snowflakeAt(id) > BULK_MAX_AGE_MS)) return refuse(50034);
      const present = ids.flatMap((id) => state.messages.get(id) ?? []).filter((one) => one.channel_id === channel.id);
      if (!present.every(isDeletable)) return refuse(50021);
      const presentIds = present.map(({ id }) => id);
      deleteMessages(call.world, channel, presentIds, { bulk: true });
      return replyEmpty(presentIds);
    },
  },
];
