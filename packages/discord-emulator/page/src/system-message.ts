import type { Message } from "./wire.ts";

/** Types of Discord's own messages, https://docs.discord.com/developers/resources/message#message-object-message-types. */
const RECIPIENT_ADD = 1;
const RECIPIENT_REMOVE = 2;
const CHANNEL_NAME_CHANGE = 4;
const CHANNEL_PINNED_MESSAGE = 6;
const THREAD_CREATED = 18;
const THREAD_STARTER_MESSAGE = 21;

/**
 * What Discord tells of by `message`, as the rest of a sentence that begins with its author; null for everything that somebody wrote.
 * Where a name is changed, the new one is the message's content; where a thread is started, its name.
 */
export function systemText(message: Message, userNames: ReadonlyMap<string, string>): string | null {
  const { content = "", mentions = [] } = message;
  const others = mentions.map((user) => userNames.get(user.id) ?? user.global_name ?? user.username).join(", ");
  switch (message.type) {
    case RECIPIENT_ADD:
      return `added ${others} to the thread.`;
    case RECIPIENT_REMOVE:
      return `removed ${others} from the thread.`;
    case CHANNEL_NAME_CHANGE:
      return `changed the name: ${content}`;
    case CHANNEL_PINNED_MESSAGE:
      return "pinned a message.";
    case THREAD_CREATED:
      return `started a thread: ${content}`;
    case THREAD_STARTER_MESSAGE:
      return "started this thread from a message that is gone.";
    default:
      return null;
  }
}

/** What stands in the place of `message`: a thread's first message (type 21) shows the one that the thread began with, as that is now. */
export function shownMessage(message: Message): Message {
  const starter = message.referenced_message;
  return message.type === THREAD_STARTER_MESSAGE && starter ? starter : message;
}

/** Whether `message` only stands for what a post (whose id it has) or a thread began with: then it is not among the replies. */
export function isThreadStart({ id, channel_id, type }: Message): boolean {
  return id === channel_id || type === THREAD_STARTER_MESSAGE;
}
