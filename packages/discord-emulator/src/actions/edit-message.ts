import { type Refusal, refuse } from "../errors/refusal.ts";
import type { JsonObject } from "../json.ts";
import { toTimestamp } from "../snowflake.ts";
import type { Channel, StoredMessage } from "../state/objects.ts";
import { LIMITS } from "../validate/limits.ts";
import { IS_COMPONENTS_V2, type MessageDraft } from "../validate/parse-draft.ts";
import { isEmptyMessage } from "./empty-message.ts";
import { DEFAULT_PARSE, findMentions } from "./mentions.ts";
import { storeUploads, type Upload } from "./uploads.ts";
import type { World } from "./world.ts";

const SUPPRESS_EMBEDS = 1 << 2;

/** A change of one message. `body` tells absent members (kept) from null ones (emptied). */
export interface Edit {
  readonly channel: Channel;
  readonly message: StoredMessage;
  readonly body: JsonObject;
  readonly draft: MessageDraft;
  readonly uploads?: readonly Upload[];
}

/** Changes a message and announces MESSAGE_UPDATE; refuses to make it empty. */
export function editMessage(
  world: World,
  { channel, message, body, draft, uploads = [] }: Edit,
): StoredMessage | Refusal {
  const { state, presenter } = world;
  const has = (name: string) => Object.hasOwn(body, name);
  const content = has("content") ? (draft.content ?? "") : message.content;
  const kept = has("attachments")
    ? message.attachments.filter(({ id }) => draft.attachments?.some((entry) => entry.id === id))
    : message.attachments;
  if (kept.length + uploads.length > LIMITS.attachmentCount) return refuse(30015);
  const changed: StoredMessage = {
    ...message,
    content,
    embeds: has("embeds") ? (draft.embeds ?? []) : message.embeds,
    components: has("components") ? (draft.components ?? []) : message.components,
    flags: has("flags") ? changeFlags(message.flags, draft.flags) : message.flags,
    edited_timestamp: toTimestamp(state.now()),
    ...(has("content") || has("allowed_mentions")
      ? findMentions(
          state,
          content,
          draft.allowedMentions,
          message.webhook_id ? DEFAULT_PARSE.webhook : DEFAULT_PARSE.person,
        )
      : {}),
  };
  if (isEmptyMessage(changed, kept.length + uploads.length)) return refuse(50006);
  return state.write(() => {
    state.attachments.deleteOf(
      message.id,
      kept.map(({ id }) => id),
    );
    const stored = { ...changed, attachments: [...kept, ...storeUploads(state, message.id, uploads, draft)] };
    state.messages.put(stored);
    state.announce({ t: "MESSAGE_UPDATE", d: { ...presenter.message(stored), guild_id: channel.guild_id } });
    return stored;
  });
}

/** SUPPRESS_EMBEDS may be set and unset, IS_COMPONENTS_V2 only set (docs: resources/message, "Edit Message"). */
function changeFlags(existing: number, wanted: number): number {
  return (existing & ~SUPPRESS_EMBEDS) | (wanted & (SUPPRESS_EMBEDS | IS_COMPONENTS_V2));
}
