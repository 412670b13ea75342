import { isRefusal, type Refusal, refuse } from "../errors/refusal.ts";
import { type Call, namedChannel } from "../http/call.ts";
import { isForum } from "../state/channels.ts";
import type { Channel, StoredMessage } from "../state/objects.ts";

/** A message and the channel that it is in. */
export interface FoundMessage {
  readonly channel: Channel;
  readonly message: StoredMessage;
}

/** The channel of the path, if messages can be in it. */
export function findTextChannel(call: Pick<Call, "world" | "params">): Channel | Refusal {
  const channel = namedChannel(call);
  if (!channel) return refuse(10003);
  return isForum(channel) ? refuse(50008) : channel;
}

/** The message of the path, in the channel of the path. */
export function findMessage(call: Pick<Call, "world" | "params">): FoundMessage | Refusal {
  const channel = findTextChannel(call);
  if (isRefusal(channel)) return channel;
  const message = call.world.state.messages.get(call.params.message_id as string);
  return message && message.channel_id === channel.id ? { channel, message } : refuse(10008);
}

/** Archived threads take deletions but no edits and reactions (docs: topics/threads). */
export function findOpenMessage(call: Pick<Call, "world" | "params">): FoundMessage | Refusal {
  const found = findMessage(call);
  if (isRefusal(found)) return found;
  return found.channel.thread_metadata?.archived ? refuse(50083) : found;
}
