import { refuseReopening } from "../actions/archive-threads.ts";
import { isEmptyMessage } from "../actions/empty-message.ts";
import { postMessage } from "../actions/post-message.ts";
import type { Upload } from "../actions/upload.ts";
import { isRefusal, type Refusal, refuse } from "../errors/refusal.ts";
import { type Call, callingBot } from "../http/call.ts";
import type { JsonObject } from "../json.ts";
import { allowDraft } from "../permissions/allow-draft.ts";
import { refuseDirect } from "../permissions/refuse-direct.ts";
import { mayIn, refuseLocked } from "../permissions/refuse-lacking.ts";
import { sendingPlace } from "../permissions/sending-place.ts";
import type { Channel, StoredMessage, User } from "../state/objects.ts";
import { BOT_MESSAGE } from "../validate/message-rule.ts";
import { type MessageDraft, parseDraft } from "../validate/parse-draft.ts";
import { IS_VOICE_MESSAGE } from "../validate/voice-message.ts";
import { findReference, isForward } from "./message-reference.ts";

/** A message that the bot wants to post; `id` is given for the first message of a forum post. */
export interface BotPosting {
  readonly body: JsonObject;
  readonly uploads: readonly Upload[];
}

/** Checks the body of a bot's message, and whether the bot may send it there. `channel` is the forum for the first message of a post. */
export function parseBotMessage(
  call: Pick<Call, "world" | "bot">,
  channel: Channel,
  { body, uploads }: BotPosting,
): MessageDraft | Refusal {
  const draft = parseDraft(body, { rule: BOT_MESSAGE, components: "all", uploads, mayBeVoice: true });
  if (isRefusal(draft)) return draft;
  const uploadCount = draft.files?.length ?? 0;
  // No guild has stickers here.
  if ((draft.fields.sticker_ids as string[] | undefined)?.length) return refuse(50081);
  if (!isForward(draft) && isEmptyMessage(draft, uploadCount)) return refuse(50006);
  const { state } = call.world;
  const { userId } = callingBot(call);
  const isVoice = (draft.flags & IS_VOICE_MESSAGE) !== 0;
  if (isVoice && !mayIn(state, userId, channel, ["SEND_VOICE_MESSAGES"])) return refuse(50173);
  return allowDraft({ state, userId, channel, draft, uploadCount });
}

/**
 * Posts as the bot. With `enforce_nonce`, a nonce that the bot used in the last minutes gives the message of then; when
 * that one is deleted, 10008 (docs: resources/message; staff on api-docs pull request 6647).
 */
export function postByBot(
  call: Pick<Call, "world" | "bot">,
  channel: Channel,
  posting: BotPosting,
  id?: string,
): StoredMessage | Refusal {
  const { world } = call;
  const { state } = world;
  const { userId } = callingBot(call);
  const closed = refuseDirect(state, userId, channel) ?? refuseLocked(state, userId, channel);
  if (closed) return closed;
  const draft = parseBotMessage(call, sendingPlace(state, channel, id), posting);
  if (isRefusal(draft)) return draft;
  // Checked as text, echoed as it came.
  const nonce = draft.fields.nonce === undefined ? undefined : (posting.body.nonce as string | number);
  if (nonce !== undefined && draft.fields.enforce_nonce === true) {
    const earlier = state.nonces.find(userId, nonce);
    if (earlier) return state.messages.get(earlier.messageId) ?? refuse(10008);
  }
  const reference = findReference(call, channel, draft);
  if (isRefusal(reference)) return reference;
  const full = refuseReopening(world, channel);
  if (full) return full;
  return state.write(() => {
    const message = postMessage(world, {
      channel,
      author: state.users.get(userId) as User,
      draft,
      ...(id === undefined ? {} : { id }),
      ...reference,
      extra: { ...reference.extra, ...(nonce === undefined ? {} : { nonce }) },
    });
    if (nonce !== undefined) state.nonces.remember(userId, nonce, message);
    return message;
  });
}
