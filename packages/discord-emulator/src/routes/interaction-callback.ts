import { LOADING } from "../actions/edit-message.ts";
import { isRefusal } from "../errors/refusal.ts";
import { replyEmpty, replyWritten } from "../http/answer.ts";
import { callingInteraction, type DiscordRoute, queryFlag } from "../http/call.ts";
import { CALLBACK_TYPE } from "../interactions/callback-type.ts";
import { type AnsweredInteraction, respond } from "../interactions/respond.ts";
import type { JsonObject } from "../json.ts";
import type { Presenter } from "../state/present.ts";

/** Answers that show the message that they made or changed (docs: "Interaction Callback Resource Object"). */
const SHOWN_TYPES: readonly number[] = [CALLBACK_TYPE.message, CALLBACK_TYPE.update];
/** Answers that make a message. */
const MAKING_TYPES: readonly number[] = [CALLBACK_TYPE.message, CALLBACK_TYPE.deferredMessage];

/** What a first answer made (docs: interactions/receiving-and-responding, "Interaction Callback Response Object"). */
function describe({ interaction, response, message }: AnsweredInteraction, presenter: Presenter): JsonObject {
  const { id, type } = interaction;
  const made = message && MAKING_TYPES.includes(response.type) ? message : undefined;
  return {
    interaction: {
      id,
      type,
      ...(made
        ? {
            response_message_id: made.id,
            response_message_loading: (made.flags & LOADING) !== 0,
            response_message_ephemeral: made.viewer_id !== undefined,
          }
        : {}),
    },
    resource: {
      type: response.type,
      ...(message && SHOWN_TYPES.includes(response.type) ? { message: presenter.message(message) } : {}),
    },
  };
}

/** "Create Interaction Response" (docs: interactions/receiving-and-responding). */
export const INTERACTION_CALLBACK: DiscordRoute = {
  method: "POST",
  path: "/interactions/:interaction_id/:interaction_token/callback",
  auth: "interaction",
  takesBody: true,
  handle(call) {
    const { world, body, uploads, query } = call;
    const answered = respond(world, callingInteraction(call), { body, uploads });
    if (isRefusal(answered)) return answered;
    const { response, message } = answered;
    const messageIds = message && response.type !== CALLBACK_TYPE.deferredUpdate ? [message.id] : [];
    if (!queryFlag(query, "with_response")) return replyEmpty(messageIds);
    const presenter = world.presenterFor(answered.interaction.application_id);
    return replyWritten(200, describe(answered, presenter), messageIds);
  },
};
