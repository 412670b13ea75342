import type { FastifyInstance } from "fastify";
import type { World } from "../actions/world.ts";
import type { LimitProfile } from "../limits/profile.ts";
import { isSnowflake } from "../snowflake.ts";
import { sendControl, sendControlError } from "./control-answer.ts";

const DEFAULT_COUNT = 50;
const MAX_COUNT = 100;

/** What the page reads: the guild, and the messages of a channel. No secrets. */
export function registerViewRoutes(
  app: FastifyInstance,
  { state, identity, presenter }: World,
  limits: () => LimitProfile,
): void {
  app.get("/state", (_request, reply) => {
    const users = state.users.list();
    return sendControl(reply, 200, {
      guild: { ...state.guilds.get(identity.guildId), roles: state.roles.list(identity.guildId) },
      channels: [...state.channels.list(identity.guildId), ...state.channels.threads({ guildId: identity.guildId })],
      users: users.filter((user) => !user.bot),
      bots: users.filter((user) => user.bot),
      guilds: state.guilds.list().map((guild) => ({ ...guild, roles: state.roles.list(guild.id) })),
      bot: users.find((user) => user.id === identity.botUserId),
      emojis: [{ id: identity.thumbsupId, name: "thumbsup" }],
      limits: limits(),
    });
  });

  app.get<{ Params: { id: string }; Querystring: { limit?: string; before?: string } }>(
    "/channels/:id/messages",
    (request, reply) => {
      const { id } = request.params;
      const { limit = String(DEFAULT_COUNT), before } = request.query;
      const count = Number(limit);
      if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) {
        const issue = { where: "limit", found: limit, expected: `an integer from 1 to ${MAX_COUNT}` };
        return sendControlError(reply, 400, "The query is not valid.", [issue]);
      }
      if (before !== undefined && !isSnowflake(before)) {
        const issue = { where: "before", found: before, expected: "a message id" };
        return sendControlError(reply, 400, "The query is not valid.", [issue]);
      }
      if (!isSnowflake(id) || !state.channels.get(id)) return sendControlError(reply, 404, "There is no such channel.");
      const page = { maxCount: count, ...(before === undefined ? {} : { beforeId: before }) };
      return sendControl(reply, 200, state.messages.list(id, page).map(presenter.message));
    },
  );
}
