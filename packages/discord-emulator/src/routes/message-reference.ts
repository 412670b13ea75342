import type { Posting } from "../actions/post-message.ts";
import { isSystemMessage } from "../actions/post-system-message.ts";
import { type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import { type Call, callingBot } from "../http/call.ts";
import type { JsonObject } from "../json.ts";
import { refuseLackingIn } from "../permissions/refuse-lacking.ts";
import type { Channel } from "../state/objects.ts";
import type { MessageDraft } from "../validate/parse-draft.ts";

const REPLY = 19;
const FORWARD = 1;

/** What a message that refers to another one is made of. */
type Reference = Pick<Posting, "repliedTo" | "forwarded"> & { readonly extra: NonNullable<Posting["extra"]> };

/** Tells whether a draft forwards another message: it needs nothing else to be one. */
export function isForward({ fields }: Pick<MessageDraft, "fields">): boolean {
  return (fields.message_reference as JsonObject | undefined)?.type === FORWARD;
}

/**
 * What a draft refers to: nothing, a message of the channel that it answers, or one that it forwards from anywhere that the
 * bot can see (docs: resources/message, "Message Reference Content Attribution").
 */
export function findReference(
  call: Pick<Call, "world" | "bot">,
  channel: Channel,
  draft: MessageDraft,
): Reference | Refusal {
  const wanted = draft.fields.message_reference as JsonObject | undefined;
  if (!wanted) return { extra: {} };
  return isForward(draft) ? findForwarded(call, wanted) : findReplied(call, channel, wanted);
}

function findReplied({ world }: Pick<Call, "world">, channel: Channel, wanted: JsonObject): Reference | Refusal {
  const target = world.state.messages.get(String(wanted.message_id));
  const isElsewhere = wanted.channel_id !== undefined && wanted.channel_id !== channel.id;
  if (!target || target.channel_id !== channel.id || isElsewhere) {
    // Sent as an ordinary message, if the sender does not mind.
    if (wanted.fail_if_not_exists === false) return { extra: {} };
    return complain("REPLIES_UNKNOWN_MESSAGE", "Unknown message");
  }
  if (isSystemMessage(target)) {
    return complain("REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message");
  }
  return {
    repliedTo: target,
    extra: {
      type: REPLY,
      message_reference: { type: 0, message_id: target.id, channel_id: channel.id, guild_id: channel.guild_id },
    },
  };
}

function findForwarded({ world, bot }: Pick<Call, "world" | "bot">, wanted: JsonObject): Reference | Refusal {
  const { state } = world;
  if (wanted.channel_id === undefined) return complain("BASE_TYPE_REQUIRED", "This field is required", "channel_id");
  const source = state.channels.get(String(wanted.channel_id));
  if (!source) return refuse(10003);
  const hidden = refuseLackingIn(state, callingBot({ bot }).userId, source, []);
  if (hidden) return hidden;
  const target = state.messages.get(String(wanted.message_id));
  if (!target || target.channel_id !== source.id) return complain("REPLIES_UNKNOWN_MESSAGE", "Unknown message");
  if (isSystemMessage(target) || target.poll) {
    return complain("MESSAGE_REFERENCE_CANNOT_BE_FORWARDED", "Messages of this kind cannot be forwarded");
  }
  return {
    forwarded: target,
    extra: {
      message_reference: { type: FORWARD, message_id: target.id, channel_id: source.id, guild_id: source.guild_id },
    },
  };
}

function complain(code: string, message: string, ...below: string[]): Refusal {
  return refuseForm([{ path: ["message_reference", ...below], code, message }]);
}
