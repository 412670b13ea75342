import type { Emoji } from "./emoji.ts";
import { compareIds } from "./message-log.ts";
import { type Named, type Names, namesFrom } from "./names.ts";
import type { Channel, EmulatorState, User } from "./wire.ts";

/** Who and what exists in the guild; a new object on every change. */
export interface Directory extends Named {
  readonly guildId: string | null;
  readonly guildName: string;
  readonly ownerId: string | null;
  /** The guild's own. */
  readonly emojis: readonly Emoji[];
  readonly limits: string | null;
  readonly names: Names;
}

const nothing: Named = { users: new Map(), members: new Map(), roles: new Map(), channels: new Map() };

export const emptyDirectory: Directory = {
  ...nothing,
  guildId: null,
  guildName: "",
  ownerId: null,
  emojis: [],
  limits: null,
  names: namesFrom(nothing),
};

export function directoryFromState(state: EmulatorState): Directory {
  const named = {
    users: byId([...state.users, ...(state.bots ?? [state.bot])]),
    members: new Map((state.members ?? []).map((member) => [member.user.id, member])),
    roles: byId(state.guild.roles ?? []),
    channels: byId(state.channels),
  };
  return {
    ...named,
    guildId: state.guild.id,
    guildName: state.guild.name,
    ownerId: state.guild.owner_id ?? null,
    emojis: state.emojis ?? [],
    limits: state.limits,
    names: namesFrom(named),
  };
}

const byId = <T extends { readonly id: string }>(all: readonly T[]): ReadonlyMap<string, T> =>
  new Map(all.map((one) => [one.id, one]));

/** Everybody whom the reader may act as. */
export const peopleOf = ({ users }: Directory): User[] => [...users.values()].filter((user) => !user.bot);

/** Whom the reader acts as: the wanted one (an id or a user name), else the first who is not the owner, else anybody. */
export function actingUserId(directory: Directory, wanted: string | null): string | null {
  const people = peopleOf(directory);
  const user = people.find(({ id, username }) => id === wanted || username === wanted);
  return (user ?? people.find(({ id }) => id !== directory.ownerId) ?? people[0])?.id ?? null;
}

export const isForum = (channel: Channel) => channel.type === 15 || channel.type === 16;
export const isThread = (channel: Channel) => channel.type >= 10 && channel.type <= 12;
export const isArchived = (channel: Channel) => channel.thread_metadata?.archived ?? false;

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
