import type { Dispatch } from "../dispatch/bus.ts";
import type { Database } from "./database.ts";
import { CHANNEL_TYPE, type Channel } from "./objects.ts";

/** Channels, threads and forum posts. Threads are channels with a parent and `thread_metadata`. */
export interface Channels {
  get(id: string): Channel | undefined;
  /** Channels without threads, oldest first. */
  list(): Channel[];
  /** Threads, newest first, of one parent or of the whole guild. */
  threads(options?: { parentId?: string; maxCount?: number }): Channel[];
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
export function isForum(channel: Channel): boolean {
  return channel.type === CHANNEL_TYPE.forum;
}

export function createChannels(database: Database, announce: (dispatch: Dispatch) => void): Channels {
  const parse = (row: Record<string, unknown>) => JSON.parse(String(row.body)) as Channel;
  const kind = (channel: Channel) => (isThread(channel) ? "THREAD" : "CHANNEL");

  function get(id: string): Channel | undefined {
    const row = database.get("SELECT body FROM channels WHERE id = ?", BigInt(id));
    return row && parse(row);
  }

  function put(channel: Channel): void {
    database.run(
      "INSERT OR REPLACE INTO channels (id, parent_id, type, body) VALUES (?, ?, ?, ?)",
      BigInt(channel.id),
      channel.parent_id === null ? null : BigInt(channel.parent_id),
      channel.type,
      JSON.stringify(channel),
    );
  }

  return {
    get,
    list: () => database.all("SELECT body FROM channels WHERE type NOT IN (10, 11, 12) ORDER BY id").map(parse),
    threads({ parentId, maxCount = 1000 } = {}) {
      const filter = parentId === undefined ? "" : "AND parent_id = ?";
      const values = parentId === undefined ? [maxCount] : [BigInt(parentId), maxCount];
      return database
        .all(`SELECT body FROM channels WHERE type IN (10, 11, 12) ${filter} ORDER BY id DESC LIMIT ?`, ...values)
        .map(parse);
    },
    create(channel) {
      put(channel);
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
      announce({ t: `${kind(channel)}_DELETE`, d: isThread(channel) ? { id, guild_id, parent_id, type } : channel });
    },
  };
}
