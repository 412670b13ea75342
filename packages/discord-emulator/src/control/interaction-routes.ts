import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { DispatchBus } from "../dispatch/bus.ts";
import { queryFlag } from "../http/call.ts";
import type { Services } from "../http/services.ts";
import { readClick } from "../interactions/click.ts";
import { createEndpointDelivery } from "../interactions/endpoint-delivery.ts";
import { createInteractionDesk } from "../interactions/interaction-desk.ts";
import type { InteractionDraft } from "../interactions/interaction-draft.ts";
import { statusOf, viewInteraction } from "../interactions/interaction-view.ts";
import { isMistake, type Mistake } from "../interactions/mistake.ts";
import { type CommandRun, readCommandRun, readTyping } from "../interactions/run-command.ts";
import { readSubmission } from "../interactions/submit-modal.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { LIMITS } from "../validate/limits.ts";
import type { ObjectRule } from "../validate/rule.ts";
import { readChecked, sendControl, sendControlError } from "./control-answer.ts";
import { sendMistake } from "./send-mistake.ts";

const id = { kind: "snowflake", required: true } as const;
const any = { kind: "any" } as const;
const name = { kind: "text", required: true, minCount: 1, maxCount: 32 } as const;
const CLICK: ObjectRule = {
  kind: "object",
  fields: {
    channel_id: id,
    message_id: id,
    user_id: id,
    custom_id: { kind: "text", required: true, minCount: 1, maxCount: LIMITS.customIdCount },
    values: any,
  },
};
const TYPING: ObjectRule = {
  kind: "object",
  fields: { channel_id: id, user_id: id, name, application_id: { kind: "snowflake" }, options: any },
};
const COMMAND: ObjectRule = {
  kind: "object",
  fields: { ...TYPING.fields, type: { kind: "integer", choices: [1, 2, 3] }, target_id: { kind: "snowflake" } },
};
const PROBE: ObjectRule = { kind: "object", fields: { application_id: { kind: "snowflake" } } };
const MODAL: ObjectRule = {
  kind: "object",
  fields: { interaction_id: id, user_id: id, fields: { kind: "any", required: true } },
};

const toRun = (value: JsonObject): CommandRun => ({
  channelId: String(value.channel_id),
  userId: String(value.user_id),
  name: String(value.name),
  type: Number(value.type ?? 1),
  options: value.options,
  ...(value.application_id === undefined ? {} : { applicationId: String(value.application_id) }),
  ...(value.target_id === undefined ? {} : { targetId: String(value.target_id) }),
});

/** What people do to applications: click, run commands, type in them, send off modals. `?wait=true` waits for the answer. */
export function registerInteractionRoutes(app: FastifyInstance, services: Services, bus: DispatchBus): void {
  const { world } = services;
  const endpoints = createEndpointDelivery(services);
  const desk = createInteractionDesk(services, bus, endpoints);

  async function begin(request: FastifyRequest, reply: FastifyReply, draft: InteractionDraft | Mistake) {
    if (isMistake(draft)) return sendMistake(request, reply, draft);
    const opened = desk.open(draft);
    const isWaiting = queryFlag(new URL(request.url, "http://localhost").searchParams, "wait");
    const shown = isWaiting ? ((await desk.settled(opened.id)) ?? opened) : opened;
    return sendControl(reply, 201, viewInteraction(shown));
  }

  app.post("/clicks", (request, reply) => {
    const value = readChecked(request, reply, CLICK);
    if (!value) return reply;
    const { values } = value;
    const click = {
      channelId: String(value.channel_id),
      messageId: String(value.message_id),
      userId: String(value.user_id),
      customId: String(value.custom_id),
      ...(values === undefined || values === null ? {} : { values }),
    };
    return begin(request, reply, readClick(world, click));
  });

  app.post("/commands", (request, reply) => {
    const value = readChecked(request, reply, COMMAND);
    return value ? begin(request, reply, readCommandRun(world, toRun(value))) : reply;
  });

  app.post("/modals", (request, reply) => {
    const value = readChecked(request, reply, MODAL);
    if (!value) return reply;
    const { fields } = value;
    if (!isJsonObject(fields)) {
      const issue = { where: "fields", found: fields, expected: "an object of values by custom_id" };
      return sendControlError(reply, 400, "The request body is not valid.", [issue]);
    }
    const submission = { interactionId: String(value.interaction_id), userId: String(value.user_id), fields };
    return begin(request, reply, readSubmission(world, submission));
  });

  app.post("/autocompletes", async (request, reply) => {
    const value = readChecked(request, reply, TYPING);
    if (!value) return reply;
    const draft = readTyping(world, toRun(value));
    if (isMistake(draft)) return sendMistake(request, reply, draft);
    const { id: openedId } = desk.open(draft);
    const settled = await desk.settled(openedId);
    return sendControl(reply, 200, {
      choices: settled?.response?.choices ?? [],
      status: settled ? statusOf(settled) : "failed",
    });
  });

  app.post("/endpoint-probes", async (request, reply) => {
    const value = readChecked(request, reply, PROBE);
    if (!value) return reply;
    const bot = world.state.bots.get(String(value.application_id ?? world.identity.applicationId));
    const verdict = bot && (await endpoints.probe(bot));
    if (!verdict) return sendControlError(reply, 404, "There is no such application with an endpoint.");
    return sendControl(reply, 200, {
      application_id: bot.applicationId,
      ping_answered: verdict.isPingAnswered,
      forgery_refused: verdict.isForgeryRefused,
      interactions_endpoint_url: world.state.bots.get(bot.userId)?.interactionsEndpointUrl ?? null,
    });
  });
}
