import { compareIds } from "./message-log.ts";
import { isThreadStart } from "./system-message.ts";
import type { Channel, DiscordEvent, EmulatorState, Message, User } from "./wire.ts";

/** What ids are called. Replaced only when a name may have changed, so its identity tells whether messages have to be drawn again. */
export interface Names {
  readonly users: ReadonlyMap<string, string>;
  readonly roles: ReadonlyMap<string, string>;
  readonly channels: ReadonlyMap<string, string>;
}

/** Who and what exists in the guild; a new object on every change. */
export interface Directory {
  readonly guildName: string;
  readonly botId: string | null;
  readonly limits: string | null;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly names: Names;
}

export const emptyDirectory: Directory = {
  guildName: "",
  botId: null,
  limits: null,
  channels: new Map(),
  names: { users: new Map(), roles: new Map(), channels: new Map() },
};

export function directoryFromState(state: EmulatorState): Directory {
  const users = [state.bot, ...Object.values(state.users ?? {})].filter((user) => user !== undefined);
  return {
    guildName: state.guild.name,
    botId: state.bot?.id ?? null,
    limits: state.limits,
    channels: new Map(state.channels.map((channel) => [channel.id, channel])),
    names: {
      users: new Map(users.map((user) => [user.id, displayName(user)])),
      roles: new Map((state.guild.roles ?? []).map((role) => [role.id, role.name])),
      channels: namesOf(state.channels),
    },
  };
}

/** The directory after `events`: channels and threads that came, changed or went, and how many messages a thread has. */
export function applyChannelEvents(directory: Directory, events: readonly DiscordEvent[]): Directory {
  const channels = new Map(directory.channels);
  let hasChanged = false;
  let hasRenamed = false;
  for (const { t, d } of events) {
    const channel = d as Channel;
    if (t === "MESSAGE_CREATE") {
      const message = d as Message;
      const { channel_id } = message;
      const thread = channels.get(channel_id);
      if (thread?.message_count === undefined || isThreadStart(message)) continue;
      channels.set(channel_id, { ...thread, message_count: thread.message_count + 1 });
    } else if (/^(CHANNEL|THREAD)_(CREATE|UPDATE|DELETE)$/.test(t)) {
      if (t.endsWith("DELETE")) channels.delete(channel.id);
      else channels.set(channel.id, { ...channels.get(channel.id), ...channel });
      hasRenamed = true;
    } else continue;
    hasChanged = true;
  }
  if (!hasChanged) return directory;
  const names = hasRenamed ? { ...directory.names, channels: namesOf(channels.values()) } : directory.names;
  return { ...directory, channels, names };
}

export const displayName = (user: User) => user.global_name ?? user.username;
const namesOf = (channels: Iterable<Channel>) =>
  new Map(Array.from(channels, (channel) => [channel.id, nameOf(channel)]));

export const isForum = (channel: Channel) => channel.type === 15 || channel.type === 16;
export const isThread = (channel: Channel) => channel.type >= 10 && channel.type <= 12;
export const isArchived = (channel: Channel) => channel.thread_metadata?.archived ?? false;
export const nameOf = (channel: Channel) => channel.name ?? channel.id;

/** What the channel list shows: channels by category and position, each with its threads, the newest thread first. */
export function channelTree(directory: Directory): { channel: Channel; threads: Channel[] }[] {
  const all = [...directory.channels.values()];
  const rank = (channel: Channel): [number, number] => {
    const category = directory.channels.get(channel.parent_id ?? "");
    if (channel.type === 4) return [channel.position ?? 0, -1];
    return [category?.position ?? -1, channel.position ?? 0];
  };
  return all
    .filter((channel) => !isThread(channel))
    .map((channel) => ({ channel, rank: rank(channel) }))
    .sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || compareIds(a.channel.id, b.channel.id))
    .map(({ channel }) => ({ channel, threads: threadsOf(directory, channel.id) }));
}

/** The threads or posts of a channel, the newest first. */
export function threadsOf(directory: Directory, channelId: string): Channel[] {
  return [...directory.channels.values()]
    .filter((channel) => isThread(channel) && channel.parent_id === channelId)
    .sort((a, b) => compareIds(b.id, a.id));
}
