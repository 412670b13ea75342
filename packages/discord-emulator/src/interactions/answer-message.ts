import { refuseReopening } from "../actions/archive-threads.ts";
import { LOADING } from "../actions/edit-message.ts";
import { isEmptyMessage } from "../actions/empty-message.ts";
import { postMessage } from "../actions/post-message.ts";
import type { Upload } from "../actions/upload.ts";
import type { World } from "../actions/world.ts";
import { isRefusal, type Refusal, refuse } from "../errors/refusal.ts";
import type { JsonObject } from "../json.ts";
import { refuseLocked } from "../permissions/refuse-lacking.ts";
import { INTERACTION_TYPE, type Interaction } from "../state/interactions.ts";
import type { Channel, StoredMessage, User } from "../state/objects.ts";
import { EDIT } from "../validate/message-rule.ts";
import { EPHEMERAL, type MessageDraft, parseDraft } from "../validate/parse-draft.ts";

/** Types of messages (docs: resources/message, "Message Types"). */
const REPLY = 19;
const SLASH_COMMAND = 20;
const MENU_COMMAND = 23;

/** A message as it stands in a body, with the files beside it. */
export interface AnswerBody {
  readonly body: JsonObject;
  readonly uploads: readonly Upload[];
}

/** A message of any kind, also one that only one user sees. */
export function findAnswer({ state }: Pick<World, "state">, id: string): StoredMessage | undefined {
  return state.messages.get(id) ?? state.ephemeral.get(id);
}

/** Checks the message of an answer: what webhooks may send, ephemeral and spoken messages besides. */
export function parseAnswer({ body, uploads }: AnswerBody): MessageDraft | Refusal {
  const kinds = { mayBeVoice: true, mayBeEphemeral: true } as const;
  const draft = parseDraft(body, { rule: EDIT, components: "all", uploads, ...kinds });
  if (isRefusal(draft)) return draft;
  return isEmptyMessage(draft, draft.files?.length ?? 0) ? refuse(50006) : draft;
}

/** A deferred answer: nothing is there yet but that somebody is working on it. */
export function deferredDraft(flags: number): MessageDraft {
  return { flags: LOADING | (flags & EPHEMERAL), tts: false, fields: {} };
}

/**
 * Posts an answer to an interaction as the application's bot: for all, or with the flag EPHEMERAL for who acted. The first
 * answer to a component refers to its message (docs: "Message Interaction Object"), a followup to the first answer (seen in
 * Discord's client).
 */
export function postAnswer(world: World, interaction: Interaction, draft: MessageDraft): StoredMessage | Refusal {
  const { state } = world;
  const channel = state.channels.get(interaction.channel_id);
  if (!channel) return refuse(10003);
  const { application_id, user_id, response } = interaction;
  const isForAll = (draft.flags & EPHEMERAL) === 0;
  // What only one user sees changes nothing about a thread.
  const refusal = isForAll && (refuseLocked(state, application_id, channel) ?? refuseReopening(world, channel));
  if (refusal) return refusal;
  return postMessage(world, {
    channel,
    author: state.users.get(application_id) as User,
    draft,
    extra: {
      webhook_id: application_id,
      application_id,
      ...(response ? followupOf(interaction, channel) : firstOf(interaction, channel)),
      ...(isForAll ? {} : { viewer_id: user_id }),
    },
  });
}

function firstOf({ type, data, message_id, metadata, invocation }: Interaction, channel: Channel) {
  const common = { interaction_metadata: metadata, ...(invocation ? { interaction: invocation } : {}) };
  if (message_id !== undefined) return { ...common, type: REPLY, message_reference: referTo(channel, message_id) };
  if (type !== INTERACTION_TYPE.command) return common;
  return { ...common, type: data.type === 1 ? SLASH_COMMAND : MENU_COMMAND };
}

function followupOf({ metadata, response }: Interaction, channel: Channel) {
  const originalId = response?.message_id;
  if (originalId === undefined) return { interaction_metadata: metadata };
  return {
    interaction_metadata: { ...metadata, original_response_message_id: originalId },
    type: REPLY,
    message_reference: referTo(channel, originalId),
  };
}

function referTo({ id, guild_id }: Channel, messageId: string): JsonObject {
  return { type: 0, channel_id: id, message_id: messageId, ...(guild_id === undefined ? {} : { guild_id }) };
}
