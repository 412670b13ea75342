import { deleteMessages } from "../actions/delete-messages.ts";
import { editMessage } from "../actions/edit-message.ts";
import { announceMessage, isEphemeral } from "../actions/keep-message.ts";
import type { World } from "../actions/world.ts";
import { isRefusal, type Refusal, refuse } from "../errors/refusal.ts";
import { refuseLocked } from "../permissions/refuse-lacking.ts";
import type { Channel, StoredMessage } from "../state/objects.ts";
import { EDIT } from "../validate/message-rule.ts";
import { parseDraft } from "../validate/parse-draft.ts";
import type { AnswerBody } from "./answer-message.ts";

/** Checks an edit of a message that an interaction may change, and edits it. Whom it is for stays as it is. */
export function editAnswer(
  world: World,
  message: StoredMessage,
  { body, uploads }: AnswerBody,
): StoredMessage | Refusal {
  const channel = world.state.channels.get(message.channel_id);
  if (!channel) return refuse(10003);
  const refusal = isEphemeral(message)
    ? undefined
    : refuseClosed(world, message.application_id ?? message.author.id, channel);
  if (refusal) return refusal;
  const draft = parseDraft(body, { rule: EDIT, components: "all", uploads, existing: message });
  return isRefusal(draft) ? draft : editMessage(world, { channel, message, body, draft });
}

/** Archived threads take no edits (docs: topics/threads), nor do locked ones from those who do not manage them. */
function refuseClosed({ state }: World, botId: string, channel: Channel): Refusal | undefined {
  return channel.thread_metadata?.archived ? refuse(50083) : refuseLocked(state, botId, channel);
}

/** Deletes a message that an interaction may change. */
export function deleteAnswer(world: World, message: StoredMessage): Refusal | undefined {
  const { state } = world;
  const channel = state.channels.get(message.channel_id);
  if (!channel) return refuse(10003);
  if (!isEphemeral(message)) {
    deleteMessages(world, channel, [message.id]);
    return undefined;
  }
  state.write(() => {
    state.ephemeral.delete(message.id);
    const place = { channel_id: channel.id, guild_id: channel.guild_id };
    announceMessage(world, "MESSAGE_DELETE", message, { id: message.id, ...place });
  });
  return undefined;
}
