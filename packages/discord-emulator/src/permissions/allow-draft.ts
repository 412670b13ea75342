import { isEmptyMessage } from "../actions/empty-message.ts";
import { type Refusal, refuse } from "../errors/refusal.ts";
import type { Channel } from "../state/objects.ts";
import type { State } from "../state/state.ts";
import type { MessageDraft } from "../validate/parse-draft.ts";
import { hasPermissions, type PermissionName } from "./permission.ts";
import { channelPermissions } from "./permissions-of.ts";

/** The type of a reference that is no reply. */
const FORWARD = 1;

/** A checked message, and who wants to send it where. */
export interface DraftPlace {
  readonly state: State;
  readonly userId: string;
  readonly channel: Channel;
  readonly draft: MessageDraft;
  readonly uploadCount: number;
}

/**
 * Holds a new message against the permissions of its sender. Refuses files, polls and spoken messages with 50013, replies
 * with 160002; embeds are left out, which is refused only where nothing else is left (docs: resources/message, "Create
 * Message"; api-docs issue 2601).
 */
export function allowDraft(place: DraftPlace): MessageDraft | Refusal {
  const { state, userId, channel, draft, uploadCount } = place;
  const set = channelPermissions(state, userId, channel);
  const may = (name: PermissionName) => hasPermissions(set, [name]);
  const reference = draft.fields.message_reference as { readonly type?: number } | undefined;
  const isReply = reference !== undefined && reference.type !== FORWARD;
  if (isReply && !may("READ_MESSAGE_HISTORY")) return refuse(160002);
  if (uploadCount > 0 && !may("ATTACH_FILES")) return refuse(50013);
  if (draft.tts && !may("SEND_TTS_MESSAGES")) return refuse(50013);
  if (draft.poll && !may("SEND_POLLS")) return refuse(50013);
  if (!draft.embeds?.length || may("EMBED_LINKS")) return draft;
  const { embeds, ...rest } = draft;
  return isEmptyMessage(rest, uploadCount) ? refuse(50013) : rest;
}

/** Holds an edit against the permissions of its author: new files are refused with 50013, new embeds left out. */
export function allowEdit(place: DraftPlace): MessageDraft | Refusal {
  const { state, userId, channel, draft, uploadCount } = place;
  const set = channelPermissions(state, userId, channel);
  if (uploadCount > 0 && !hasPermissions(set, ["ATTACH_FILES"])) return refuse(50013);
  if (!draft.embeds?.length || hasPermissions(set, ["EMBED_LINKS"])) return draft;
  return { ...draft, embeds: [] };
}
