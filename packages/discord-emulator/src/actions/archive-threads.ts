import { type Refusal, refuse } from "../errors/refusal.ts";
import { toTimestamp } from "../snowflake.ts";
import { archivesAt } from "../state/channels.ts";
import { CHANNEL_TYPE, type Channel, type ThreadMetadata } from "../state/objects.ts";
import type { State } from "../state/state.ts";
import type { World } from "./world.ts";

/** What an archived thread says about itself. No two of one channel have the same time: lists are paged by it. */
export function archiveAt({ threads }: Pick<State, "threads">, thread: Channel, at: number): Partial<ThreadMetadata> {
  let freeAt = Math.trunc(at);
  while (thread.parent_id !== null && threads.isTaken(thread.parent_id, freeAt)) freeAt += 1;
  return { archived: true, archive_timestamp: toTimestamp(freeAt) };
}

/** What a reopened thread says about itself. */
export function unarchiveAt(at: number): Partial<ThreadMetadata> {
  return { archived: false, archive_timestamp: toTimestamp(at) };
}

/** Refuses one more active thread of the guild: 160006, of announcements 160007. */
export function refuseActiveThread(
  { state, maxActiveThreadCount }: World,
  guildId: string | undefined,
  type: number,
): Refusal | undefined {
  if (guildId === undefined || state.threads.countActive(guildId) < maxActiveThreadCount) return undefined;
  return refuse(type === CHANNEL_TYPE.announcementThread ? 160007 : 160006);
}

/** Refuses to write into an archived thread that cannot be reopened, because too many are active. */
export function refuseReopening(world: World, channel: Channel): Refusal | undefined {
  if (!channel.thread_metadata?.archived) return undefined;
  return refuseActiveThread(world, channel.guild_id, channel.type);
}

/**
 * Archives threads whose time is over, as of the moment when it was over, and announces it. To be called before anything
 * is read: so nobody sees a thread active that should not be.
 */
export function archiveIdleThreads({ state }: Pick<World, "state">): void {
  const now = state.now();
  for (let due = state.threads.due(now); due.length > 0; due = state.threads.due(now)) {
    state.write(() => {
      for (const thread of due) {
        const metadata = {
          ...(thread.thread_metadata as ThreadMetadata),
          ...archiveAt(state, thread, archivesAt(thread) ?? now),
        };
        state.channels.update(thread.id, { thread_metadata: metadata });
      }
    });
  }
}
