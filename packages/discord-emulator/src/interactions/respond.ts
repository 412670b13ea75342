import type { World } from "../actions/world.ts";
import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { Interaction, InteractionResponse } from "../state/interactions.ts";
import type { StoredMessage } from "../state/objects.ts";
import { check, checkBody, complain, type Report } from "../validate/check.ts";
import { checkModal } from "../validate/check-modal.ts";
import { checkSuggestions } from "../validate/command-options.ts";
import { EPHEMERAL } from "../validate/parse-draft.ts";
import { type AnswerBody, deferredDraft, findAnswer, parseAnswer, postAnswer } from "./answer-message.ts";
import { CALLBACK_TYPE, type CallbackType, callbackTypesFor } from "./callback-type.ts";
import { editAnswer } from "./change-answer.ts";
import { isTooLate } from "./interaction-times.ts";
import { answerInteraction } from "./settle-interaction.ts";

/** An interaction with its first answer, and the message that the answer made or changed. */
export interface AnsweredInteraction {
  readonly interaction: Interaction;
  readonly response: InteractionResponse;
  readonly message?: StoredMessage;
}

/**
 * Answers an interaction for the first time. `body` is an interaction response (docs: interactions/receiving-and-responding,
 * "Interaction Response Structure"). Refuses a second answer (40060) and one that comes too late (10062); after any other
 * refusal the interaction still waits.
 */
export function respond(world: World, interaction: Interaction, body: AnswerBody): AnsweredInteraction | Refusal {
  const { state, presenterFor } = world;
  if (interaction.response) return refuse(40060);
  if (interaction.failed || isTooLate(interaction, state.now())) return refuse(10062);
  const choices = callbackTypesFor(interaction);
  const { value, issues } = checkBody(
    { kind: "object", fields: { type: { kind: "integer", required: true, choices }, data: { kind: "any" } } },
    body.body,
  );
  if (issues.length > 0) return refuseForm(issues);
  const data = value.data ?? {};
  if (!isJsonObject(data)) {
    return refuseForm([{ path: ["data"], code: "MODEL_TYPE_CONVERT", message: "Expected an object/dictionary." }]);
  }
  const seen = { ...world, presenter: presenterFor(interaction.application_id) };
  const type = value.type as CallbackType;
  return state.write(() => {
    const made = ANSWERS[type](seen, interaction, { ...body, body: data });
    if (isRefusal(made)) return belowData(made);
    const { message, ...rest } = made;
    const response = { type, ...rest, ...(message ? referTo(message) : {}) };
    return { interaction: answerInteraction(world, interaction, response), response, ...(message ? { message } : {}) };
  });
}

interface Made extends Pick<InteractionResponse, "modal" | "choices"> {
  readonly message?: StoredMessage;
}

const toMade = (message: StoredMessage | Refusal): Made | Refusal => (isRefusal(message) ? message : { message });

const ANSWERS: Readonly<
  Record<CallbackType, (world: World, interaction: Interaction, answer: AnswerBody) => Made | Refusal>
> = {
  [CALLBACK_TYPE.message](world, interaction, answer) {
    const draft = parseAnswer(answer);
    return isRefusal(draft) ? draft : toMade(postAnswer(world, interaction, draft));
  },
  [CALLBACK_TYPE.deferredMessage](world, interaction, { body }) {
    const report: Report = { path: ["flags"], issues: [] };
    const flags = Number(check({ kind: "integer", min: 0 }, body.flags, report) ?? 0);
    // Only this flag is valid here (docs: "Interaction Callback Data Structure").
    if ((flags & ~EPHEMERAL) !== 0) complain(report, "BASE_TYPE_CHOICES", `Value must be one of (0, ${EPHEMERAL}).`);
    if (report.issues.length > 0) return refuseForm(report.issues);
    return toMade(postAnswer(world, interaction, deferredDraft(flags)));
  },
  [CALLBACK_TYPE.deferredUpdate](world, { message_id = "" }) {
    const message = findAnswer(world, message_id);
    return message ? { message } : refuse(10008);
  },
  [CALLBACK_TYPE.update](world, { message_id = "" }, answer) {
    const message = findAnswer(world, message_id);
    return message ? toMade(editAnswer(world, message, answer)) : refuse(10008);
  },
  [CALLBACK_TYPE.choices](_world, { data }, { body }) {
    const report: Report = { path: [], issues: [] };
    const choices = checkSuggestions(body.choices, focusedType(data), { ...report, path: ["choices"] });
    return report.issues.length > 0 ? refuseForm(report.issues) : { choices };
  },
  [CALLBACK_TYPE.modal](_world, _interaction, { body }) {
    const report: Report = { path: [], issues: [] };
    const modal = checkModal(body, report);
    return report.issues.length > 0 || !modal ? refuseForm(report.issues) : { modal };
  },
};

/** The type of the option that suggestions are asked for; it may lie in a subcommand. */
function focusedType({ options }: JsonObject): number {
  const list = Array.isArray(options) ? options.filter(isJsonObject) : [];
  const focused = list.find((option) => option.focused === true);
  if (focused) return Number(focused.type);
  return list.length === 0 ? Number.NaN : focusedType(list[0] as JsonObject);
}

function referTo({ id, viewer_id }: StoredMessage): Pick<InteractionResponse, "message_id" | "ephemeral"> {
  return { message_id: id, ephemeral: viewer_id !== undefined };
}

/** Mistakes in the data are told below `data`, where they stand in the body. */
function belowData(refusal: Refusal): Refusal {
  return refusal.errors ? { ...refusal, errors: { data: refusal.errors } } : refusal;
}
