import { sendingPlace } from "../permissions/sending-place.ts";
import { snowflakeAt, toTimestamp } from "../snowflake.ts";
import { isThread } from "../state/channels.ts";
import type { Channel, MessageSnapshot, StoredMessage, User, WebhookAuthor } from "../state/objects.ts";
import type { MessageDraft } from "../validate/parse-draft.ts";
import { buildPoll } from "./build-poll.ts";
import { countMessage } from "./count-message.ts";
import { announceMessage, isEphemeral, storeMessage } from "./keep-message.ts";
import { findMentions } from "./mentions.ts";
import { textOf } from "./message-text.ts";
import { joinThread } from "./thread-members.ts";
import { copyFiles, storeFiles } from "./uploads.ts";
import type { World } from "./world.ts";

const HAS_SNAPSHOT = 1 << 14;

/** A message about to exist. The draft is checked already. */
export interface Posting {
  readonly channel: Channel;
  readonly author: User | WebhookAuthor;
  readonly draft: MessageDraft;
  /** Chosen by the caller for the first message of a forum post, which shares the id of its thread. */
  readonly id?: string;
  readonly extra?: Partial<
    Pick<
      StoredMessage,
      | "webhook_id"
      | "application_id"
      | "nonce"
      | "message_reference"
      | "type"
      | "viewer_id"
      | "interaction_metadata"
      | "interaction"
    >
  >;
  /** The message that it answers. */
  readonly repliedTo?: StoredMessage;
  /** The message that it forwards. */
  readonly forwarded?: StoredMessage;
}

/**
 * Stores a message, moves the counters of its channel, unarchives its thread, to which its author and whom it mentions now
 * belong, and announces MESSAGE_CREATE. A message that only one user sees does none of that to its channel.
 */
export function postMessage(world: World, posting: Posting): StoredMessage {
  const { channel, author, draft, id, extra = {}, forwarded } = posting;
  const { state, presenter } = world;
  return state.write(() => {
    const messageId = id ?? state.nextId();
    const mentions = mentionsOf(world, posting, messageId);
    const message: StoredMessage = {
      id: messageId,
      channel_id: channel.id,
      type: 0,
      content: draft.content ?? "",
      author,
      timestamp: toTimestamp(snowflakeAt(messageId)),
      edited_timestamp: null,
      tts: draft.tts,
      ...mentions,
      attachments: storeFiles(state, messageId, draft.files ?? []),
      embeds: draft.embeds ?? [],
      components: draft.components ?? [],
      flags: forwarded ? draft.flags | HAS_SNAPSHOT : draft.flags,
      ...(draft.poll ? { poll: buildPoll(draft.poll, state.now()) } : {}),
      ...(forwarded ? { message_snapshots: [{ message: snapshotOf(state, messageId, forwarded) }] } : {}),
      ...(isThread(channel) ? { position: state.channels.get(channel.id)?.total_message_sent ?? 0 } : {}),
      ...extra,
    };
    storeMessage(world, message);
    if (!isEphemeral(message)) countMessage(world, channel, messageId, messageId === channel.id);
    announceMessage(world, "MESSAGE_CREATE", message, { ...presenter.created(message), guild_id: channel.guild_id });
    if (isThread(channel) && !isEphemeral(message)) joinThread(world, channel, newcomersOf(world, message, channel));
    return message;
  });
}

/** Who belongs to a thread by writing in it or being mentioned there. */
function newcomersOf(
  { state }: World,
  { author, webhook_id, mentions }: StoredMessage,
  { guild_id }: Channel,
): string[] {
  const ids = mentions.map((user) => user.id).filter((id) => guild_id !== undefined && state.members.get(guild_id, id));
  return webhook_id === undefined ? [author.id, ...ids.filter((id) => id !== author.id)] : ids;
}

function mentionsOf({ state }: World, { channel, author, draft, extra, repliedTo }: Posting, messageId: string) {
  const text = textOf(draft.content ?? "", draft.components ?? []);
  const isWebhook = extra?.webhook_id !== undefined;
  const source = { channel: sendingPlace(state, channel, messageId), isWebhook, authorId: author.id };
  const found = findMentions(state, text, draft.allowedMentions, source);
  const repliedUser =
    repliedTo && repliedTo.webhook_id === undefined ? state.users.get(repliedTo.author.id) : undefined;
  const { allowedMentions } = draft;
  // Without `allowed_mentions` everything pings; with it, the replied user only on request.
  const pings = allowedMentions === undefined || allowedMentions.replied_user === true;
  if (!repliedUser || !pings || found.mentions.some(({ id }) => id === repliedUser.id)) return found;
  return { ...found, mentions: [...found.mentions, repliedUser] };
}

/** What a forward keeps of a message. Of a forwarded forward it is what that one kept: snapshots do not nest deeper. */
function snapshotOf(state: World["state"], messageId: string, forwarded: StoredMessage): MessageSnapshot {
  const {
    type,
    content,
    embeds,
    attachments,
    timestamp,
    edited_timestamp,
    flags,
    mentions,
    mention_roles,
    components,
  } = forwarded.message_snapshots?.[0]?.message ?? forwarded;
  return {
    type,
    content,
    embeds,
    attachments: copyFiles(state, messageId, attachments),
    timestamp,
    edited_timestamp,
    flags,
    mentions,
    mention_roles,
    components,
  };
}
