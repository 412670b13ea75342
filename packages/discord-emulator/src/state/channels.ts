import type { Dispatch } from "../dispatch/bus.ts";
import { snowflakeAt } from "../snowflake.ts";
import type { Database } from "./database.ts";
import { CHANNEL_TYPE, type Channel } from "./objects.ts";

/** Channels, threads and forum posts. Threads are channels with a parent and `thread_metadata`. */
export interface Channels {
  get(id: string): Channel | undefined;
  /** Channels of a guild without threads, oldest first. */
  list(guildId: string): Channel[];
  /** Threads, newest first, of one parent or of a whole guild. */
  threads(of: ({ parentId: string } | { guildId: string }) & { maxCount?: number }): Channel[];
  create(channel: Channel): Channel;
  /** Changes members of a channel and announces it, unless `quiet` (counters do not make an event). */
  update(id: string, change: Partial<Channel>, options?: { quiet?: boolean }): Channel;
  delete(id: string): void;
}

/** Tells whether messages of `channel` live in a thread or forum post. */
export function isThread(channel: Channel): boolean {
  return channel.thread_metadata !== undefined;
}

/** Tells whether posts, not messages, are made in `channel`. */
export function isForum(channel: Pick<Channel, "type">): boolean {
  return channel.type === CHANNEL_TYPE.forum || channel.type === CHANNEL_TYPE.media;
}

/**
 * When an active thread archives itself, epoch milliseconds: so long after its last message, its last unarchiving or the
 * last change of that time (docs: topics/threads, "Active & Archived Threads"). Undefined for everything else.
 */
export function archivesAt({ thread_metadata: metadata, last_message_id: lastMessageId }: Channel): number | undefined {
  if (!metadata || metadata.archived) return undefined;
  const lastPostAt = lastMessageId === null ? 0 : snowflakeAt(lastMessageId);
  return Math.max(lastPostAt, Date.parse(metadata.archive_timestamp)) + metadata.auto_archive_duration * 60_000;
}

export function createChannels(database: Database, announce: (dispatch: Dispatch) => void): Channels {
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.body)) as Channel;
  const kind = (channel: Channel) => (isThread(channel) ? "THREAD" : "CHANNEL");

  function get(id: string): Channel | undefined {
    const row = database.get("SELECT body FROM channels WHERE id = ?", BigInt(id));
    return row && parse(row);
  }

  function memberIds(threadId: string): string[] {
    const sql = "SELECT CAST(user_id AS TEXT) AS id FROM thread_members WHERE thread_id = ?";
    return database.all(sql, BigInt(threadId)).map(({ id }) => String(id));
  }

  function put(channel: Channel): void {
    database.run(
      `INSERT OR REPLACE INTO channels (id, guild_id, parent_id, type, archived_at, archive_due_at, body)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      BigInt(channel.id),
      channel.guild_id === undefined ? null : BigInt(channel.guild_id),
      channel.parent_id === null ? null : BigInt(channel.parent_id),
      channel.type,
      channel.thread_metadata?.archived ? Date.parse(channel.thread_metadata.archive_timestamp) : null,
      archivesAt(channel) ?? null,
      JSON.stringify(channel),
    );
  }

  return {
    get,
    list: (guildId) =>
      database
        .all("SELECT body FROM channels WHERE guild_id = ? AND type NOT IN (10, 11, 12) ORDER BY id", BigInt(guildId))
        .map(parse),
    threads({ maxCount = 1000, ...of }) {
      const [column, id] = "parentId" in of ? ["parent_id", of.parentId] : ["guild_id", of.guildId];
      return database
        .all(
          `SELECT body FROM channels WHERE ${column} = ? AND type IN (10, 11, 12) ORDER BY id DESC LIMIT ?`,
          BigInt(id),
          maxCount,
        )
        .map(parse);
    },
    create(channel) {
      put(channel);
      // Bots are not told of direct messages opened or closed.
      if (channel.guild_id === undefined) return channel;
      announce({ t: `${kind(channel)}_CREATE`, d: isThread(channel) ? { ...channel, newly_created: true } : channel });
      return channel;
    },
    update(id, change, { quiet = false } = {}) {
      const channel = { ...(get(id) as Channel), ...change };
      put(channel);
      if (!quiet) announce({ t: `${kind(channel)}_UPDATE`, d: channel });
      return channel;
    },
    delete(id) {
      const channel = get(id);
      if (!channel) return;
      database.run("DELETE FROM channels WHERE id = ?", BigInt(id));
      const { guild_id, parent_id, type } = channel;
      if (guild_id === undefined) return;
      if (isThread(channel)) {
        announce({ t: "THREAD_DELETE", d: { id, guild_id, parent_id, type }, formerMemberIds: memberIds(id) });
      } else announce({ t: "CHANNEL_DELETE", d: channel });
    },
  };
}
