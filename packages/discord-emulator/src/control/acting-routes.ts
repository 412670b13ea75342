import type { FastifyInstance } from "fastify";
import { postMessage } from "../actions/post-message.ts";
import type { World } from "../actions/world.ts";
import { isForum } from "../state/channels.ts";
import { parseEmoji } from "../state/emoji.ts";
import { checkBody } from "../validate/check.ts";
import { LIMITS } from "../validate/limits.ts";
import type { ObjectRule } from "../validate/rule.ts";
import { readControlBody, sendControl, sendControlError, sendIssues } from "./control-answer.ts";

const id = { kind: "snowflake", required: true } as const;

const MESSAGE: ObjectRule = {
  kind: "object",
  fields: {
    channel_id: id,
    user_id: id,
    content: { kind: "text", required: true, minCount: 1, maxCount: LIMITS.contentCount, trim: true },
  },
};

const REACTION: ObjectRule = {
  kind: "object",
  fields: {
    channel_id: id,
    message_id: id,
    user_id: id,
    emoji: { kind: "text", required: true, minCount: 1, maxCount: 100 },
    op: { kind: "text", required: true, maxCount: 10, choices: ["add", "remove"] },
  },
};

/** What people do: write and react. */
export function registerActingRoutes(app: FastifyInstance, world: World): void {
  const { state, identity, presenter } = world;

  app.post("/messages", (request, reply) => {
    const body = readControlBody(request) ?? {};
    const { value, issues } = checkBody(MESSAGE, body);
    if (issues.length > 0) return sendIssues(reply, body, issues);
    const channel = state.channels.get(String(value.channel_id));
    const author = state.users.get(String(value.user_id));
    if (!channel) return sendControlError(reply, 404, "There is no such channel.");
    if (!author) return sendControlError(reply, 404, "There is no such user.");
    if (isForum(channel)) return sendControlError(reply, 400, "A forum has posts, not messages.");
    const draft = { content: String(value.content), flags: 0, tts: false, fields: {} };
    return sendControl(reply, 200, presenter.message(postMessage(world, { channel, author, draft })));
  });

  app.post("/reactions", (request, reply) => {
    const body = readControlBody(request) ?? {};
    const { value, issues } = checkBody(REACTION, body);
    if (issues.length > 0) return sendIssues(reply, body, issues);
    const message = state.messages.get(String(value.message_id));
    const channel = state.channels.get(String(value.channel_id));
    if (!message || !channel || message.channel_id !== channel.id) {
      return sendControlError(reply, 404, "There is no such message in this channel.");
    }
    const user = state.users.get(String(value.user_id));
    if (!user) return sendControlError(reply, 404, "There is no such user.");
    const emoji = parseEmoji(String(value.emoji), [identity.thumbsupId]);
    if (!emoji) {
      const issue = { where: "emoji", found: value.emoji, expected: "a Unicode emoji, or name:id of a custom one" };
      return sendControlError(reply, 400, "There is no such emoji.", [issue]);
    }
    const place = {
      messageId: message.id,
      channelId: channel.id,
      guildId: channel.guild_id,
      messageAuthorId: message.author.id,
    };
    state.write(() => {
      if (value.op === "add") state.reactions.add(place, emoji, user.id);
      else state.reactions.remove(place, emoji, user.id);
    });
    return reply.code(204).send();
  });
}
