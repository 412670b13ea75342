import type { FastifyInstance } from "fastify";
import type { World } from "../actions/world.ts";
import type { LimitProfile } from "../limits/profile.ts";
import { isSnowflake } from "../snowflake.ts";
import { presentMember } from "../state/present-member.ts";
import { sendControl, sendControlError } from "./control-answer.ts";

const DEFAULT_COUNT = 50;
const MAX_COUNT = 100;

/** What the page reads: the guild, and the messages of a channel. No secrets. */
export function registerViewRoutes(
  app: FastifyInstance,
  { state, identity, presenter, presenterFor }: World,
  limits: () => LimitProfile,
): void {
  app.get("/state", (_request, reply) => {
    const users = state.users.list();
    return sendControl(reply, 200, {
      guild: { ...state.guilds.get(identity.guildId), roles: state.roles.list(identity.guildId) },
      channels: [...state.channels.list(identity.guildId), ...state.channels.threads({ guildId: identity.guildId })],
      users: users.filter((user) => !user.bot),
      bots: users.filter((user) => user.bot),
      members: state.members.list(identity.guildId).map((member) => presentMember(state, member)),
      guilds: state.guilds.list().map((guild) => ({ ...guild, roles: state.roles.list(guild.id) })),
      bot: users.find((user) => user.id === identity.botUserId),
      emojis: [{ id: identity.thumbsupId, name: "thumbsup" }],
      limits: limits(),
    });
  });

  app.get<{ Params: { id: string }; Querystring: { limit?: string; before?: string; user_id?: string } }>(
    "/channels/:id/messages",
    (request, reply) => {
      const { id } = request.params;
      const { limit = String(DEFAULT_COUNT), before, user_id: userId } = request.query;
      const count = Number(limit);
      if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) {
        const issue = { where: "limit", found: limit, expected: `an integer from 1 to ${MAX_COUNT}` };
        return sendControlError(reply, 400, "The query is not valid.", [issue]);
      }
      if (before !== undefined && !isSnowflake(before)) {
        const issue = { where: "before", found: before, expected: "a message id" };
        return sendControlError(reply, 400, "The query is not valid.", [issue]);
      }
      if (userId !== undefined && !isSnowflake(userId)) {
        const issue = { where: "user_id", found: userId, expected: "a user's id" };
        return sendControlError(reply, 400, "The query is not valid.", [issue]);
      }
      if (!isSnowflake(id) || !state.channels.get(id)) return sendControlError(reply, 404, "There is no such channel.");
      const page = { maxCount: count, ...(before === undefined ? {} : { beforeId: before }) };
      const own = userId === undefined ? [] : state.ephemeral.list(id, userId, page);
      const all = [...state.messages.list(id, page), ...own].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
      return sendControl(
        reply,
        200,
        all.slice(0, count).map((userId === undefined ? presenter : presenterFor(userId)).message),
      );
    },
  );
}
