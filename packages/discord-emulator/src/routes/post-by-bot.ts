import { isEmptyMessage } from "../actions/empty-message.ts";
import { postMessage } from "../actions/post-message.ts";
import type { Upload } from "../actions/uploads.ts";
import type { World } from "../actions/world.ts";
import { isRefusal, type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import type { JsonObject } from "../json.ts";
import type { Channel, StoredMessage, User } from "../state/objects.ts";
import { LIMITS } from "../validate/limits.ts";
import { BOT_MESSAGE } from "../validate/message-rule.ts";
import { type MessageDraft, parseDraft } from "../validate/parse-draft.ts";

const REPLY = 19;
const DEFAULT = 0;

/** A message that the bot wants to post; `id` is given for the first message of a forum post. */
export interface BotPosting {
  readonly body: JsonObject;
  readonly uploads: readonly Upload[];
}

/** Checks the body of a bot's message. */
export function parseBotMessage({ body, uploads }: BotPosting): MessageDraft | Refusal {
  const draft = parseDraft(body, { rule: BOT_MESSAGE, components: "all" });
  if (isRefusal(draft)) return draft;
  if (uploads.length > LIMITS.attachmentCount) return refuse(30015);
  return isEmptyMessage(draft, uploads.length) ? refuse(50006) : draft;
}

/**
 * Posts as the bot. With `enforce_nonce`, a nonce that the bot used in the last minutes gives the message of then; when
 * that one is deleted, 10008 (docs: resources/message; staff on api-docs pull request 6647).
 */
export function postByBot(world: World, channel: Channel, posting: BotPosting, id?: string): StoredMessage | Refusal {
  const { state, identity } = world;
  const draft = parseBotMessage(posting);
  if (isRefusal(draft)) return draft;
  // Checked as text, echoed as it came.
  const nonce = draft.fields.nonce === undefined ? undefined : (posting.body.nonce as string | number);
  if (nonce !== undefined && draft.fields.enforce_nonce === true) {
    const earlier = state.nonces.find(identity.botUserId, nonce);
    if (earlier) return state.messages.get(earlier.messageId) ?? refuse(10008);
  }
  const reference = findReference(world, channel, draft);
  if (isRefusal(reference)) return reference;
  return state.write(() => {
    const message = postMessage(world, {
      channel,
      author: state.users.get(identity.botUserId) as User,
      draft,
      uploads: posting.uploads,
      ...(id === undefined ? {} : { id }),
      extra: {
        ...(nonce === undefined ? {} : { nonce }),
        ...(reference ? { type: REPLY, message_reference: reference } : { type: DEFAULT }),
      },
    });
    if (nonce !== undefined) state.nonces.remember(identity.botUserId, nonce, message);
    return message;
  });
}

/** What a reply refers to. Undefined: not a reply, or its target is gone and the sender does not mind. */
function findReference({ state }: World, channel: Channel, draft: MessageDraft): JsonObject | Refusal | undefined {
  const wanted = draft.fields.message_reference as JsonObject | undefined;
  if (!wanted) return undefined;
  const target = state.messages.get(String(wanted.message_id));
  if (target?.channel_id === channel.id) {
    return { type: 0, message_id: target.id, channel_id: channel.id, guild_id: channel.guild_id };
  }
  if (wanted.fail_if_not_exists === false) return undefined;
  return refuseForm([{ path: ["message_reference"], code: "REPLIES_UNKNOWN_MESSAGE", message: "Unknown message" }]);
}
