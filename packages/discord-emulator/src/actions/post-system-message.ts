import type { JsonObject } from "../json.ts";
import { snowflakeAt, toTimestamp } from "../snowflake.ts";
import type { Channel, StoredMessage, User, WebhookAuthor } from "../state/objects.ts";
import { countMessage } from "./count-message.ts";
import type { World } from "./world.ts";

/** Types of messages that Discord writes itself (docs: resources/message, "Message Types"). */
export const SYSTEM_TYPE = {
  recipientAdd: 1,
  recipientRemove: 2,
  nameChange: 4,
  pinned: 6,
  threadCreated: 18,
  threadStarter: 21,
} as const;

/** Types that a sender makes: default, reply, and answers to commands. */
const ORDINARY_TYPES = [0, 19, 20, 23];
const UNDELETABLE_TYPES: readonly number[] = [
  SYSTEM_TYPE.recipientAdd,
  SYSTEM_TYPE.recipientRemove,
  3,
  SYSTEM_TYPE.nameChange,
  5,
  SYSTEM_TYPE.threadStarter,
];

/** A message that Discord writes for what somebody did. */
export interface SystemPosting {
  readonly channel: Channel;
  readonly type: (typeof SYSTEM_TYPE)[keyof typeof SYSTEM_TYPE];
  /** Who did it. */
  readonly author: User | WebhookAuthor;
  readonly content?: string;
  readonly reference?: JsonObject;
  readonly mentions?: readonly User[];
}

/** Tells whether a message is Discord's own: it takes no replies, edits and threads. */
export function isSystemMessage({ type }: Pick<StoredMessage, "type">): boolean {
  return !ORDINARY_TYPES.includes(type);
}

/** Tells whether anybody may delete a message: some of Discord's own stay (docs: "Message Types", "Deletable"). */
export function isDeletable({ type }: Pick<StoredMessage, "type">): boolean {
  return !UNDELETABLE_TYPES.includes(type);
}

/** Stores a system message and announces it like any other. */
export function postSystemMessage(world: World, posting: SystemPosting): StoredMessage {
  const { state, presenter } = world;
  const { channel, type, author, content = "", reference, mentions = [] } = posting;
  return state.write(() => {
    const id = state.nextId();
    const message: StoredMessage = {
      id,
      channel_id: channel.id,
      type,
      content,
      author,
      timestamp: toTimestamp(snowflakeAt(id)),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions,
      mention_roles: [],
      attachments: [],
      embeds: [],
      components: [],
      flags: 0,
      ...(reference ? { message_reference: { type: 0, ...reference } } : {}),
    };
    state.messages.put(message);
    countMessage(world, channel, id, type === SYSTEM_TYPE.threadStarter);
    state.announce({ t: "MESSAGE_CREATE", d: { ...presenter.created(message), guild_id: channel.guild_id } });
    return message;
  });
}
