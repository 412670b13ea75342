import { isThread } from "../state/channels.ts";
import type { Channel } from "../state/objects.ts";
import type { World } from "./world.ts";

/**
 * Deletes a channel or thread with all that is in it: threads, messages and their files, webhooks. A direct message is only
 * closed: its messages are there when it is opened again.
 */
export function deleteChannel({ state }: Pick<World, "state">, channel: Channel): void {
  state.write(() => {
    if (channel.guild_id === undefined) {
      state.channels.delete(channel.id);
      return;
    }
    if (!isThread(channel)) {
      for (let threads = threadsOf(channel.id); threads.length > 0; threads = threadsOf(channel.id)) {
        for (const thread of threads) deleteOne(thread);
      }
      for (const webhook of state.webhooks.list(channel.id)) state.webhooks.delete(webhook.id);
    }
    deleteOne(channel);
  });

  function threadsOf(parentId: string): Channel[] {
    return state.channels.threads({ parentId });
  }

  function deleteOne({ id }: Channel): void {
    state.messages.deleteAll(id);
    state.ephemeral.deleteAll(id);
    // The event names those who belonged to a thread.
    state.channels.delete(id);
    state.threadMembers.forget(id);
  }
}
