import type { World } from "../actions/world.ts";
import type { JsonObject } from "../json.ts";
import { INTERACTION_TYPE, type Interaction } from "../state/interactions.ts";
import type { Bot } from "../state/objects.ts";
import { below, complain, type Report } from "../validate/check.ts";
import { MODAL_TYPE } from "../validate/modal-rules.ts";
import { findActor } from "./acting-user.ts";
import { findAnswer } from "./answer-message.ts";
import type { InteractionDraft } from "./interaction-draft.ts";
import { isMistake, type Mistake, missing, mistaken, mistakenAt } from "./mistake.ts";
import { readField } from "./read-field.ts";
import { createFileIntake } from "./received-file.ts";
import { createResolver } from "./resolve.ts";

/** Somebody who sends off the modal that an interaction was answered with. */
export interface ModalSubmission {
  readonly interactionId: string;
  readonly userId: string;
  /** What was filled in, by custom_id. */
  readonly fields: JsonObject;
}

/** Finds what the submission of a modal is about, if the user has it open and filled it in properly. */
export function readSubmission(
  world: World,
  { interactionId, userId, fields }: ModalSubmission,
): InteractionDraft | Mistake {
  const { state } = world;
  const opener = state.interactions.get(interactionId);
  const modal = opener?.response?.modal;
  if (!opener || !modal || opener.user_id !== userId) return missing("The user has no modal of this interaction open.");
  // After a failure Discord leaves the modal open.
  if (state.interactions.submissions(opener.id).some(({ failed }) => !failed)) {
    return mistakenAt(["interaction_id"], "The modal was sent off already.", "an interaction whose modal is open");
  }
  const place = findActor(world, opener.channel_id, userId);
  if (isMistake(place)) return place;
  const bot = state.bots.get(opener.application_id) as Bot;
  const resolver = createResolver(world, place, bot.userId);
  const { receive, store } = createFileIntake(world, opener.channel_id, resolver);
  const report: Report = { path: ["fields"], issues: [] };
  const known = new Set<string>();
  const components = modal.components.map((component) => fillIn(component));
  for (const name of Object.keys(fields)) {
    if (!known.has(name)) complain(below(report, name), "EXPECTED", `one of ${[...known].join(", ") || "no fields"}`);
  }
  if (report.issues.length > 0) return mistaken("The modal is not filled in properly.", report.issues);
  const resolved = resolver.result();
  const message = messageOf(world, opener);
  return {
    type: INTERACTION_TYPE.modal,
    bot,
    channel: place.channel,
    user: place.user,
    owners: opener.metadata.authorizing_integration_owners as Record<string, string>,
    data: { custom_id: modal.custom_id, components, ...(resolved ? { resolved } : {}) },
    ...(message ? { message } : {}),
    opener,
    store,
  };

  function fillIn({ type, id, component, components: inner }: JsonObject): JsonObject {
    if (type === MODAL_TYPE.text) return { type, id };
    if (type === MODAL_TYPE.label) return { type, id, component: fillField(component as JsonObject) };
    return { type, id, components: (inner as JsonObject[]).map(fillField) };
  }

  function fillField(component: JsonObject): JsonObject {
    const name = String(component.custom_id);
    known.add(name);
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const filled = readField(component, value, { resolver, receive }, below(report, name));
    return { type: component.type, id: component.id, custom_id: name, ...filled };
  }
}

/** The message of the component that opened the modal, if it still is there. */
function messageOf(world: World, { message_id }: Interaction) {
  return message_id === undefined ? undefined : findAnswer(world, message_id);
}
