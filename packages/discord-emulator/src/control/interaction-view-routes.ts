import type { FastifyInstance } from "fastify";
import type { World } from "../actions/world.ts";
import { findPlace } from "../interactions/acting-user.ts";
import { commandsFor } from "../interactions/find-command.ts";
import { viewInteraction } from "../interactions/interaction-view.ts";
import { isMistake } from "../interactions/mistake.ts";
import { isSnowflake } from "../snowflake.ts";
import { presentCommand } from "../state/present-command.ts";
import { sendControl, sendControlError } from "./control-answer.ts";
import { sendMistake } from "./send-mistake.ts";

/** What became of an interaction, and which commands somebody may run in a place. */
export function registerInteractionViewRoutes(app: FastifyInstance, world: World): void {
  app.get<{ Params: { id: string } }>("/interactions/:id", (request, reply) => {
    const { id: wanted } = request.params;
    const interaction = isSnowflake(wanted) ? world.state.interactions.get(wanted) : undefined;
    if (!interaction) return sendControlError(reply, 404, "There is no such interaction.");
    return sendControl(reply, 200, viewInteraction(interaction));
  });

  app.get<{ Querystring: { channel_id?: string; user_id?: string } }>("/commands", (request, reply) => {
    const { channel_id = "", user_id = "" } = request.query;
    const wrong = Object.entries({ channel_id, user_id }).filter(([, value]) => !isSnowflake(value));
    if (wrong.length > 0) {
      const issues = wrong.map(([where, found]) => ({ where, found, expected: "an id" }));
      return sendControlError(reply, 400, "The query is not valid.", issues);
    }
    const place = findPlace(world, channel_id, user_id);
    if (isMistake(place)) return sendMistake(request, reply, place);
    const commands = commandsFor(world, place).map(({ command, bot }) => ({
      ...presentCommand(command),
      application: { id: bot.applicationId, name: world.state.users.get(bot.userId)?.username },
    }));
    return sendControl(reply, 200, commands);
  });
}
