import type { FormIssue } from "../errors/form-errors.ts";
import { type Refusal, refuse, refuseForm } from "../errors/refusal.ts";
import type { JsonObject } from "../json.ts";
import { sendingPlace } from "../permissions/sending-place.ts";
import { toTimestamp } from "../snowflake.ts";
import type { Channel, StoredMessage } from "../state/objects.ts";
import { IS_COMPONENTS_V2, type MessageDraft, refuseLegacyMembers } from "../validate/parse-draft.ts";
import { IS_VOICE_MESSAGE } from "../validate/voice-message.ts";
import { buildPoll } from "./build-poll.ts";
import { isEmptyMessage } from "./empty-message.ts";
import { announceMessage, storeMessage } from "./keep-message.ts";
import { findMentions } from "./mentions.ts";
import { textOf } from "./message-text.ts";
import { isSystemMessage } from "./post-system-message.ts";
import { storeFiles } from "./uploads.ts";
import type { World } from "./world.ts";

const SUPPRESS_EMBEDS = 1 << 2;
/** A deferred answer, of which nothing is there yet (docs: resources/message, "Message Flags"). */
export const LOADING: number = 1 << 7;

/** A change of one message. `body` tells absent members (kept) from null ones (emptied); the draft knows the files. */
export interface Edit {
  readonly channel: Channel;
  readonly message: StoredMessage;
  readonly body: JsonObject;
  readonly draft: MessageDraft;
}

/**
 * Changes a message and announces MESSAGE_UPDATE; refuses to make it empty, and what cannot be changed. A deferred answer
 * becomes what the edit says: it may have a poll, and does not count as edited (the latter is assumed).
 */
export function editMessage(world: World, edit: Edit): StoredMessage | Refusal {
  const { channel, message, body, draft } = edit;
  const { state, presenter } = world;
  if (isSystemMessage(message)) return refuse(50021);
  const isLoading = (message.flags & LOADING) !== 0;
  if (message.poll || (draft.poll && !isLoading)) return refuse(520003);
  if ((message.flags & IS_VOICE_MESSAGE) !== 0) return refuse(50162);
  const has = (name: string) => Object.hasOwn(body, name);
  const content = has("content") ? (draft.content ?? "") : message.content;
  const components = has("components") ? (draft.components ?? []) : message.components;
  const files = draft.files ?? [];
  const changed: StoredMessage = {
    ...message,
    content,
    components,
    embeds: has("embeds") ? (draft.embeds ?? []) : message.embeds,
    flags: (has("flags") ? changeFlags(message.flags, draft.flags) : message.flags) & ~LOADING,
    edited_timestamp: isLoading ? null : toTimestamp(state.now()),
    ...(draft.poll ? { poll: buildPoll(draft.poll, state.now()) } : {}),
    ...(["content", "components", "allowed_mentions"].some(has)
      ? findMentions(state, textOf(content, components), draft.allowedMentions, {
          channel: sendingPlace(state, channel, message.id),
          isWebhook: message.webhook_id !== undefined,
          authorId: message.author.id,
        })
      : {}),
  };
  const left = refuseLeftovers(changed);
  if (left) return left;
  if (!changed.message_snapshots && isEmptyMessage(changed, files.length)) return refuse(50006);
  return state.write(() => {
    const keptIds = files.flatMap((file) => (file.kind === "kept" ? [file.attachment.id] : []));
    state.attachments.deleteOf(message.id, keptIds);
    const stored = { ...changed, attachments: storeFiles(state, message.id, files) };
    storeMessage(world, stored);
    announceMessage(world, "MESSAGE_UPDATE", stored, { ...presenter.message(stored), guild_id: channel.guild_id });
    return stored;
  });
}

/** Whoever turns a message into a components V2 one must empty what such messages do not have (docs: resources/message, "Edit Message"). */
function refuseLeftovers({ flags, content, embeds }: StoredMessage): Refusal | undefined {
  if ((flags & IS_COMPONENTS_V2) === 0) return undefined;
  const issues: FormIssue[] = [];
  refuseLegacyMembers({ content, embeds }, (...path) => ({ path, issues }));
  return issues.length > 0 ? refuseForm(issues) : undefined;
}

/** SUPPRESS_EMBEDS may be set and unset, IS_COMPONENTS_V2 only set (docs: resources/message, "Edit Message"). */
function changeFlags(existing: number, wanted: number): number {
  return (existing & ~SUPPRESS_EMBEDS) | (wanted & (SUPPRESS_EMBEDS | IS_COMPONENTS_V2));
}
