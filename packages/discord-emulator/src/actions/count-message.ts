import { isThread } from "../state/channels.ts";
import type { Channel } from "../state/objects.ts";
import { unarchiveAt } from "./archive-threads.ts";
import type { World } from "./world.ts";

/**
 * Moves the counters of a channel by a new message, and unarchives a thread, which is announced. The initial message of a
 * thread is not counted (docs: resources/channel, "message_count").
 */
export function countMessage({ state }: World, channel: Channel, messageId: string, isInitial: boolean): void {
  if (!isThread(channel)) {
    state.channels.update(channel.id, { last_message_id: messageId }, { quiet: true });
    return;
  }
  const thread = state.channels.get(channel.id) ?? channel;
  const added = isInitial ? 0 : 1;
  const metadata = thread.thread_metadata;
  state.channels.update(
    thread.id,
    {
      last_message_id: messageId,
      message_count: (thread.message_count ?? 0) + added,
      total_message_sent: (thread.total_message_sent ?? 0) + added,
      ...(metadata?.archived ? { thread_metadata: { ...metadata, ...unarchiveAt(state.now()) } } : {}),
    },
    { quiet: !metadata?.archived },
  );
}
