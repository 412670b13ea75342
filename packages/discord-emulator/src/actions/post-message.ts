import { snowflakeAt, toTimestamp } from "../snowflake.ts";
import { isThread } from "../state/channels.ts";
import type { Channel, StoredMessage, User, WebhookAuthor } from "../state/objects.ts";
import type { MessageDraft } from "../validate/parse-draft.ts";
import { DEFAULT_PARSE, findMentions } from "./mentions.ts";
import { storeUploads, type Upload } from "./uploads.ts";
import type { World } from "./world.ts";

/** A message about to exist. The draft is checked already. */
export interface Posting {
  readonly channel: Channel;
  readonly author: User | WebhookAuthor;
  readonly draft: MessageDraft;
  readonly uploads?: readonly Upload[];
  /** Chosen by the caller for the first message of a forum post, which shares the id of its thread. */
  readonly id?: string;
  readonly extra?: Partial<
    Pick<StoredMessage, "webhook_id" | "application_id" | "nonce" | "message_reference" | "type">
  >;
}

/** Stores a message, moves the counters of its channel, unarchives its thread, and announces MESSAGE_CREATE. */
export function postMessage(
  world: World,
  { channel, author, draft, uploads = [], id, extra = {} }: Posting,
): StoredMessage {
  const { state, presenter } = world;
  return state.write(() => {
    const messageId = id ?? state.nextId();
    const content = draft.content ?? "";
    const defaultParse = extra.webhook_id ? DEFAULT_PARSE.webhook : DEFAULT_PARSE.person;
    const message: StoredMessage = {
      id: messageId,
      channel_id: channel.id,
      type: 0,
      content,
      author,
      timestamp: toTimestamp(snowflakeAt(messageId)),
      edited_timestamp: null,
      tts: draft.tts,
      ...findMentions(state, content, draft.allowedMentions, defaultParse),
      attachments: storeUploads(state, messageId, uploads, draft),
      embeds: draft.embeds ?? [],
      components: draft.components ?? [],
      flags: draft.flags,
      ...(draft.poll ? { poll: draft.poll } : {}),
      ...extra,
    };
    state.messages.put(message);
    countMessage(world, channel, messageId);
    state.announce({ t: "MESSAGE_CREATE", d: { ...presenter.message(message), guild_id: channel.guild_id } });
    return message;
  });
}

function countMessage({ state }: World, channel: Channel, messageId: string): void {
  if (!isThread(channel) || !channel.thread_metadata) {
    state.channels.update(channel.id, { last_message_id: messageId }, { quiet: true });
    return;
  }
  // The first message of a forum post is not counted (docs: resources/channel, "message_count").
  const added = messageId === channel.id ? 0 : 1;
  const isArchived = channel.thread_metadata.archived;
  state.channels.update(
    channel.id,
    {
      last_message_id: messageId,
      message_count: (channel.message_count ?? 0) + added,
      total_message_sent: (channel.total_message_sent ?? 0) + added,
      ...(isArchived ? { thread_metadata: { ...channel.thread_metadata, archived: false } } : {}),
    },
    { quiet: !isArchived },
  );
}
