import { deleteMessages } from "../actions/delete-messages.ts";
import { editMessage } from "../actions/edit-message.ts";
import { isRefusal, refuse, refuseForm } from "../errors/refusal.ts";
import { reply, replyEmpty, replyWritten } from "../http/answer.ts";
import type { Call, DiscordRoute } from "../http/call.ts";
import { snowflakeAt } from "../snowflake.ts";
import { checkBody } from "../validate/check.ts";
import { checkQuery, pageFields } from "../validate/check-query.ts";
import { EDIT } from "../validate/message-rule.ts";
import { parseDraft } from "../validate/parse-draft.ts";
import { findMessage, findOpenMessage, findTextChannel } from "./find-message.ts";
import { postByBot } from "./post-by-bot.ts";

const LIST = "/channels/:channel_id/messages";
const ONE = "/channels/:channel_id/messages/:message_id";
const DAY_MS = 86_400_000;
const BULK_MAX_AGE_MS = 14 * DAY_MS;

/** Deletions are counted apart by age; of a message that is not there, as of a new one. */
function deleteLimit({ world, params }: Pick<Call, "world" | "params">): string {
  const message = world.state.messages.get(params.message_id as string);
  const ageMs = message ? world.state.now() - snowflakeAt(message.id) : 0;
  if (ageMs > BULK_MAX_AGE_MS) return "message.delete.ancient";
  return ageMs > 10_000 ? "message.delete.old" : "message.delete.new";
}

/** Messages, by the bot. */
export const MESSAGES: readonly DiscordRoute[] = [
  {
    method: "POST",
    path: LIST,
    auth: "bot",
    limit: "message.create",
    takesBody: true,
    handle(call) {
      const channel = findTextChannel(call);
      if (isRefusal(channel)) return channel;
      const message = postByBot(call.world, channel, call);
      return isRefusal(message) ? message : replyWritten(200, call.world.presenter.message(message), [message.id]);
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
    takesBody: true,
    handle(call) {
      const { world, body, uploads } = call;
      const found = findOpenMessage(call);
      if (isRefusal(found)) return found;
      // Of others' messages only the flags may be changed (docs: resources/message, "Edit Message").
      const isOwn = found.message.author.id === world.identity.botUserId;
      if (!isOwn && Object.keys(body).some((name) => name !== "flags")) return refuse(50005);
      const draft = parseDraft(body, { rule: EDIT, components: "all", existingFlags: found.message.flags });
      if (isRefusal(draft)) return draft;
      const edited = editMessage(world, { ...found, body, draft, uploads });
      return isRefusal(edited) ? edited : replyWritten(200, world.presenter.message(edited), [edited.id]);
    },
  },
  {
    method: "DELETE",
    path: ONE,
    auth: "bot",
    limit: deleteLimit,
    handle(call) {
      const found = findMessage(call);
      if (isRefusal(found)) return found;
      deleteMessages(call.world, found.channel, [found.message.id]);
      return replyEmpty([found.message.id]);
    },
  },
  {
    method: "POST",
    path: "/channels/:channel_id/messages/bulk-delete",
    auth: "bot",
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
      const present = ids.filter((id) => state.messages.get(id)?.channel_id === channel.id);
      deleteMessages(call.world, channel, present, { bulk: true });
      return replyEmpty(present);
    },
  },
];
